"""Is an upload audio that browsers play? The bytes decide, not the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from cdpsfy.tracks.audio import adts, flac, mp4, mpeg, ogg, wav
from cdpsfy.tracks.audio.frames import SEARCH_RANGE
from cdpsfy.tracks.audio.reader import BoundedReader
from cdpsfy.tracks.audio.refusals import UNKNOWN, NotAudio, refuse_other_kinds
from cdpsfy.tracks.audio.tags import after_tags

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NotAudio", "media_type"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# These stand at the very start of a file.
_CONTAINERS: tuple[Callable[[BoundedReader], str | None], ...] = (
    ogg.recognise,
    wav.recognise,
    mp4.recognise,
)
# These may stand behind tags. MP3 is the commonest, FLAC the surest: it has a magic number.
_STREAMS: tuple[Callable[[BoundedReader, int], str | None], ...] = (
    flac.recognise,
    mpeg.recognise,
    adts.recognise,
)


def media_type(source: BinaryIO) -> str:
    """Return the media type of the audio in `source`, or raise `NotAudio`.

    `source` is a seekable binary file; it is left at its start. The reading is bounded, whatever
    the size of the file and whatever it holds (`BoundedReader`). `OSError` from `source` passes.

    The answer is `audio/mpeg` (MPEG-1, 2 and 2.5 layer III), `audio/ogg` (Vorbis, Opus, FLAC),
    `audio/flac`, `audio/wav`, `audio/mp4` (no video) or `audio/aac` (ADTS).

    A file may be audio and something else at once: an ID3 tag can hold a whole web page. Such a
    file is taken for the audio it is. What keeps it from running in a browser are the headers it
    is served with (this media type, nosniff, CSP sandbox), not this function.
    """
    try:
        return _recognise(BoundedReader(source))
    finally:
        source.seek(0)


def _recognise(reader: BoundedReader) -> str:
    if reader.size == 0:
        raise NotAudio("This file is empty.")
    for container in _CONTAINERS:
        if found := container(reader):
            return found
    # Some programs write a UTF-8 byte order mark before the first byte; players skip it.
    start = len(_BYTE_ORDER_MARK) if reader.read(0, 3) == _BYTE_ORDER_MARK else 0
    refuse_other_kinds(reader.read(start, start + SEARCH_RANGE))
    return _recognise_stream(reader, start)


def _recognise_stream(reader: BoundedReader, start: int) -> str:
    sound = after_tags(reader, start)
    for stream in _STREAMS:
        if found := stream(reader, sound):
            return found
    # What follows a tag is named only now: before frames, junk of any kind is harmless.
    refuse_other_kinds(reader.read(sound, sound + SEARCH_RANGE))
    if sound > start:
        raise NotAudio("This is only a tag (ID3 or APE), with no audio after it.")
    raise NotAudio(UNKNOWN)
