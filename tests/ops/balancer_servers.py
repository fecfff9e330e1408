"""Small servers that stand where track servers and the site's machines do, and fail as told."""

from __future__ import annotations

import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Self

from tests.ops.balancer import TRACKS, Balancer, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from ops.topology import Topology


LONG = 1000 * b"all the same "
"""What gets much smaller when it is compressed."""


class Received(NamedTuple):
    """A request, as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]


class StubServer:
    """Answers every request with its name, as a context manager.

    alive and ready are what it says to probes; fault, if any, is done instead of an answer, to a
    request whose body was not read.
    """

    def __init__(self, name: str, address: tuple[str, int]) -> None:
        self.name = name
        self.alive = self.ready = True
        self.fault: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.received: list[Received] = []
        self._address = address

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def listen(self) -> None:
        self._server = _Http(self._address, self)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Refuse connections, until `listen` is called again."""
        self._server.shutdown()
        self._server.server_close()

    def count(self, method: str) -> int:
        return sum(request.method == method for request in self.received)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection in the middle of a request, as a process that is killed does."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def say_unavailable(handler: BaseHTTPRequestHandler) -> None:
    """Say 503, as a track server does whose volume does not answer."""
    handler.rfile.read(int(handler.headers["Content-Length"] or 0))
    handler.send_response(503)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def saying(media_type: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what answers with `LONG`, which it says is of this type."""

    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(LONG)))
        handler.end_headers()
        handler.wfile.write(LONG)

    return say


@dataclass(frozen=True)
class Stage:
    """A balancer, with small servers for s1 to s4 (in reserve), web1 and web2."""

    balancer: Balancer
    servers: list[StubServer]
    webs: list[StubServer]

    def play(self, song: str, ticket: str = "a") -> str:
        """Return which server gave the song."""
        answer = self.balancer.ask("GET", f"/tracks/{song}?ticket={ticket}", host=TRACKS)
        assert answer.status == 200
        return answer.body.decode()

    def wait_for(self, backend: str, **states: str) -> None:
        eventually(lambda: states.items() <= self.balancer.states(backend).items())

    def wait_for_all(self) -> None:
        for backend in ("tracks", "tracks_alive", "tracks_changes"):
            self.wait_for(backend, s1="UP", s2="UP", s3="UP")
        self.wait_for("site", web1="UP", web2="UP")

    def calm(self) -> None:
        """Let everything be well again, and forget what was received."""
        for server in (*self.servers, *self.webs):
            server.alive = server.ready = True
            server.fault = None
            server.received.clear()
        self.balancer.server("stop", "s4")
        self.wait_for_all()


@contextmanager
def set_up(topology: Topology, folder: Path) -> Iterator[Stage]:
    """Start everything of a stage."""
    servers, webs = _stubs(topology, "tracks"), _stubs(topology, "web")
    with ExitStack() as stack:
        for server in (*servers, *webs):
            stack.enter_context(server)
        yield Stage(stack.enter_context(Balancer(topology, folder)), servers, webs)


def _stubs(topology: Topology, role: str) -> list[StubServer]:
    port = topology.ports[role]
    return [
        StubServer(machine.name, (machine.addresses["services"], port))
        for machine in topology.role(role)
    ]


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], stub: StubServer) -> None:
        self.stub = stub
        super().__init__(address, _Handler)

    def handle_error(self, *_: object) -> None:
        """Keep silent about connections that end as they are told to."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        stub = self.server.stub
        if self.path in {"/healthz", "/readyz"}:
            self._answer(200 if (stub.alive if self.path == "/healthz" else stub.ready) else 503)
            return
        lowered = {name.lower(): value for name, value in self.headers.items()}
        stub.received.append(Received(self.command, self.path, lowered))
        if stub.fault:
            stub.fault(self)
            return
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self._answer(200)

    do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the standard library's names

    def _answer(self, status: int) -> None:
        body = self.server.stub.name.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep silent."""
