"""A WAV file of silence, as long as one likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_wav(file: Path, size: int) -> None:
    """Write a WAV of size bytes, 16 bits, two channels; its silence takes no room on the disk."""
    rest = size - 44
    with file.open("wb") as wav:
        wav.write(b"RIFF" + (rest + 36).to_bytes(4, "little") + b"WAVEfmt ")
        wav.write((16).to_bytes(4, "little") + b"\1\0\2\0" + (44100).to_bytes(4, "little"))
        wav.write((176_400).to_bytes(4, "little") + b"\4\0\x10\0data" + rest.to_bytes(4, "little"))
        wav.truncate(size)
