"""Draws the ratios beside their marks. SVG, without a library."""

from __future__ import annotations

from html import escape
from math import log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.figures import Figure

_LABELS, _WIDTH, _ROW, _MARGIN = 420, 480, 26, 30
"""Pixels: of the names on the left, of the scale, of a figure's height, and around all."""
_LEAST, _MOST = 0.1, 100.0
"""Ratios at the ends of the scale, which is logarithmic; what is beyond is drawn at its end."""
_STYLE = """
text { font: 11px sans-serif; fill: #333 } .round { fill: #7aa6c2; opacity: .6 }
.reached { fill: #2c7a4b } .missed { fill: #c0392b } .told { fill: #333 }
.mark { stroke: #c98a00; stroke-width: 2 } .axis { stroke: #bbb } .one { stroke: #333 }
"""


def plot(figures: Sequence[Figure]) -> str:
    """Return a row for each figure that has a peer: its rounds, their median, and its mark."""
    compared = [figure for figure in figures if figure.peer]
    floor = _MARGIN + _ROW * len(compared)
    body = [
        *_scale(floor),
        *(line for place, figure in enumerate(compared) for line in _row(place, figure)),
    ]
    width, height = _LABELS + _WIDTH + 2 * _MARGIN, floor + 2 * _MARGIN
    words = "times the peer's work per CPU-second, or time; small dots: rounds; line: the mark"
    body.append(f'<text x="{_LABELS}" y="{height - 8}">{words}</text>')
    size = f'width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{_STYLE}</style>'
    return "\n".join([head, *body, "</svg>\n"])


def _scale(floor: int) -> Iterator[str]:
    for ratio in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100):
        name = "one" if ratio == 1 else "axis"
        yield _line(name, _x(ratio), _MARGIN - 10, floor)
        yield f'<text x="{_x(ratio) - 6:.0f}" y="{floor + 14}">{ratio:g}</text>'


def _row(place: int, figure: Figure) -> Iterator[str]:
    middle = _MARGIN + place * _ROW + _ROW / 2
    yield f'<text x="4" y="{middle + 4:.0f}">{escape(f"{figure.name} / {figure.peer}")}</text>'
    for our, their in zip(figure.ours, figure.theirs, strict=True):
        yield _dot("round", our / their, middle, 3)
    if figure.mark is not None:
        at = _x(figure.mark.bound)
        yield _line("mark", at, middle - _ROW / 2 + 2, middle + _ROW / 2 - 2)
    reached = "reached" if figure.is_reached else "missed"
    yield _dot("told" if figure.mark is None else reached, figure.judged.median, middle, 5)


def _x(ratio: float) -> float:
    within = min(max(ratio, _LEAST), _MOST)
    return _LABELS + _WIDTH * (log10(within) - log10(_LEAST)) / (log10(_MOST) - log10(_LEAST))


def _dot(name: str, ratio: float, middle: float, radius: int) -> str:
    spot = f'cx="{_x(ratio):.1f}" cy="{middle:.1f}" r="{radius}"'
    return f'<circle class="{name}" {spot}><title>{ratio:.2f}</title></circle>'


def _line(name: str, at: float, top: float, bottom: float) -> str:
    ends = f'x1="{at:.1f}" y1="{top:.0f}" x2="{at:.1f}" y2="{bottom:.0f}"'
    return f'<line class="{name}" {ends}/>'
