"""The songs of a chaos run pass for audio, each is like no other, and each can be made again."""

from __future__ import annotations

import io

import pytest

from cdpsfy.tracks.audio import media_type
from ops.chaos.songs import make_song


@pytest.mark.parametrize(("seed", "kind"), [(0, "audio/mpeg"), (1, "audio/wav"), (2, "audio/flac")])
@pytest.mark.parametrize("size", [100_000, 1_000_003])
def test_a_song_is_audio(seed: int, kind: str, size: int) -> None:
    assert media_type(io.BytesIO(make_song(seed, size).data)) == kind


def test_a_song_has_about_the_size_that_was_asked_for() -> None:
    assert all(abs(len(make_song(seed, 500_000).data) - 500_000) < 10_000 for seed in range(3))


def test_a_number_always_gives_the_same_song() -> None:
    assert make_song(5, 100_000).sha256 == make_song(5, 100_000).sha256


def test_no_two_numbers_give_the_same_song() -> None:
    assert len({make_song(seed, 100_000).sha256 for seed in range(30)}) == 30
