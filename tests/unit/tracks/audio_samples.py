"""The smallest files of each kind, made byte by byte."""

from __future__ import annotations

import random
import struct

# MPEG-1 layer III, 128 kbit/s, 44100 Hz, no padding: frames of 144 * 128000 // 44100 bytes.
MP3_FRAME = b"\xff\xfb\x90\x64".ljust(417, b"\xaa")
MP3_FRAME_PADDED = b"\xff\xfb\x92\x64".ljust(418, b"\xaa")
# The same in MPEG-2 (64 kbit/s, 22050 Hz) and in MPEG-2.5 (64 kbit/s, 11025 Hz).
MP3_FRAME_MPEG_2 = b"\xff\xf3\x80\x64".ljust(208, b"\xaa")
MP3_FRAME_MPEG_2_5 = b"\xff\xe3\x80\x64".ljust(417, b"\xaa")
MP2_FRAME = b"\xff\xfd\x80\x04".ljust(417, b"\xaa")

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def noise(size: int) -> bytes:
    """Return the same bytes every time, without any meaning."""
    return random.Random(1).randbytes(size)  # noqa: S311 - not a secret


def mp3(frames: int = 4) -> bytes:
    return MP3_FRAME * frames


def id3(size: int = 50, content: bytes = b"", *, footer: bool = False) -> bytes:
    synchsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    flags = b"\x10" if footer else b"\x00"
    tail = b"3DI\x04\x00" + flags + synchsafe if footer else b""
    return b"ID3\x04\x00" + flags + synchsafe + content.ljust(size, b"\x00") + tail


def ape_tag(size: int = 50) -> bytes:
    def mark(flags: int) -> bytes:
        return b"APETAGEX" + struct.pack("<4I8x", 2000, size + 32, 1, flags)

    return mark(0xA0000000) + bytes(size) + mark(0x80000000)


def adts(frames: int = 4, length: int = 100) -> bytes:
    # AAC-LC, 44100 Hz, two channels, no CRC.
    header = 0xFFF15080 << 24 | length << 13 | 0x1FFC
    return header.to_bytes(7).ljust(length, b"\xaa") * frames


def flac(picture: int = 100) -> bytes:
    streaminfo = b"\x00\x00\x00\x22" + bytes(34)
    cover = b"\x86" + picture.to_bytes(3) + bytes(picture)
    return b"fLaC" + streaminfo + cover + b"\xff\xf8\xc9\x18".ljust(100, b"\xaa")


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def wav(*chunks: bytes) -> bytes:
    content = b"WAVE" + b"".join(chunks)
    return chunk(b"RIFF", content)


def wav_format(tag: int = 1) -> bytes:
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, 1, 8000, 16000, 2, 16))


def simple_wav() -> bytes:
    return wav(wav_format(), chunk(b"LIST", b"odd"), chunk(b"data", bytes(100)))


def ogg_page(packet: bytes, *, first: bool = False, granule: int = 0, serial: int = 1) -> bytes:
    segments = [*[255] * (len(packet) // 255), len(packet) % 255]
    header = struct.pack(
        "<4sBBqIIIB", b"OggS", 0, 2 if first else 0, granule, serial, 0, 0, len(segments)
    )
    return header + bytes(segments) + packet


def ogg(*codecs: bytes) -> bytes:
    """Return an Ogg file with a stream of each codec, of which the first has some sound."""
    starts = [
        ogg_page(codec.ljust(30, b"\x00"), first=True, serial=serial)
        for serial, codec in enumerate(codecs)
    ]
    return b"".join(starts) + ogg_page(b"comments") + ogg_page(b"\xaa" * 300, granule=960)


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def large_box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content


def track(handler: bytes, codec: bytes) -> bytes:
    stsd = box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(28)))
    hdlr = box(b"hdlr", bytes(8), handler, bytes(13))
    return box(b"trak", box(b"mdia", hdlr, box(b"minf", box(b"stbl", stsd))))


FTYP = box(b"ftyp", b"M4A \x00\x00\x02\x00isom")
MDAT = box(b"mdat", b"\xaa" * 100)
SOUND = track(b"soun", b"mp4a")
VIDEO = track(b"vide", b"avc1")
CHAPTERS = track(b"text", b"text")
COVER = box(b"udta", box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdir", bytes(13))))


def movie(*tracks: bytes) -> bytes:
    return box(b"moov", box(b"mvhd", bytes(100)), *tracks)


def mp4(*tracks: bytes) -> bytes:
    return FTYP + MDAT + movie(*tracks)


def transport_stream(time: bytes = b"") -> bytes:
    return (time + b"G".ljust(188, b"\xff")) * 5


SMALL = {
    "audio/mpeg": id3() + mp3(),
    "audio/aac": adts(),
    "audio/flac": flac(),
    "audio/wav": simple_wav(),
    "audio/ogg": ogg(b"\x01vorbis"),
    "audio/mp4": mp4(SOUND, COVER),
}
"""One sample of each media type."""
