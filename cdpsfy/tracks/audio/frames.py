"""Streams that are nothing but frames, one after the other: MPEG layer III and ADTS."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from cdpsfy.tracks.audio.reader import BoundedReader

SEARCH_RANGE = 64 * 1024
"""How far behind the tags the first frame may stand [bytes]; FFmpeg looks as far."""

# By chance two consistent headers are in one of 40,000 files of noise, three in one of billions.
_ENOUGH_FRAMES = 3
_LONGEST_FRAME = 8191  # ADTS has 13 bits for it; layer III stays below 1442
_LONGEST_HEADER = 7


class Frame(NamedTuple):
    """What a frame's header says."""

    stream: tuple[int, ...]
    """What all frames of one stream have in common."""
    length: int
    """The whole frame, header included [bytes]."""


def has_frames(
    reader: BoundedReader,
    start: int,
    sync: re.Pattern[bytes],
    parse: Callable[[bytes], Frame | None],
) -> bool:
    """Return whether a stream of frames begins within `SEARCH_RANGE` bytes from `start` on.

    `sync` finds the first two bytes of a header; `parse` reads a header, None if it is none.

    A stream is three frames, each where the one before it ends. Of the last only the header need
    be there: recordings are cut anywhere. One or two frames are enough if they are all there is
    from `start` to the end of the file: 50 ms of sound are sound too.
    """
    window = reader.read(start, start + SEARCH_RANGE + _ENOUGH_FRAMES * _LONGEST_FRAME)
    return any(
        _is_stream(window, found.start(), parse) for found in sync.finditer(window, 0, SEARCH_RANGE)
    )


def _is_stream(window: bytes, begin: int, parse: Callable[[bytes], Frame | None]) -> bool:
    position, streams = begin, set()
    for _ in range(_ENOUGH_FRAMES):
        frame = parse(window[position : position + _LONGEST_HEADER])
        if frame is None:
            return False
        streams.add(frame.stream)
        position += frame.length
        if begin == 0 and position == len(window):  # so short a window is the whole file
            break
    return len(streams) == 1
