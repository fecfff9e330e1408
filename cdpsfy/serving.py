"""The server of both services: waitress, which finishes what it began when it is told to stop.

`use = egg:cdpsfy#server` takes all settings of waitress, and four of its own:

trusted_proxies  the balancers' addresses, between spaces: they are believed about who is asking;
               `localhost` is whoever asks through a Unix socket
drain_grace    how long everything is still served after SIGTERM, while `/readyz` says "draining":
               the time that a balancer needs to notice (0 s)
drain_timeout  how long answers that were begun may then take, before they are cut (60 s)
spool          the folder where long bodies wait until they are whole (waitress' own choice); a
               storage driver need not copy what lies in the folder of its volume
"""

from __future__ import annotations

import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from cdpsfy import systemd
from cdpsfy.health import DRAINING, PROBES, TICKET_CHECK
from cdpsfy.proxies import believe
from cdpsfy.settings import parse_duration
from cdpsfy.spool import SpoolingParser

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)
DRAIN = {"drain_grace": "0 s", "drain_timeout": "60 s"}
"""The durations of a stop, and what they are when the ini does not say."""
_PLACES = ("listen", "host", "port", "unix_socket")
_PROBE_THREADS = 4
_CHECK_THREADS = 2
"""The check of a ticket takes a millisecond, and waits for nothing."""
_STEP = 0.1
"""Seconds between two looks at what is still open, while draining."""
_IDLE = 1.0
"""Seconds without a byte after which a connection has nothing under way: a new one has that long
to bring its request."""


def serve(app: WSGIApplication, _global_config: Mapping[str, str], **settings: str) -> None:
    """Serve until SIGTERM or Ctrl-C; PasteDeploy's `server_runner`."""
    grace, timeout = _drain_durations(settings)
    app = _behind_proxies(app, settings)
    own = (*DRAIN, "trusted_proxies", "spool")
    # select(2), which waitress takes else, knows no descriptor from 1024 on. What balancers say it
    # would clear before `believe` sees it.
    ours = {"asyncore_use_poll": True, "clear_untrusted_proxy_headers": False}
    options: dict[str, Any] = ours | {name: settings[name] for name in settings if name not in own}
    if sockets := systemd.inherited_sockets():
        options = {name: options[name] for name in options if name not in _PLACES}
        options["sockets"] = sockets
    Server(app, grace, timeout, options, spool=_spool(settings)).run()


def drain_durations(settings: Mapping[str, str]) -> tuple[float, float]:
    """Return `drain_grace` and `drain_timeout` of a server's section, in seconds.

    Raises:
        ValueError: naming the one that is no duration.
    """
    grace, timeout = (_duration(settings, name) for name in DRAIN)
    return grace, timeout


def _duration(settings: Mapping[str, str], name: str) -> float:
    try:
        return parse_duration(settings.get(name, DRAIN[name]))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _drain_durations(settings: Mapping[str, str]) -> tuple[float, float]:
    try:
        return drain_durations(settings)
    except ValueError as error:
        sys.exit(f"cdpsfy server cannot start: {error}")


def _behind_proxies(app: WSGIApplication, settings: Mapping[str, str]) -> WSGIApplication:
    try:
        return believe(app, settings.get("trusted_proxies", ""))
    except ValueError as error:
        sys.exit(f"cdpsfy server cannot start: trusted_proxies: {error}")


