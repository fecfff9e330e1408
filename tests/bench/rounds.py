"""Runs loads in turn, there and back again, and counts the work that a CPU-second does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.processes import CannotMeasure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.contestants import Contestant

_LEAST_CPU = 0.1
"""Seconds: proc(5) counts in ticks of 10 ms."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one contestant is asked to do in a round."""

    name: str
    contestant: Contestant
    run: Callable[[int], float]
    """Takes the number of the round, and returns how much was done: megabytes, requests."""
    prepare: Callable[[], object] = lambda: None
    """What comes before it, and does not count."""


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in one round, and the CPU time that it took, in seconds."""

    amount: float
    cpu: float

    @property
    def a_cpu_second(self) -> float:
        """How much a CPU-second does."""
        return self.amount / self.cpu


def run_rounds(
    loads: Sequence[Load], rounds: int, say: Callable[[str], None]
) -> dict[str, list[Work]]:
    """Return the work of each load, round by round.

    Every second round goes backwards: what slows the machine for a while, or ever more, slows all.

    Raises:
        CannotMeasure: a load was too short for the clock.
    """
    works: dict[str, list[Work]] = defaultdict(list)
    for number in range(rounds):
        for load in _in_turn(loads, number):
            load.prepare()
            before = load.contestant.cpu()
            amount = load.run(number)
            work = Work(amount, load.contestant.cpu() - before)
            if work.cpu < _LEAST_CPU:
                raise CannotMeasure(f"{load.name} took {work.cpu:.2f} s of CPU time: too few ticks")
            works[load.name].append(work)
            say(f"round {number + 1} of {rounds}: {load.name}: {work.a_cpu_second:,.0f}")
    return dict(works)


def speeds(works: Sequence[Work]) -> list[float]:
    """Return the work of a CPU-second, round by round."""
    return [work.a_cpu_second for work in works]


def _in_turn(loads: Sequence[Load], number: int) -> Iterator[Load]:
    return reversed(loads) if number % 2 else iter(loads)
