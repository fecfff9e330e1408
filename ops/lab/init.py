"""Process 1 of a machine of the lab: starts its services by their systemd units, and keeps them.

A cluster on one machine cannot boot a systemd per node, yet what it proves should be what runs in
production. So the same unit files, Debian's and ours, are run by this small stand-in. It knows
programs, users, environment, readiness, restarts, order and timers; hardening it leaves out. It is
talked to as systemd is: see `systemctl.py`.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path

from ops.lab.machine import CONTROL
from ops.lab.service import Service
from ops.lab.timer import Timer

_WORDS_LIMIT = 65536
_VERBS = ("start", "stop", "restart", "reload", "kill")


class Init:
    """The services of this machine, and the loop that minds them."""

    def __init__(self, names: list[str]) -> None:
        self._selector = selectors.DefaultSelector()
        self._services: dict[str, Service] = {}
        self._timers: dict[str, Timer] = {}
        self._waiting: list[tuple[socket.socket, Service, str]] = []
        self._woken, self._wake = socket.socketpair()
        self._wake.setblocking(False)  # noqa: FBT003 - the library's
        self._selector.register(self._woken, selectors.EVENT_READ, self._reap)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._control = socket.socket(socket.AF_UNIX)
        self._control.bind(CONTROL)
        self._control.listen(64)
        self._selector.register(self._control, selectors.EVENT_READ, self._listen)
        for name in names:
            try:
                self._add(name)
            except FileNotFoundError as error:
                sys.stderr.write(f"init: {error}\n")

    def _add(self, name: str) -> None:
        if name.endswith(".timer"):
            service = self.service(name.removesuffix(".timer"))
            self._timers[name] = Timer(name, service, time.monotonic())
        else:
            self.service(name).wanted = True

    def service(self, name: str) -> Service:
        """Return the service, read from its unit at the first time.

        Raises:
            FileNotFoundError: it has no unit.
        """
        name = name.removesuffix(".service")
        if name not in self._services:
            service = self._services[name] = Service(name)
            self._selector.register(service.notices, selectors.EVENT_READ, service.read_notice)
        return self._services[name]

    def run(self) -> None:
        """Start everything, and mind it for ever."""
        while True:
            now = time.monotonic()
            for timer in self._timers.values():
                timer.advance(now)
            for service in self._services.values():
                service.advance(now, self._services)
            self._answer_waiting()
            for key, _ in self._selector.select(0.1):
                key.data()

    def _reap(self) -> None:
        self._woken.recv(_WORDS_LIMIT)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for service in self._services.values():
                service.ended(pid, os.waitstatus_to_exitcode(status))

    def _listen(self) -> None:
        connection, _ = self._control.accept()
        connection.settimeout(1)
        try:
            self._do(connection, *json.loads(connection.recv(_WORDS_LIMIT)))
        except FileNotFoundError as error:
            _say(connection, 5, str(error))
        except (OSError, TypeError, ValueError) as error:
            # Whoever asks oddly, or dies as it asks, must not take the machine with it.
            _say(connection, 1, f"not understood: {error}")

    def _do(self, connection: socket.socket, verb: str, name: str = "", *rest: str) -> None:
        if verb == "status":
            states = {name: service.told for name, service in self._services.items()}
            _say(connection, 0, json.dumps(states | dict.fromkeys(self._timers, "active")))
        elif verb not in _VERBS:
            raise ValueError(f"{verb}; known are status, {', '.join(_VERBS)}")
        elif name.endswith(".timer"):
            self._timers.pop(name, None)
            if verb != "stop":
                self._add(name)
            _say(connection, 0, "inactive" if verb == "stop" else "active")
        else:
            service = self.service(name)
            getattr(service, verb)(*rest)
            self._waiting.append((connection, service, verb))

    def _answer_waiting(self) -> None:
        """Answer who waits for a service that has got where it was sent."""
        for waiting in list(self._waiting):
            connection, service, verb = waiting
            if service.is_settled(verb):
                self._waiting.remove(waiting)
                good = verb in {"stop", "kill", "reload"} or service.told == "active"
                _say(connection, 0 if good else 3, service.state)


def _say(connection: socket.socket, code: int, text: str) -> None:
    with connection:
        try:
            connection.sendall(json.dumps([code, text]).encode())
        except OSError as error:
            sys.stderr.write(f"init: nobody took the answer: {error}\n")


if __name__ == "__main__":
    # keepalived tells its readiness only to a process of that name.
    Path("/proc/self/comm").write_text("systemd", "utf-8")
    Init(Path("/etc/cdpsfy/services").read_text("utf-8").split()).run()
