"""The album covers: abstract pictures, each a function from a point to a colour."""

import math
from collections.abc import Callable
from random import Random

SIZE = 320  # pixels, both ways

Colour = tuple[float, float, float]  # red, green, blue, from 0 to 1
Picture = Callable[[float, float], Colour]


def draw(picture: Picture) -> bytes:
    """Paint `picture` over the unit square, y downwards: RGB bytes, row by row."""
    places = [(i + 0.5) / SIZE for i in range(SIZE)]
    return bytes(
        round(255 * min(1, max(0, part))) for y in places for x in places for part in picture(x, y)
    )


def three_discs(x: float, y: float) -> Colour:
    """Three grooved records on a night sky, for a music box."""
    colour = _blend((0.07, 0.09, 0.22), (0.16, 0.14, 0.36), y)
    discs = ((0.36, 0.36, (0.95, 0.71, 0.36)), (0.66, 0.52, (0.86, 0.37, 0.42)))
    for cx, cy, tint in (*discs, (0.4, 0.7, (0.38, 0.68, 0.72))):
        distance = math.hypot(x - cx, y - cy)
        groove = 0.88 + 0.12 * math.cos(distance * 140)
        disc = _blend(colour, _shade(tint, groove), 0.92)
        colour = _blend(colour, disc, _inside(distance, 0.22) - _inside(distance, 0.045))
    return colour


def lighthouse(x: float, y: float) -> Colour:
    """Sun and rays over the sea."""
    sky = _blend((0.98, 0.62, 0.4), (0.29, 0.2, 0.45), math.hypot(x - 0.5, y - 0.6) * 1.3)
    angle = math.atan2(y - 0.6, x - 0.5)
    sky = _blend(sky, (1, 0.86, 0.6), 0.18 * _inside(-math.cos(angle * 18), 0, 0.15))
    sun = _inside(math.hypot(x - 0.5, y - 0.6), 0.2)
    sky = _blend(sky, (1, 0.9, 0.66), sun)
    wave = 0.012 * math.sin(x * 24 + y * 40)
    sea = _blend((0.13, 0.3, 0.45), (0.05, 0.1, 0.22), (y - 0.6) * 2.4)
    glitter = _inside(abs(x - 0.5) + 2 * wave, 0.9 - y) * _inside(math.sin(y * 150), 0, 0.3)
    return _blend(sky, _blend(sea, (1, 0.8, 0.55), 0.6 * glitter), 1 - _inside(y, 0.6))


def quarter_circles(x: float, y: float) -> Colour:
    """Tiles of quarter circles, turned and coloured by chance."""
    tiles = 6
    column, row = int(x * tiles), int(y * tiles)
    random = Random(row * tiles + column)  # noqa: S311 - a picture, not secrets
    paints = [(0.96, 0.93, 0.86), (0.9, 0.35, 0.25), (0.13, 0.33, 0.42), (0.95, 0.74, 0.3)]
    ground, shape = random.sample(paints, 2)
    corner_x, corner_y = random.choice(((0, 0), (0, 1), (1, 0), (1, 1)))
    distance = math.hypot(x * tiles - column - corner_x, y * tiles - row - corner_y)
    colour = _blend(ground, shape, _inside(distance, 0.98, 0.02))
    return _blend(colour, ground, _inside(distance, 0.45, 0.02))


def _inside(distance: float, radius: float, edge: float = 0.003) -> float:
    """1 within the radius, 0 beyond it, smooth over the edge: no jagged outlines."""
    return min(1, max(0, 0.5 + (radius - distance) / (2 * edge)))


def _blend(under: Colour, over: Colour, share: float) -> Colour:
    share = min(1, max(0, share))
    red, green, blue = (u + share * (o - u) for u, o in zip(under, over, strict=True))
    return red, green, blue


def _shade(colour: Colour, light: float) -> Colour:
    return _blend((0, 0, 0), colour, light)
