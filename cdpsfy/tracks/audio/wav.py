"""WAV: RIFF/WAVE (Microsoft and IBM, Multimedia Programming Interface 1.0, 1991)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.tracks.audio.refusals import NotAudio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.tracks.audio.reader import BoundedReader

_RIFF_HEADER_SIZE = 12
_CHUNK_HEADER_SIZE = 8
_PLAYED_FORMATS = (0x0001, 0x0003, 0x0006, 0x0007, 0xFFFE)  # PCM, float, A-law, µ-law, extensible


def recognise(reader: BoundedReader) -> str | None:
    """Return `audio/wav` if the file is a WAV with sound, None if it is no WAV at all.

    Raises `NotAudio` if the sound is missing or coded in a way that browsers do not play.
    """
    head = reader.read(0, _RIFF_HEADER_SIZE)
    if not (head.startswith(b"RIFF") and head.endswith(b"WAVE")):
        return None
    chunks = dict(_chunks_up_to_data(reader))
    if b"fmt " not in chunks or not chunks.get(b"data"):
        raise NotAudio("This WAV file holds no sound.")
    if int.from_bytes(chunks[b"fmt "][:2], "little") not in _PLAYED_FORMATS:
        raise NotAudio("The sound in this WAV file is coded in a way that browsers do not play.")
    return "audio/wav"


def _chunks_up_to_data(reader: BoundedReader) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the first two bytes of each chunk, the last being `data`."""
    position, name = _RIFF_HEADER_SIZE, b""
    while name != b"data":
        header = reader.read(position, position + _CHUNK_HEADER_SIZE + 2)
        name, size = header[:4], int.from_bytes(header[4:8], "little")
        if not name:
            return
        yield name, header[8 : 8 + size]
        position += _CHUNK_HEADER_SIZE + size + size % 2  # chunks begin at even offsets
