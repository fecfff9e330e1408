"""M4A: the ISO base media file format (ISO/IEC 14496-12) with sound and no video."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cdpsfy.tracks.audio.refusals import NotAudio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.tracks.audio.reader import BoundedReader

_CODECS = (b"mp4a", b"alac")  # only Safari plays ALAC, but it is sound and people own it

# §4.2: size and type; size 0 means "to the end", size 1 "see the 64 bits behind the type".
_BOX_HEADER_SIZE = 8
_LARGE_BOX_HEADER_SIZE = 16


class _Box(NamedTuple):
    kind: bytes
    start: int  # of what is in it
    stop: int  # as the box says: it may lie beyond the end of the file


def recognise(reader: BoundedReader) -> str | None:
    """Return `audio/mp4` if the file is an MP4 with sound and no video, None if it is no MP4.

    A cover is metadata and no video track. Chapters are text tracks, which do not matter.
    Raises `NotAudio` if there is video, or no sound.
    """
    if reader.read(4, 8) != b"ftyp":
        return None
    tracks = list(_children(reader, _movie(reader), b"trak"))
    handlers = {_handler(reader, track) for track in tracks}
    if b"vide" in handlers:
        raise NotAudio("This is video (MP4), not audio.")
    if b"soun" not in handlers:
        raise NotAudio("This MP4 file holds no sound.")
    if not any(_codec(reader, track) in _CODECS for track in tracks):
        raise NotAudio("The sound in this MP4 file is neither AAC nor ALAC.")
    return "audio/mp4"


def _movie(reader: BoundedReader) -> _Box:
    """Return the box that describes the tracks. It may stand before or after the media."""
    found: dict[bytes, _Box] = {}
    for box in _boxes(reader, 0, reader.size):
        if box.start < min(box.stop, reader.size):
            found[box.kind] = box
        if found.keys() >= {b"moov", b"mdat"}:
            break
    movie = found.get(b"moov")
    if movie is None or movie.stop > reader.size or b"mdat" not in found:
        raise NotAudio("This MP4 file is damaged or cut short: its index or its sound is missing.")
    return movie


def _handler(reader: BoundedReader, track: _Box) -> bytes:
    """Return what a track is, `soun` for sound (§8.4.3: after version, flags and a zero)."""
    box = _descend(reader, track, b"mdia", b"hdlr")
    return reader.read(box.start + 8, box.start + 12) if box else b""


def _codec(reader: BoundedReader, track: _Box) -> bytes:
    """Return the type of a track's first sample entry (§8.5.2: after version, flags, count)."""
    box = _descend(reader, track, b"mdia", b"minf", b"stbl", b"stsd")
    return reader.read(box.start + 12, box.start + 16) if box else b""


def _descend(reader: BoundedReader, box: _Box, *path: bytes) -> _Box | None:
    found: _Box | None = box
    for kind in path:
        if found:
            found = next(_children(reader, found, kind), None)
    return found


def _children(reader: BoundedReader, parent: _Box, kind: bytes) -> Iterator[_Box]:
    return (box for box in _boxes(reader, parent.start, parent.stop) if box.kind == kind)


def _boxes(reader: BoundedReader, position: int, stop: int) -> Iterator[_Box]:
    """Yield the boxes that follow each other in `[position, stop)`, up to one that is no box."""
    while position < stop:
        header = reader.read(position, position + _LARGE_BOX_HEADER_SIZE)
        size, header_size = int.from_bytes(header[:4]), _BOX_HEADER_SIZE
        if size == 1:
            size, header_size = int.from_bytes(header[8:]), _LARGE_BOX_HEADER_SIZE
        elif size == 0:
            size = stop - position
        if len(header) < header_size or size < header_size:
            return
        yield _Box(header[4:8], position + header_size, position + size)
        position += size
