"""From a recording to a tagged audio file, by ffmpeg."""

import base64
import shutil
import struct
import subprocess
from array import array
from pathlib import Path

from cdpsfy.demo.synthesis.covers import SIZE
from cdpsfy.demo.synthesis.mixing import Stereo
from cdpsfy.demo.synthesis.pieces import Piece
from cdpsfy.demo.synthesis.signals import RATE

_MONO = ("-ac", "1")
_CODECS = {
    ".mp3": ("-c:a", "libmp3lame", "-q:a", "7", "-id3v2_version", "3"),
    ".ogg": ("-c:a", "libvorbis", "-q:a", "2"),
    ".opus": ("-c:a", "libopus", "-b:a", "56k"),
    ".flac": ("-c:a", "flac", "-sample_fmt", "s16", "-ar", "32000", *_MONO),
    ".wav": ("-c:a", "pcm_u8", "-ar", "22050", *_MONO),
    ".m4a": ("-c:a", "aac", "-b:a", "80k", "-movflags", "+faststart"),
}
_MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}
# Without it ffmpeg signs its files with its version and numbers Ogg streams at random.
_REPRODUCIBLE = ("-fflags", "+bitexact", "-flags:a", "+bitexact")


def encode(stereo: Stereo, piece: Piece, cover: Path, target: Path) -> None:
    """Write `target`, in the format that its suffix names."""
    sound = ("-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:")
    picture_input, picture = _picture(cover, target.suffix)
    interleaved = array("f", (sample for frame in zip(*stereo, strict=True) for sample in frame))
    ffmpeg(
        *(*sound, *picture_input, "-map", "0:a"),
        *(*_CODECS[target.suffix], *_tags(piece), *picture),
        *(*_REPRODUCIBLE, str(target)),
        data=interleaved.tobytes(),
    )


def ffmpeg(*arguments: str, data: bytes) -> None:
    """Run ffmpeg on `data`; FileNotFoundError when it is not installed."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise FileNotFoundError("ffmpeg is not on PATH")
    command = (program, "-y", "-loglevel", "error", *arguments)
    subprocess.run(command, input=data, check=True)  # noqa: S603 - our own arguments


def _tags(piece: Piece) -> list[str]:
    tags = {
        "title": piece.title,
        "artist": piece.album.artist,
        "album": piece.album.title,
        "date": str(piece.album.year),
        "genre": piece.genre,
        "track": str(piece.number),
    }
    return [word for name, value in tags.items() for word in ("-metadata", f"{name}={value}")]


def _picture(cover: Path, suffix: str) -> tuple[list[str], list[str]]:
    """Give the inputs and the options that embed a cover, which each container does its way."""
    if suffix == ".wav":
        return [], []
    if suffix in {".ogg", ".opus"}:
        return [], ["-metadata:s:a", f"METADATA_BLOCK_PICTURE={_picture_block(cover)}"]
    described = ["-disposition:v", "attached_pic", "-metadata:s:v", "comment=Cover (front)"]
    return ["-i", str(cover)], ["-map", "1:v", "-c:v", "copy", *described]


def _picture_block(cover: Path) -> str:
    """Encode a front cover as Ogg comments carry it: FLAC's picture block (RFC 9639 §8.8)."""
    front_cover, unknown = 3, 0
    media_type, data = _MEDIA_TYPES[cover.suffix].encode(), cover.read_bytes()
    block = struct.pack(f">II{len(media_type)}s", front_cover, len(media_type), media_type)
    block += struct.pack(">I", 0)  # the length of the description
    block += struct.pack(">IIIII", SIZE, SIZE, unknown, unknown, len(data))
    return base64.b64encode(block + data).decode()
