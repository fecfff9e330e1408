"""A line to a server that can fall silent, as a machine does that loses its power."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

_PIECE = 65536


class Line:
    """Relays connections on a port of its own."""

    def __init__(self, server: str) -> None:
        self._server = (urlsplit(server).hostname, urlsplit(server).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._silent = threading.Event()
        self._asked = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def silence(self) -> None:
        """Let those who are connected, and those who come, hear nothing more; they are not told."""
        self._asked.clear()
        self._silent.set()

    def wait_for_somebody(self) -> None:
        """Wait until somebody has asked in vain."""
        assert self._asked.wait(20)

    def speak(self) -> None:
        """Serve those who come from now on; the others go on waiting."""
        self._silent.clear()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._server) as server:
            back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
            back.start()
            self._copy(client, server, asks=True)
            back.join()

    def _copy(self, source: socket.socket, target: socket.socket, *, asks: bool = False) -> None:
        with suppress(OSError):  # one of the two has gone
            while data := source.recv(_PIECE):
                if self._silent.is_set():
                    if asks:
                        self._asked.set()
                    while source.recv(_PIECE):
                        pass  # it is connected, and that is all
                    break
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
