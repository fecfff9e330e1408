"""A front before the track service that fails as balancers and servers do, when it is told to."""

from __future__ import annotations

import socket
import threading
from collections import deque
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable


class Failure(Enum):
    """What becomes of one connection."""

    CLOSED = auto()
    """It is closed before a byte is read."""
    CUT = auto()
    """It is cut in the middle of the upload."""
    UNANSWERED = auto()
    """The service does what it was asked to do, and the connection is closed before its answer."""
    SILENT = auto()
    """The same, but the connection stays until the other end has waited long enough."""


class Front:
    """Relays connections on a port of its own; those to come fail as `failures` says."""

    def __init__(self, backend: str) -> None:
        self.failures: deque[Failure | bytes] = deque()
        """In the order of the connections to come; bytes are the answer, instead of the service."""
        self.connections = 0
        self.notice: Callable[[], None] = lambda: None
        """Called before each connection is handled."""
        self._backend = (urlsplit(backend).hostname, urlsplit(backend).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            failure = self.failures.popleft() if self.failures else None
            threading.Thread(target=self._handle, args=(client, failure), daemon=True).start()

    def _handle(self, client: socket.socket, failure: Failure | bytes | None) -> None:
        self.notice()
        with client:
            if isinstance(failure, bytes):
                _receive_request(client)
                client.sendall(failure)
            elif failure is Failure.CUT:
                client.recv(10_000)
            elif failure is not Failure.CLOSED:
                self._relay(client, failure)

    def _relay(self, client: socket.socket, failure: Failure | None) -> None:
        with socket.create_connection(self._backend) as service:
            asking = threading.Thread(target=_copy, args=(client, service), daemon=True)
            asking.start()
            if failure is None:
                _copy(service, client)
                return
            service.recv(1)
            if failure is Failure.SILENT:
                asking.join()
            with suppress(OSError):  # it has gone
                client.shutdown(socket.SHUT_RDWR)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two has gone


def _receive_request(client: socket.socket) -> None:
    stream = client.makefile("rb")
    length = 0
    while line := stream.readline().strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    stream.read(length)
