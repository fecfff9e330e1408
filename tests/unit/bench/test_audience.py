"""An audience notices what listeners would notice."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.bench.audience import RATE, attend

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 5_000_000
HEAD = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1000000\r\n\r\n"


@contextmanager
def server(answer: bytes, *, hangs_up: bool = False) -> Iterator[tuple[str, int]]:
    """Answer every connection alike, and keep it open or hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.recv(4096)
                connection.sendall(answer)
                if hangs_up:
                    connection.close()
                else:
                    kept.append(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in kept:
                connection.close()


def test_who_has_music_ahead_does_not_stall() -> None:
    with server(HEAD + bytes(4 * RATE)) as place:
        heard = attend(place, ["/song"], SIZE, listeners=3, seconds=1.5)

    assert (heard.stalled, heard.failed) == (0, 0)


def test_nobody_takes_more_than_the_music_and_two_seconds_ahead() -> None:
    with server(HEAD + bytes(20 * RATE)) as place:
        heard = attend(place, ["/song"], SIZE, listeners=1, seconds=1.5)

    assert 2 * RATE <= heard.megabytes * 1e6 <= 4 * RATE


def test_who_waits_too_long_for_music_has_stalled() -> None:
    with server(HEAD + bytes(RATE)) as place:
        heard = attend(place, ["/song"], SIZE, listeners=2, seconds=4)

    assert (heard.stalled, heard.failed) == (2, 0)


def test_whose_music_runs_dry_has_stalled() -> None:
    with server(HEAD + bytes(2 * RATE + 100)) as place:
        heard = attend(place, ["/song"], SIZE, listeners=2, seconds=5)

    assert (heard.stalled, heard.failed) == (2, 0)


def test_who_is_cut_off_has_failed() -> None:
    with server(HEAD + bytes(1000), hangs_up=True) as place:
        heard = attend(place, ["/song"], SIZE, listeners=2, seconds=2)

    assert (heard.stalled, heard.failed) == (2, 2)


def test_who_is_refused_has_failed() -> None:
    with server(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") as place:
        heard = attend(place, ["/song"], SIZE, listeners=1, seconds=2)

    assert (heard.stalled, heard.failed) == (1, 1)
