"""Thousands of listeners on one track server: who stalls, and what memory and CPU that takes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from tests.bench.audience import ARRIVING, Heard, attend
from tests.bench.figures import Figure, Mark
from tests.bench.processes import CannotMeasure
from tests.bench.songs import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.contestants import Contestant
    from tests.bench.plan import Plan
    from tests.bench.songs import Songs

_PROMISED_MEMORY = 256
_TOO_LATE = 2.0
"""Seconds: as much as a player has ahead, so that a stall might be our own."""


@dataclass(frozen=True, slots=True)
class _Concert:
    """What an audience heard, and what it took: MiB at the most, percent of one CPU."""

    heard: Heard
    memory: float
    cpu: float


def figures(
    edge: Contestant, nginx: Contestant, songs: Songs, plan: Plan, say: Callable[[str], None]
) -> Iterator[Figure]:
    """Yield stalls, memory and CPU."""
    concerts = {}
    for contestant in (nginx, edge):
        concert = concerts[contestant.name] = _concert(contestant, songs, plan)
        say(f"listeners, {contestant.name}: {concert}")
    ours, theirs = concerts[edge.name], concerts[nginx.name]
    who = f"{plan.listeners:,} listeners at 256 kbit/s for {plan.listening:g} s"
    yield Figure(
        f"{who}: stalled, beyond nginx' {theirs.heard.stalled}",
        "listeners",
        [max(0, ours.heard.stalled - theirs.heard.stalled)],
        Mark(0, at_most=True),
    )
    memory = Mark(_PROMISED_MEMORY, at_most=True)
    yield Figure(f"{who}: memory, edge and origin", "MiB", [ours.memory], memory)
    yield Figure(f"{who}: CPU", "% of one", [ours.cpu], None, "nginx", [theirs.cpu])


def _concert(contestant: Contestant, songs: Songs, plan: Plan) -> _Concert:
    before = contestant.cpu()
    memory = 0.0
    with ProcessPoolExecutor(1, get_context("spawn")) as outside:
        attending = outside.submit(
            attend,
            contestant.place,
            contestant.paths(songs.all),
            SIZE,
            plan.listeners,
            plan.listening,
        )
        while not attending.done():
            memory = max(memory, contestant.memory())
            wait([attending], timeout=1)
        heard = attending.result()
    if heard.late > _TOO_LATE:
        raise CannotMeasure(f"the listeners themselves were late by {heard.late:.1f} s")
    seconds = plan.listeners / ARRIVING + plan.listening
    return _Concert(heard, memory, 100 * (contestant.cpu() - before) / seconds)
