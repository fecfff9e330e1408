"""A figure, what it is compared with, and the mark that it should reach."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a figure should be; goal is one beyond it that would be fine."""

    bound: float
    goal: float | None = None
    at_most: bool = False
    """The bound is above; else it is below."""

    def is_reached_by(self, value: float) -> bool:
        """Compare a median with the bound."""
        return value <= self.bound if self.at_most else value >= self.bound

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return f"{sign} {self.bound:,g}" + (f" ({self.goal:g})" if self.goal is not None else "")


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, and the quartiles around it."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return that of one value or more."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        return cls(*statistics.quantiles(values, n=4, method="inclusive"))


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table: ours, round by round, and a peer's of the same rounds.

    Without a peer, ours itself is judged; with one, the ratio of each round.
    """

    name: str
    unit: str
    ours: Sequence[float]
    mark: Mark | None
    """None: it is told, and nothing is asked of it."""
    peer: str = ""
    theirs: Sequence[float] = ()

    @property
    def judged(self) -> Spread:
        """What the mark is about."""
        if not self.peer:
            return Spread.of(self.ours)
        return Spread.of([our / their for our, their in zip(self.ours, self.theirs, strict=True)])

    @property
    def is_reached(self) -> bool:
        """Whether the median keeps the mark, if there is one."""
        return self.mark is None or self.mark.is_reached_by(self.judged.median)
