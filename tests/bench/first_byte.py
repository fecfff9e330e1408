"""How long the first byte of a cached song takes while a thousand others listen."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from tests.bench.audience import ARRIVING, Audience, attend
from tests.bench.figures import Figure, Mark
from tests.bench.outside import outside
from tests.bench.probe import first_bytes, median, p99
from tests.bench.processes import CannotMeasure
from tests.bench.songs import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.contestants import Contestant
    from tests.bench.plan import Plan
    from tests.bench.songs import Songs

_LISTENERS = 1000
_ROUNDS = 2


def figures(
    edge: Contestant, nginx: Contestant, songs: Songs, plan: Plan, say: Callable[[str], None]
) -> Iterator[Figure]:
    """Yield the 99th percentile, and the median without a mark."""
    times: dict[str, list[list[float]]] = {edge.name: [], nginx.name: []}
    for number in range(_ROUNDS):
        for contestant in (nginx, edge) if number % 2 == 0 else (edge, nginx):
            found = _under_load(contestant, songs, plan)
            times[contestant.name].append(found)
            say(f"first byte, {contestant.name}: p50 {median(found):.2f} ms, p99 {p99(found):.2f}")
    for name, of, mark in (("p99", p99, Mark(3, at_most=True)), ("median", median, None)):
        ours, theirs = ([of(found) for found in times[each.name]] for each in (edge, nginx))
        which = f"first byte under {_LISTENERS:,} listeners, cached, {name}"
        yield Figure(which, "ms", ours, mark, "nginx", theirs)


def _under_load(contestant: Contestant, songs: Songs, plan: Plan) -> list[float]:
    paths = contestant.paths(songs.all)
    audience = Audience(contestant.place, paths, SIZE, _LISTENERS, plan.probing)
    with outside(attend, audience) as hearing:
        time.sleep(_LISTENERS / ARRIVING)
        times = list(first_bytes(contestant.place, _any(paths), hearing.done))
    heard = hearing.result()
    heard.require_punctuality()
    if heard.failed:
        raise CannotMeasure(
            f"{contestant.name}: {heard.failed} of {_LISTENERS} listeners were not beside it"
        )
    return times


def _any(paths: Sequence[str]) -> Iterator[str]:
    some = random.Random(5)  # noqa: S311 - any songs
    while True:
        yield some.choice(paths)
