"""Pictures of every kind, and files that only look like one."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 40), (20, 40, 200)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def halves(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Return a picture that is red on the left and blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image.convert(mode)


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def is_like(colour: Any, expected: tuple[int, ...], tolerance: int = 30) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(colour, expected, strict=True))


def png_bomb(side: int) -> bytes:
    """Return a PNG of side by side white pixels, in few bytes."""
    row = b"\0" + b"\xff" * (side // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


JPEG = encoded(halves(), "JPEG")
REFUSED = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "no-picture"),
    "program": (b"MZ\x90\0" + bytes(5000), "no-picture"),
    "gif": (encoded(halves(), "GIF"), "no-picture"),
    "bmp": (encoded(halves(), "BMP"), "no-picture"),
    "nothing": (b"", "no-picture"),
    "bomb": (png_bomb(20_000), "too-large"),
    "cut jpeg": (encoded(halves(400, 400), "JPEG")[:-900], "damaged"),
    "cut png": (encoded(Image.effect_noise((90, 90), 50), "PNG")[:3000], "damaged"),
    "cut webp": (encoded(Image.effect_noise((90, 90), 50), "WEBP")[:900], "damaged"),
}
"""Bytes, and the reason why they are refused."""
