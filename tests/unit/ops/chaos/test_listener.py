"""A listener goes on after trouble as a player does, and notices what a player would not."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from ops.chaos.ledger import Ledger, What, read_ledger
from ops.chaos.listener import Habit, Play, Track
from ops.chaos.person import Person
from ops.chaos.songs import make_song
from tests.unit.ops.chaos.troubled import (
    CUT,
    TroubledServer,
    is_another_song,
    is_cut,
    is_wrong,
    refuses,
    stalls,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ops.chaos.troubled import Trouble

SONG = make_song(1, 390_000)
FAST = Habit(rate=1e7, piece=None)


def test_a_play_without_trouble_is_one_request(tmp_path: Path) -> None:
    requests, end = play(tmp_path, [])

    assert requests == ["1 bytes=0-"]
    assert end["problem"] == ""
    assert end["bytes"] == len(SONG.data)


def test_a_listener_may_ask_for_piece_after_piece(tmp_path: Path) -> None:
    requests, end = play(tmp_path, [], Habit(rate=1e7, piece=CUT + 10))

    assert requests == [f"1 bytes=0-{CUT + 9}", f"1 bytes={CUT + 10}-{2 * CUT + 19}"]
    assert end["problem"] == ""


@pytest.mark.parametrize("trouble", [is_cut, stalls])
def test_a_play_goes_on_where_it_was_interrupted(tmp_path: Path, trouble: Trouble) -> None:
    requests, end = play(tmp_path, [trouble])

    assert requests == ["1 bytes=0-", f"1 bytes={CUT}-"]
    assert end["problem"] == ""
    assert end["interruptions"] == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 404, 429])
def test_an_error_is_not_the_end(tmp_path: Path, status: int) -> None:
    requests, end = play(tmp_path, [is_cut, refuses(status)])

    assert requests[1:] == [f"1 bytes={CUT}-"] * 2
    assert end["problem"] == ""


@pytest.mark.parametrize("status", [401, 403])
def test_a_ticket_that_is_refused_is_renewed(tmp_path: Path, status: int) -> None:
    requests, end = play(tmp_path, [is_cut, refuses(status)])

    assert requests[1:] == [f"1 bytes={CUT}-", f"2 bytes={CUT}-"]
    assert end["problem"] == ""


def test_a_wrong_bit_is_noticed(tmp_path: Path) -> None:
    _, end = play(tmp_path, [is_wrong])

    assert end["problem"] == "wrong bytes"


def test_a_track_that_changed_is_noticed(tmp_path: Path) -> None:
    _, end = play(tmp_path, [is_another_song])

    assert end["problem"] == 'the ETag is "another"'


def test_a_play_fails_when_nothing_comes_for_long_enough(tmp_path: Path) -> None:
    _, end = play(tmp_path, [refuses(503)] * 99, Habit(rate=1e7, piece=None, patience=0.3))

    assert end["problem"].endswith("503 Service Unavailable")


def test_what_a_failed_play_waited_for_is_noted(tmp_path: Path) -> None:
    slow = Habit(rate=CUT / 0.1, piece=None, patience=0.7)

    play(tmp_path, [is_cut, *[refuses(503)] * 99], slow)

    noted = {event.what: event.facts for event in read_ledger(tmp_path / "ledger")}
    assert noted[What.GAP]["seconds"] > slow.patience
    assert noted[What.SILENCE]["seconds"] > slow.patience / 2


def play(
    folder: Path, troubles: list[Trouble], habit: Habit = FAST
) -> tuple[list[str], dict[str, Any]]:
    """Return what a listener asked for, and what became of the play."""
    with TroubledServer(SONG, troubles) as server, Ledger(folder / "ledger") as ledger:
        person = Person(server.url, "Ana", ledger)
        Play(person, Track("/tracks/1", SONG.sha256), habit, ledger, threading.Event()).run()
    (end,) = [event for event in read_ledger(folder / "ledger") if event.what is What.PLAY_ENDED]
    return server.requests, dict(end.facts)