def _spool(settings: Mapping[str, str]) -> Path | None:
    if "spool" not in settings:
        return None
    folder = Path(settings["spool"])
    if not folder.is_dir():
        sys.exit(
            f"cdpsfy server cannot start: spool: {folder} is no folder; make it, or leave it out"
        )
    return folder


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """An answer. One that has no body by its status leaves its connection open (RFC 9112 §6.3)."""

    def set_close_on_finish(self) -> None:
        # waitress closes after each answer that has no length. An edge looks at what it keeps by
        # conditions: without a connection for each 304, that takes half the work.
        wants_close = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or wants_close or self.version != "1.1":
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection, which ends with its answer once the server drains."""

    task_class = _Task

    def parser_class(self, adj: Any) -> HTTPRequestParser:  # noqa: ANN401 - waitress has no types
        """Return what takes in the next request; waitress expects a class here, and calls it."""
        spool = self.server.spool
        return HTTPRequestParser(adj) if spool is None else SpoolingParser(adj, spool)

    def writable(self) -> bool:
        # A thread that sends holds the lock, and wakes the loop if something is left. A loop that
        # waits for the socket meanwhile finds it ready and the lock taken, again and again, and
        # takes the interpreter from the thread that has only to note that all is sent.
        return super().writable() and self._nobody_sends()

    def _nobody_sends(self) -> bool:
        if not self.outbuf_lock.acquire(blocking=False):
            return False
        self.outbuf_lock.release()
        return True

    def service(self) -> None:
        if self.server.drain.has_begun():
            # As if the client had asked for it; waitress then says so in the answer.
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()


class _Drain:
    """When SIGTERM came, and what is due by now."""

    def __init__(self, grace: float, timeout: float) -> None:
        self._grace = grace
        self._timeout = timeout
        self._began: float | None = None

    def begin(self) -> None:
        self._began = time.monotonic()

    def has_begun(self) -> bool:
        return self._began is not None

    def grace_is_over(self) -> bool:
        return self._began is not None and time.monotonic() >= self._began + self._grace

    def time_is_up(self) -> bool:
        allowed = self._grace + self._timeout
        return self._began is not None and time.monotonic() >= self._began + allowed


class Server:
    """waitress on one address or more. SIGTERM drains it, a second one or SIGINT ends it at once.

    grace and timeout are in seconds, options are waitress' own; long bodies wait in spool. Probes
    have threads of their own: a service whose threads all wait for something is not to be taken for
    dead. So have the checks of tickets: what an edge has is played at once, however many parts it
    waits for.
    """

    def __init__(
        self,
        app: WSGIApplication,
        grace: float,
        timeout: float,
        options: Mapping[str, Any],
        *,
        spool: Path | None = None,
    ) -> None:
        self.drain = _Drain(grace, timeout)
        self._open: dict[int, Any] = {}  # by descriptor; waitress keeps it
        self._waitress = create_server(self._announcing(app), map=self._open, **options)
        self._tasks = self._waitress.task_dispatcher
        self._probes = _threads(_PROBE_THREADS)
        self._checks = _threads(_CHECK_THREADS)
        self._listeners = self._of(BaseWSGIServer)
        for listener in self._listeners:
            listener.channel_class = _Channel
            listener.drain = self.drain
            listener.spool = spool
            listener.add_task = self._add_task

    def run(self) -> None:
        """Serve, and return when all is over."""
        signal.signal(signal.SIGTERM, self._on_sigterm)
        self._waitress.print_listen("Serving on http://{}:{}")
        systemd.notify("READY=1")
        try:
            self._serve_until_told()
            self._drain()
        except (SystemExit, KeyboardInterrupt):
            self._tasks.shutdown()

    def _announcing(self, app: WSGIApplication) -> WSGIApplication:
        def announced(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ[DRAINING] = self.drain.has_begun()
            return app(environ, start_response)

        return announced

    def _add_task(self, channel: Any) -> None:  # noqa: ANN401 - waitress has no types
        path = getattr(channel.requests[0], "path", "")
        if path in PROBES:
            self._probes.add_task(channel)
        elif path.endswith(TICKET_CHECK):
            self._checks.add_task(channel)
        else:
            self._tasks.add_task(channel)

    def _on_sigterm(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self.drain.begin()
        self._listeners[0].pull_trigger()  # ends the wait for something to happen

    def _serve_until_told(self) -> None:
        while not self.drain.has_begun():
            self._poll(self._waitress.adj.asyncore_loop_timeout)

    def _drain(self) -> None:
        log.info("draining")
        systemd.notify("STOPPING=1")
        while not self.drain.grace_is_over():
            self._poll(_STEP)
        self._leave_the_queue_to_us()
        while self._is_busy() and not self.drain.time_is_up():
            self._take_who_waits()
            self._poll(_STEP)
            self._close_idle()
        log.info("drained", cut=len(self._of(HTTPChannel)))

    def _poll(self, timeout: float) -> None:
        poll = wasyncore.poll2 if self._waitress.adj.asyncore_use_poll else wasyncore.poll
        poll(timeout, self._open)

    def _leave_the_queue_to_us(self) -> None:
        for listener in self._listeners:
            listener.accepting = False  # waitress' loop would take one a turn

    def _take_who_waits(self) -> None:
        # Who is in the queue has been promised a server, and would see the connection reset.
        for listener in self._of(BaseWSGIServer):
            if self._has_emptied_the_queue(listener):
                # Not its own close(), which takes away what threads wake the loop with.
                wasyncore.dispatcher.close(listener)

    def _has_emptied_the_queue(self, listener: Any) -> bool:  # noqa: ANN401 - waitress has no types
        while _is_asked(listener.socket):
            open_before = len(self._open)
            if open_before >= listener.adj.connection_limit:
                return False
            listener.handle_accept()
            if len(self._open) == open_before:
                return False  # it failed, for want of descriptors perhaps; others will end
        return True

    def _close_idle(self) -> None:
        for channel in self._of(HTTPChannel):
            begun = channel.requests or channel.request or channel.total_outbufs_len
            if not begun and time.time() - channel.last_activity > _IDLE:
                channel.handle_close()

    def _is_busy(self) -> bool:
        # A task may go on when its client has left: what it does is finished, too.
        dispatchers = (self._tasks, self._probes, self._checks)
        working = any(each.queue or each.active_count for each in dispatchers)
        return working or bool(self._of((HTTPChannel, BaseWSGIServer)))

    def _of(self, kind: type | tuple[type, ...]) -> list[Any]:
        # Threads that find their client gone take it from the map meanwhile.
        return [each for each in list(self._open.values()) if isinstance(each, kind)]


def _threads(count: int) -> ThreadedTaskDispatcher:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(count)
    return dispatcher


def _is_asked(listener: socket.socket) -> bool:
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    return bool(poll.poll(0))
