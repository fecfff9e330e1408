"""Thousands of listeners on one track server: who stalls, and what memory and CPU that takes."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.audience import Audience, Heard, attend
from tests.bench.downloads import download
from tests.bench.figures import Figure, Mark
from tests.bench.outside import outside
from tests.bench.processes import CannotMeasure
from tests.bench.songs import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.contestants import Contestant
    from tests.bench.plan import Plan
    from tests.bench.songs import Songs

_LOADING = 20
"""Players beside them that load a song of 50 MB ahead."""
_PROMISED_MEMORY = 256
_FEW = 0.01
"""Of the limit's own listeners, so many may stall; beyond, the machine is too small for them."""


@dataclass(frozen=True, slots=True)
class _Concert:
    """What an audience heard, and what it took."""

    heard: Heard
    memory: float
    """MiB, at the most."""
    descriptors: int
    """Open files and connections, at the most."""
    cpu: float
    """Percent of one CPU."""


def figures(
    edge: Contestant, nginx: Contestant, songs: Songs, plan: Plan, say: Callable[[str], None]
) -> Iterator[Figure]:
    """Yield stalls, memory, descriptors and CPU."""
    concerts: dict[str, list[_Concert]] = defaultdict(list)
    for number in range(plan.concerts):
        for contestant in (nginx, edge) if number % 2 == 0 else (edge, nginx):
            concert = _concert(contestant, songs, plan)
            say(f"listeners, {contestant.name}: {concert}")
            concerts[contestant.name].append(concert)
            if contestant is nginx:
                _require_a_limit(concert.heard)
    ours, theirs = concerts[edge.name], concerts[nginx.name]
    who = f"{plan.listeners:,} listeners at 256 kbit/s for {plan.listening:g} s"
    yield Figure(
        f"{who}: stalled, beyond nginx' own",
        "listeners",
        [
            max(0, our.heard.stalled - their.heard.stalled)
            for our, their in zip(ours, theirs, strict=True)
        ],
        Mark(0, at_most=True),
    )
    memory = Mark(_PROMISED_MEMORY, at_most=True)
    yield Figure(f"{who}: memory, edge and origin", "MiB", [each.memory for each in ours], memory)
    yield _beside(f"{who}: open descriptors", "", ours, theirs, lambda each: each.descriptors)
    yield _beside(f"{who}: CPU", "% of one", ours, theirs, lambda each: each.cpu)


def _require_a_limit(heard: Heard) -> None:
    if heard.stalled > _FEW * heard.listeners:
        raise CannotMeasure(
            f"{heard.stalled} of {heard.listeners} listeners of nginx stalled themselves"
        )


def _beside(
    name: str,
    unit: str,
    ours: Sequence[_Concert],
    theirs: Sequence[_Concert],
    of: Callable[[_Concert], float],
) -> Figure:
    return Figure(name, unit, [of(each) for each in ours], None, "nginx", [*map(of, theirs)])


def _concert(contestant: Contestant, songs: Songs, plan: Plan) -> _Concert:
    audience = Audience(
        contestant.place,
        contestant.paths(songs.all),
        SIZE,
        plan.listeners,
        plan.listening,
        contestant.paths([songs.long] * _LOADING),
    )
    download(contestant.place, contestant.paths([*songs.all, songs.long]), None)
    before = contestant.cpu()
    memory, descriptors = 0.0, 0
    with outside(attend, audience) as hearing:
        while not hearing.done():
            memory = max(memory, contestant.memory())
            descriptors = max(descriptors, contestant.descriptors())
            wait([hearing], timeout=1)
    heard = hearing.result()
    heard.require_punctuality()
    cpu = 100 * (contestant.cpu() - before) / audience.duration
    return _Concert(heard, memory, descriptors, cpu)
