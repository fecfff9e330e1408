"""Reduces a sound of any length to how loud it is from its beginning to its end."""

from __future__ import annotations

import array
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PARTS = 800
LOUDEST = 127
_TICK = 160
"""Bytes: 10 ms of samples of 16 bit, 8000 in a second."""


def outline(pieces: Iterable[bytes]) -> bytes:
    """Return PARTS bytes from 0 to LOUDEST, which the loudest part has; empty if there is no sound.

    pieces are samples of 16 bit, signed, as this machine has them, cut anywhere. A part's level is
    the average of its peaks: the highest alone is the same everywhere in most of today's music.
    """
    levels = _levels(_peaks(pieces))
    if not levels:
        return b""
    bounds = [part * len(levels) // PARTS for part in range(PARTS + 1)]
    parts = [_mean(levels[start : max(stop, start + 1)]) for start, stop in pairwise(bounds)]
    loudest = max(parts) or 1
    return bytes(round(LOUDEST * level / loudest) for level in parts)


def _peaks(pieces: Iterable[bytes]) -> Iterator[int]:
    """Yield the largest sample of each 10 ms."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        whole = len(data) - len(data) % _TICK
        rest = data[whole:]
        for start in range(0, whole, _TICK):
            yield max(map(abs, array.array("h", data[start : start + _TICK])))


def _levels(peaks: Iterable[int]) -> list[float]:
    """Return averages of as many peaks each, fewer than 2 * PARTS: when full, two become one."""
    levels: list[float] = []
    span, total, count = 1, 0, 0
    for peak in peaks:
        total, count = total + peak, count + 1
        if count == span:
            levels.append(total / span)
            total = count = 0
        if len(levels) == 2 * PARTS:
            levels = [_mean(levels[at : at + 2]) for at in range(0, len(levels), 2)]
            span *= 2
    return [*levels, total / count] if count else levels


def _mean(levels: list[float]) -> float:
    return sum(levels) / len(levels)
