"""A sound of any length becomes 800 bytes, in little memory."""

from __future__ import annotations

import array
from itertools import pairwise

import pytest

from cdpsfy.web.services.outline import LOUDEST, PARTS, outline

RATE = 8000


def sound(seconds: float, volume: float) -> bytes:
    half = round(30_000 * volume)
    return array.array("h", [half, -half] * round(seconds * RATE / 2)).tobytes()


@pytest.mark.parametrize("seconds", [0.5, 8, 8.01, 16, 61])
def test_it_is_as_loud_as_the_sound_from_beginning_to_end(seconds: float) -> None:
    found = outline([sound(seconds / 2, 1), sound(seconds / 2, 0.5)])

    assert len(found) == PARTS
    assert set(found[:390]) == {LOUDEST}
    assert set(found[410:]) <= {LOUDEST // 2, LOUDEST // 2 + 1}


def test_a_swell_rises() -> None:
    found = outline(sound(1, second / 40) for second in range(40))

    assert all(before <= after for before, after in pairwise(found))
    assert (found[0], found[-1]) == (0, LOUDEST)


def test_where_it_is_cut_makes_no_difference() -> None:
    whole = sound(3, 1) + sound(2, 0.3)
    cuts = [0, 1, 161, 10_001, 30_303, len(whole)]

    assert outline(whole[start:stop] for start, stop in pairwise(cuts)) == outline([whole])


def test_silence_is_flat_and_nothing_is_nothing() -> None:
    assert outline([sound(1, 0)]) == bytes(PARTS)
    assert outline([]) == b""
