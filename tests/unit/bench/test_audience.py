"""An audience notices what listeners would notice."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.bench.audience import RATE, Audience, Heard, Player, attend
from tests.bench.outside import outside
from tests.bench.processes import CannotMeasure
from tests.ops.balancer import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[str, int]

HEAD = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1000000\r\n\r\n"
AHEAD = 2 * RATE


@contextmanager
def server(answer: bytes, *, hangs_up: bool = False) -> Iterator[Place]:
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


@contextmanager
def player(place: Place, rate: int = RATE) -> Iterator[Player]:
    """A player whose clock is at 0 when it comes."""
    one = Player(place, "/song", 0, rate)
    try:
        yield one
    finally:
        one.leave()


def look_until_it_has(one: Player, size: int, now: float) -> None:
    """Let no time pass for the player until so many bytes have come."""

    def has_it() -> bool:
        one.look(now)
        return one.received >= size

    eventually(has_it)


def look_until_it_fails(one: Player) -> None:
    def has_failed() -> bool:
        one.look(0)
        return one.failed

    eventually(has_failed)


def test_who_has_music_ahead_does_not_stall() -> None:
    with server(HEAD + bytes(2 * AHEAD)) as place, player(place) as one:
        look_until_it_has(one, AHEAD, now=0)
        look_until_it_has(one, AHEAD + RATE, now=1)
        one.look(3)

        assert not one.stalled


def test_nobody_takes_more_than_the_music_and_two_seconds_ahead() -> None:
    with server(HEAD + bytes(3 * AHEAD)) as place, player(place) as one:
        look_until_it_has(one, AHEAD, now=0)
        look_until_it_has(one, AHEAD + RATE, now=1)
        for _ in range(5):
            one.look(1)

        assert one.received == AHEAD + RATE


def test_who_loads_ahead_takes_more_than_is_played() -> None:
    with server(HEAD + bytes(3 * AHEAD)) as place, player(place, rate=4 * RATE) as one:
        look_until_it_has(one, AHEAD, now=0)
        look_until_it_has(one, AHEAD + 4 * RATE, now=1)

        assert not one.stalled


def test_who_waits_too_long_for_music_has_stalled() -> None:
    with server(HEAD + bytes(RATE)) as place, player(place) as one:
        look_until_it_has(one, RATE, now=0)
        one.look(2.9)
        assert not one.stalled

        one.look(3.1)

        assert (one.stalled, one.failed) == (True, False)


def test_whose_music_runs_dry_has_stalled() -> None:
    with server(HEAD + bytes(AHEAD + 100)) as place, player(place) as one:
        look_until_it_has(one, AHEAD, now=0)
        look_until_it_has(one, AHEAD + 100, now=2)
        assert not one.stalled

        one.look(2.1)

        assert (one.stalled, one.failed) == (True, False)


def test_who_is_cut_off_has_failed() -> None:
    with server(HEAD + bytes(1000), hangs_up=True) as place, player(place) as one:
        look_until_it_fails(one)

        assert one.stalled


def test_who_is_refused_has_failed() -> None:
    refusal = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    with server(refusal) as place, player(place) as one:
        look_until_it_fails(one)

        assert one.stalled


def test_an_audience_listens_in_a_process_of_its_own() -> None:
    with server(HEAD + bytes(AHEAD)) as place:
        audience = Audience(place, ["/song"], 5_000_000, 1, 0.1, long_paths=["/long"])
        with outside(attend, audience) as hearing:
            heard = hearing.result()

    assert heard.listeners == 2


def test_what_was_heard_too_late_is_no_figure() -> None:
    Heard(1, 1, 0, 1.0, late=1.9).require_punctuality()

    with pytest.raises(CannotMeasure, match=r"late by 2\.1 s"):
        Heard(1, 1, 0, 1.0, late=2.1).require_punctuality()
