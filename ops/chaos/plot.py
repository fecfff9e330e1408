"""Draws a run: requests and failures over time, with the faults marked. SVG, without a library."""

from __future__ import annotations

from collections import Counter
from html import escape
from math import inf
from typing import TYPE_CHECKING

from ops.chaos.figures import has_failed
from ops.chaos.history import faults_in
from ops.chaos.ledger import What

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.chaos.history import Fault
    from ops.chaos.ledger import Event

_HEIGHT, _LABELS, _MARGIN = 200, 110, 40
"""Pixels of the bars, of the faults' names above them, and around both."""
_BAR = 5
"""Seconds that one bar stands for, and pixels that it is wide."""
_TICK = 60
"""Seconds between two marks of the time."""
_STYLE = """
text { font: 11px sans-serif; fill: #333 } .right { fill: #7aa6c2 } .wrong { fill: #c0392b }
.fault { fill: #f5d76e; opacity: .6 } .return { fill: #f5d76e; opacity: .25 }
.axis { stroke: #333 } .gap { fill: #333 }
"""


def plot(events: Sequence[Event]) -> str:
    """Return a bar for each 5 s, its failed part red, and a dot for each gap in delivery."""
    faults = list(faults_in(events))
    # What people take home when all is over is much in little time, and tells nothing.
    end = min(events[-1].at, max((fault.whole for fault in faults), default=inf))
    drawing = _Drawing(events[0].at, end)
    body = [
        *(line for fault in faults for line in drawing.fault(fault)),
        *drawing.bars([event for event in events if event.what is What.ANSWER and event.at < end]),
        *(drawing.gap(event) for event in events if event.what is What.GAP),
        *drawing.axes(),
    ]
    size = f'width="{drawing.width}" height="{drawing.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{_STYLE}</style>'
    return "\n".join([head, *body, "</svg>\n"])


class _Drawing:
    """From Unix time [s] to pixels."""

    def __init__(self, start: float, end: float) -> None:
        self._start = start
        self._end = end
        self._floor = _MARGIN + _LABELS + _HEIGHT
        self._most = 1
        self.width = round(end - start) + 2 * _MARGIN
        self.height = self._floor + _MARGIN

    def fault(self, fault: Fault) -> Iterator[str]:
        top = _MARGIN + _LABELS
        left, ended, right = (self._x(at) for at in (fault.began, fault.ended, fault.whole))
        for name, begin, end in (("fault", left, ended), ("return", ended, right)):
            width = max(1.0, end - begin)
            yield _rectangle(name, begin, top, width, _HEIGHT)
        place = f"translate({left + 8:.0f} {top - 4}) rotate(-60)"
        yield f'<text transform="{place}">{escape(fault.name)}</text>'

    def bars(self, answers: Sequence[Event]) -> Iterator[str]:
        wrong: Counter[int] = Counter()
        every: Counter[int] = Counter()
        for answer in answers:
            bar = int((answer.at - self._start) // _BAR)
            every[bar] += 1
            wrong[bar] += has_failed(answer.facts["status"])
        self._most = max(every.values(), default=1)
        for bar, count in every.items():
            left = self._x(self._start + bar * _BAR)
            for name, number in (("right", count), ("wrong", wrong[bar])):
                height = number / self._most * _HEIGHT
                yield _rectangle(name, left, self._floor - height, _BAR - 1, height)

    def gap(self, event: Event) -> str:
        seconds = event.facts["seconds"]
        height = min(seconds * 10, _HEIGHT)
        text = f"no bytes for {seconds:.1f} s"
        spot = f'cx="{self._x(event.at):.1f}" cy="{self._floor - height:.1f}" r="2"'
        return f'<circle class="gap" {spot}><title>{text}</title></circle>'

    def axes(self) -> Iterator[str]:
        right = self._x(self._end)
        ends = f'x1="{_MARGIN}" y1="{self._floor}" x2="{right:.0f}" y2="{self._floor}"'
        yield f'<line class="axis" {ends}/>'
        for seconds in range(0, int(self._end - self._start) + 1, _TICK):
            place = f'x="{_MARGIN + seconds}" y="{self._floor + 16}"'
            yield f"<text {place}>{seconds // _TICK} min</text>"
        rate = f"{self._most / _BAR:.0f}/s"
        yield f'<text x="4" y="{_MARGIN + _LABELS + 10}">{rate}</text>'
        words = f"requests in {_BAR} s, red: failed; dots: gaps in delivery, 10 pixels a second"
        yield f'<text x="{_MARGIN}" y="{self.height - 6}">{words}</text>'

    def _x(self, at: float) -> float:
        return _MARGIN + min(at, self._end) - self._start


def _rectangle(name: str, left: float, top: float, width: float, height: float) -> str:
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{name}" x="{left:.1f}" y="{top:.1f}" {size}/>'
