"""What a listener hears is reckoned from what arrived when."""

from __future__ import annotations

import pytest

from ops.chaos.playback import Playback


@pytest.fixture
def playback() -> Playback:
    """Return a player of 10 bytes of music a second, which wants 20 s of them."""
    return Playback(rate=10, ahead=20)


def test_music_that_comes_in_time_is_never_silent(playback: Playback) -> None:
    assert [playback.deliver(10, moment) for moment in (100, 101, 102)] == [0, 0, 0]


def test_a_gap_is_heard_once_the_music_ahead_is_used_up(playback: Playback) -> None:
    playback.deliver(200, 100)

    assert playback.deliver(10, 119) == 0
    assert playback.deliver(10, 125) == pytest.approx(4)
    assert playback.silence == pytest.approx(4)


def test_waiting_for_the_first_byte_is_no_silence(playback: Playback) -> None:
    assert playback.deliver(10, 1_000_000) == 0


def test_nothing_is_wanted_while_there_is_enough_ahead(playback: Playback) -> None:
    playback.deliver(250, 100)

    assert playback.pause(100) == pytest.approx(5)
    assert playback.pause(103) == pytest.approx(2)
    assert playback.pause(105) == 0
