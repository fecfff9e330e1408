"""FLAC (RFC 9639)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cdpsfy.tracks.audio.refusals import NotAudio

if TYPE_CHECKING:
    from cdpsfy.tracks.audio.reader import BoundedReader

# §8: the marker, then the first metadata block: always STREAMINFO (type 0), of 34 bytes.
_MARKER_SIZE = 4
_START = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
_BLOCK_HEADER_SIZE = 4
_LAST_BLOCK = 0x80
_FRAME_SYNC = (b"\xff\xf8", b"\xff\xf9")  # §9.1


def recognise(reader: BoundedReader, start: int) -> str | None:
    """Return `audio/flac` if a FLAC stream stands at `start`, else None.

    Raises `NotAudio` if no frame follows the metadata.
    """
    metadata = start + _MARKER_SIZE
    if not _START.match(reader.read(start, metadata + _BLOCK_HEADER_SIZE)):
        return None
    frames = _after_metadata(reader, metadata)
    if reader.read(frames, frames + 2) not in _FRAME_SYNC:
        raise NotAudio("This FLAC file is damaged or cut short: it holds no sound.")
    return "audio/flac"


def _after_metadata(reader: BoundedReader, position: int) -> int:
    """Return the offset behind the metadata blocks that begin at `position` (§8.1)."""
    while header := reader.read(position, position + _BLOCK_HEADER_SIZE):
        position += _BLOCK_HEADER_SIZE + int.from_bytes(header[1:])
        if header[0] & _LAST_BLOCK:
            break
    return position
