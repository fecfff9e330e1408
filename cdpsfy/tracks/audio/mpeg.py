"""MP3: MPEG audio layer III (ISO/IEC 11172-3 §2.4.2.3, ISO/IEC 13818-3; 2.5 is Fraunhofer's)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cdpsfy.tracks.audio.frames import Frame, has_frames

if TYPE_CHECKING:
    from cdpsfy.tracks.audio.reader import BoundedReader

# Eleven ones, the version (not 01), layer III (01), protection.
_SYNC = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_HEADER = re.compile(_SYNC.pattern + rb"..", re.DOTALL)

_FREE_FORMAT, _FORBIDDEN, _RESERVED = 0b0000, 0b1111, 0b11
_MPEG_1 = 0b11
_SAMPLE_RATES = {  # [Hz], by version
    _MPEG_1: (44100, 48000, 32000),
    0b10: (22050, 24000, 16000),
    0b00: (11025, 12000, 8000),
}
_BITRATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # [kbit/s]
_BITRATES_LOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def recognise(reader: BoundedReader, start: int) -> str | None:
    """Return `audio/mpeg` if layer III frames begin near `start`, else None.

    Layers I and II, and free format, are not recognised: browsers do not play them.
    """
    return "audio/mpeg" if has_frames(reader, start, _SYNC, _frame) else None


def _frame(header: bytes) -> Frame | None:
    if not _HEADER.match(header):
        return None
    version = header[1] >> 3 & 0b11
    bitrate, rate, padding = header[2] >> 4, header[2] >> 2 & 0b11, header[2] >> 1 & 1
    if bitrate in (_FREE_FORMAT, _FORBIDDEN) or rate == _RESERVED:
        return None
    if version == _MPEG_1:
        samples, bits = 1152, _BITRATES[bitrate - 1] * 1000
    else:
        samples, bits = 576, _BITRATES_LOW[bitrate - 1] * 1000
    length = samples // 8 * bits // _SAMPLE_RATES[version][rate] + padding
    return Frame((version, rate), length)
