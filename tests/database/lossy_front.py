"""Relays connections to a MariaDB, and loses them at a COMMIT that it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from sqlalchemy import make_url

_COMMIT = b"\x03COMMIT"  # COM_QUERY and its text


class LossyFront:
    """A COMMIT may break its connection.

    It arrives and only its answer is lost when arrives is true, as when a writer dies just after
    it; otherwise it never arrives.
    """

    def __init__(self, url: str, *, arrives: bool) -> None:
        address = make_url(url)
        self._backend = (address.host or "", address.port or 0)
        self._arrives = arrives
        self._lock = threading.Lock()
        self._next = -1
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = address.set(port=port).render_as_string(hide_password=False)
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_commit(self, number: int) -> None:
        """Lose a COMMIT, once: the next one is number 0."""
        self._next = number

    def has_lost(self) -> bool:
        """Tell whether it came to that."""
        return self._next < 0

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._backend) as server:
            lost = threading.Event()
            back = threading.Thread(target=_answer, args=(server, client, lost), daemon=True)
            back.start()
            isolated = False
            while data := _receive(client):
                # Every connection begins with a COMMIT of its isolation level.
                begins, isolated = not isolated, isolated or _COMMIT in data
                if _COMMIT in data and not begins and self._is_to_be_lost():
                    lost.set()
                    if self._arrives:
                        server.sendall(data)
                        back.join(5)
                    break
                server.sendall(data)
            with suppress(OSError):  # the server may have hung up by itself
                server.shutdown(socket.SHUT_RDWR)  # closing does not end the other thread's wait

    def _is_to_be_lost(self) -> bool:
        with self._lock:
            self._next -= 1
            return self._next == -1


def _answer(server: socket.socket, client: socket.socket, lost: threading.Event) -> None:
    while data := _receive(server):
        if lost.is_set():
            return
        try:
            client.sendall(data)
        except OSError:
            return


def _receive(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""
