"""Ogg (RFC 3533) with Vorbis, Opus (RFC 7845) or FLAC (RFC 9639 §10.1)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from cdpsfy.tracks.audio.refusals import NotAudio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.tracks.audio.reader import BoundedReader

# RFC 3533 §6: capture pattern, version, flags, granule position, serial, sequence, checksum,
# number of segments; then the length of each segment.
_PAGE_HEADER = struct.Struct("<4sBBq4s4s4sB")
_MOST_SEGMENTS = 255
_FIRST_OF_STREAM = 0x02

# A stream names its codec in the first bytes of its first page.
_CODEC_SIZE = 8
_SOUND = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")
_SKELETON = (b"fishead\x00",)
_VIDEO = (b"\x80theora", b"\x80daala", b"\x01video", b"BBCD\x00", b"OVP80")


class _Page(NamedTuple):
    first: bool
    granule: int
    codec: bytes


def recognise(reader: BoundedReader) -> str | None:
    """Return `audio/ogg` if the file is an Ogg with sound and no video, None if it is no Ogg.

    Raises `NotAudio` if other streams are in it, or no sound after the headers.
    """
    if reader.read(0, 4) != b"OggS":
        return None
    codecs, has_sound = [], False
    for page in _pages(reader):
        if page.first:
            codecs.append(page.codec)
        elif page.granule > 0:  # pages of headers have 0, or -1 where no packet ends
            has_sound = True
            break
    _refuse_other_streams(codecs)
    if not has_sound:
        raise NotAudio("This Ogg file is damaged or cut short: it holds no sound.")
    return "audio/ogg"


def _refuse_other_streams(codecs: list[bytes]) -> None:
    if any(codec.startswith(_VIDEO) for codec in codecs):
        raise NotAudio("This is video (Ogg), not audio.")
    streams = [codec for codec in codecs if not codec.startswith(_SKELETON)]
    if not streams or not all(codec.startswith(_SOUND) for codec in streams):
        raise NotAudio("This Ogg file holds something else than Vorbis, Opus or FLAC sound.")


def _pages(reader: BoundedReader) -> Iterator[_Page]:
    """Yield the pages from the start of the file, until there is none where the last one ends."""
    position = 0
    while True:
        page = reader.read(position, position + _PAGE_HEADER.size + _MOST_SEGMENTS + _CODEC_SIZE)
        if len(page) < _PAGE_HEADER.size or not page.startswith(b"OggS"):
            return
        _, _, flags, granule, _, _, _, segments = _PAGE_HEADER.unpack_from(page)
        body = _PAGE_HEADER.size + segments
        codec = page[body : body + _CODEC_SIZE]
        yield _Page(bool(flags & _FIRST_OF_STREAM), granule, codec)
        position += body + sum(page[_PAGE_HEADER.size : body])
