"""Songs that nobody would like to hear: valid audio of random bytes, made again from a number."""

from __future__ import annotations

import hashlib
import random
import struct
from dataclasses import dataclass
from functools import cached_property

_MP3_HEADER = bytes.fromhex("fffb9000")
"""MPEG-1 layer III, 128 kbit/s, 44.1 kHz (ISO/IEC 11172-3 §2.4.1.3)."""
_MP3_FRAME = 417
"""Bytes of such a frame without padding: 144 * 128000 // 44100."""
_SAMPLE_RATE = 44100


@dataclass(frozen=True)
class Song:
    """A file, as a person has it on disk."""

    name: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """The digest of the bytes, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


def make_song(seed: int, size: int) -> Song:
    """Return the song of this number, some size bytes long; no two numbers have the same one."""
    name, make = _FORMATS[seed % len(_FORMATS)]
    noise = random.Random(seed).randbytes(size)  # noqa: S311 - to be made again, not secret
    return Song(f"noise-{seed}.{name}", make(noise))


def _mp3(noise: bytes) -> bytes:
    step = _MP3_FRAME - len(_MP3_HEADER)
    # No frame may seem to begin within another one.
    calm = noise[: len(noise) // step * step].replace(b"\xff", b"\xfe")
    return b"".join(_MP3_HEADER + calm[at : at + step] for at in range(0, len(calm), step))


def _wav(noise: bytes) -> bytes:
    samples = noise[: len(noise) // 4 * 4]
    layout = struct.pack("<HHIIHH", 1, 2, _SAMPLE_RATE, 4 * _SAMPLE_RATE, 4, 16)
    chunks = b"fmt " + struct.pack("<I", len(layout)) + layout
    chunks += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def _flac(noise: bytes) -> bytes:
    """Return stream information and one frame, which only a decoder would refuse (RFC 9639)."""
    samples = len(noise) // 4
    about = _SAMPLE_RATE << 44 | 1 << 41 | 15 << 36 | samples
    stream_info = struct.pack(">HH", 4096, 4096) + bytes(6) + about.to_bytes(8) + bytes(16)
    return b"fLaC\x80" + len(stream_info).to_bytes(3) + stream_info + b"\xff\xf8" + noise


_FORMATS = (("mp3", _mp3), ("wav", _wav), ("flac", _flac))
