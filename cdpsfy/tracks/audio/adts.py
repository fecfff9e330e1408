"""AAC without a container: ADTS (ISO/IEC 14496-3 §1.A.2.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cdpsfy.tracks.audio.frames import Frame, has_frames

if TYPE_CHECKING:
    from cdpsfy.tracks.audio.reader import BoundedReader

# Twelve ones, the version, layer 00, protection.
_SYNC = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")
_HEADER = re.compile(_SYNC.pattern + rb".{5}", re.DOTALL)
_HEADER_SIZE = 7
_SAMPLE_RATES = 13


def recognise(reader: BoundedReader, start: int) -> str | None:
    """Return `audio/aac` if ADTS frames begin near `start`, else None."""
    return "audio/aac" if has_frames(reader, start, _SYNC, _frame) else None


def _frame(header: bytes) -> Frame | None:
    if not _HEADER.match(header):
        return None
    bits = int.from_bytes(header)
    rate, length = bits >> 34 & 0b1111, bits >> 13 & 0x1FFF
    if rate >= _SAMPLE_RATES or length < _HEADER_SIZE:
        return None
    return Frame((bits >> 28,), length)  # the fixed header: its first 28 bits
