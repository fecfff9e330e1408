"""A picture for a track that has none: always the same one, by the chance of its public id.

The site draws it twice, alike: static/covers.css in pages, by classes alone, and this module where
a file is needed.
"""

from __future__ import annotations

import io
import zlib
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageOps

SIDE = 640
"""Pixels, each way."""
_FINE = SIDE * 2
"""The same while it is drawn: made smaller, its edges are smooth."""
_HUES = 12
_Colour = tuple[int, ...]


class Art(NamedTuple):
    """What tells a picture from another one."""

    shape: str
    hue: int
    """[0, 12): a twelfth of the circle of colours each."""
    mirrored: bool

    @classmethod
    def of(cls, name: str) -> Art:
        """Return the picture of a name."""
        number, shape = divmod(zlib.crc32(name.encode()), len(_SHAPES))
        number, hue = divmod(number, _HUES)
        return cls(_NAMES[shape], hue, mirrored=bool(number % 2))

    def classes(self) -> str:
        """Return the classes that draw it in a page."""
        return f"art art-{self.shape} art-{self.hue}{' mirrored' if self.mirrored else ''}"

    def jpeg(self) -> bytes:
        """Return it as a file."""
        return _jpeg(self)


class _Canvas:
    """A square from 0 to 1, x to the right and y downwards, with the colours of a style sheet."""

    def __init__(self, hue: int) -> None:
        angle = hue * 360 // _HUES
        self.a = _colour(angle, 68, 58)
        self.b = _colour(angle + 40, 60, 42)
        self.c = _colour(angle + 200, 45, 20)
        self.d = _colour(angle + 30, 90, 82)
        self.image = Image.new("RGB", (_FINE, _FINE))
        self._draw = ImageDraw.Draw(self.image)

    def fade(self, top: _Colour, bottom: _Colour) -> None:
        """Fill it with a colour that becomes another one."""
        ramp = Image.linear_gradient("L").resize(self.image.size)
        self.image.paste(ImageOps.colorize(ramp, top, bottom))

    def disc(self, place: tuple[float, float], axes: tuple[float, float], colour: _Colour) -> None:
        """Draw an ellipse around a place, of these half axes."""
        self._draw.ellipse(_box(place, axes), colour)

    def quarter(self, place: tuple[float, float], start: int, colour: _Colour) -> None:
        """Draw a quarter of a disc of half the width; start [degrees] as the clock goes, from 3."""
        self._draw.pieslice(_box(place, (0.5, 0.5)), start, start + 90, colour)

    def area(self, points: list[tuple[float, float]], colour: _Colour) -> None:
        """Draw a polygon."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: _Colour) -> None:
        """Draw a rectangle."""
        self.area([(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def _sun(canvas: _Canvas) -> None:
    canvas.fade(canvas.b, canvas.a)
    canvas.disc((0.5, 0.58), (0.26, 0.26), canvas.d)
    canvas.box(0, 0.62, 1, 1, canvas.c)
    canvas.box(0, 0.7, 1, 0.72, canvas.a)
    canvas.box(0, 0.8, 1, 0.83, canvas.b)


def _moons(canvas: _Canvas) -> None:
    canvas.fade(canvas.c, canvas.b)
    canvas.disc((0.4, 0.42), (0.3, 0.3), canvas.d)
    canvas.disc((0.64, 0.62), (0.26, 0.26), canvas.a)


def _rings(canvas: _Canvas) -> None:
    colours = (canvas.d, canvas.a, canvas.b, canvas.c)
    for ring in reversed(range(16)):
        radius = 0.08 * (ring + 1)
        canvas.disc((0.18, 0.82), (radius, radius), colours[ring % 4])


def _bands(canvas: _Canvas) -> None:
    canvas.fade(canvas.b, canvas.b)
    # Each reaches from the lower left corner to a part of the way to the upper right one.
    for part, colour in ((0.7, canvas.d), (0.6, canvas.a), (0.42, canvas.b), (0.22, canvas.c)):
        shift = 2 * part - 1
        canvas.area([(-3, -3 - shift), (3, 3 - shift), (-3, 5)], colour)


def _hills(canvas: _Canvas) -> None:
    canvas.fade(canvas.a, canvas.d)
    canvas.disc((0.72, 0.28), (0.12, 0.12), canvas.d)
    canvas.disc((0.25, 1), (0.65, 0.42), canvas.b)
    canvas.disc((0.85, 1.08), (0.7, 0.42), canvas.c)


def _tiles(canvas: _Canvas) -> None:
    for x, y, colour in ((0, 0, canvas.b), (1, 0, canvas.a), (0, 1, canvas.c), (1, 1, canvas.d)):
        canvas.box(x / 2, y / 2, (x + 1) / 2, (y + 1) / 2, colour)
    canvas.quarter((0, 0.5), 270, canvas.d)
    canvas.quarter((0.5, 0), 0, canvas.c)
    canvas.quarter((0.5, 0.5), 90, canvas.a)
    canvas.quarter((1, 1), 180, canvas.b)


_SHAPES = {
    "sun": _sun,
    "moons": _moons,
    "rings": _rings,
    "bands": _bands,
    "hills": _hills,
    "tiles": _tiles,
}
_NAMES = tuple(_SHAPES)


@lru_cache(_HUES * len(_SHAPES) * 2)
def _jpeg(art: Art) -> bytes:
    canvas = _Canvas(art.hue)
    _SHAPES[art.shape](canvas)
    image = canvas.image.resize((SIDE, SIDE), Image.Resampling.BOX)
    if art.mirrored:
        image = ImageOps.mirror(image)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90, optimize=True)
    return file.getvalue()


def _colour(angle: int, saturation: int, lightness: int) -> _Colour:
    return ImageColor.getrgb(f"hsl({angle % 360}, {saturation}%, {lightness}%)")


def _box(place: tuple[float, float], axes: tuple[float, float]) -> tuple[float, ...]:
    (x, y), (width, height) = place, axes
    corners = (x - width, y - height, x + width, y + height)
    return tuple(corner * _FINE for corner in corners)
