"""Tags that stand before the sound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdpsfy.tracks.audio.reader import BoundedReader

# id3.org, ID3v2.4.0 §3.1: versions are less than 0xFF, the size has four times 7 bits.
_ID3_HEADER = re.compile(rb"ID3[^\xff]{2}.[\x00-\x7f]{4}", re.DOTALL)
_ID3_HEADER_SIZE = 10
_ID3_FOOTER_PRESENT = 0x10

# APEv2: name, version, size (items and footer), items, flags, reserved; little endian.
_APE_HEADER_SIZE = 32
_APE_IS_HEADER = 1 << 29


def after_tags(reader: BoundedReader, start: int) -> int:
    """Return the offset behind the ID3v2 and APEv2 tags that follow each other from `start` on.

    That is `start` when there are none; it may lie beyond the end of a file that is cut short.
    """
    while size := _tag_size(reader.read(start, start + _APE_HEADER_SIZE)):
        start += size
    return start


def _tag_size(header: bytes) -> int:
    return _id3_size(header) or _ape_size(header)


def _id3_size(header: bytes) -> int:
    if not _ID3_HEADER.match(header):
        return 0
    size = _ID3_HEADER_SIZE
    for place, digit in enumerate(header[6:10]):
        size += digit << (7 * (3 - place))
    if header[5] & _ID3_FOOTER_PRESENT:
        size += _ID3_HEADER_SIZE
    return size


def _ape_size(header: bytes) -> int:
    flags = int.from_bytes(header[20:24], "little")
    if not header.startswith(b"APETAGEX") or not flags & _APE_IS_HEADER:
        return 0
    return _APE_HEADER_SIZE + int.from_bytes(header[12:16], "little")
