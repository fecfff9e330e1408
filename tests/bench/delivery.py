"""Songs, whole and in pieces: from the edge, past it, and from the peers; work per CPU-second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from ops.topology import read_topology
from tests.bench.downloads import download
from tests.bench.figures import Figure, Mark
from tests.bench.rounds import Load, run_rounds, speeds
from tests.bench.songs import LONG_SIZE, SIZE
from tests.bench.wrk import Piece, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.contestants import Contestant
    from tests.bench.plan import Plan
    from tests.bench.songs import Song, Songs

_LENGTH = 64 * 1024
_ANYWHERE = Piece(_LENGTH, 0, SIZE - _LENGTH)
_START = Piece(_LENGTH, 0, SIZE)
_END = Piece(_LENGTH, LONG_SIZE - _LENGTH - SIZE, LONG_SIZE - _LENGTH)
_UNHEARD = 30
"""Songs that the edge has to fetch for each second of a load: about a CPU-second's work."""
_STALE = read_topology().deadlines["edge_fresh"] + 2
"""Seconds: longer than the edge believes what it keeps, which it counts by whole ones."""
_MEGABYTES, _REQUESTS = "MB/CPU-s", "requests/CPU-s"


class _Line(NamedTuple):
    """A line of the table, by the names of two loads."""

    name: str
    unit: str
    ours: str
    peer: str
    theirs: str
    mark: Mark | None


_CACHED = "full GET, cached"
_PIECE = "random 64 KiB range, cached, ticket checked"
_LINES = (
    _Line(_CACHED, _MEGABYTES, "whole, edge", "nginx", "whole, nginx", Mark(0.5, 0.9)),
    _Line(_CACHED, _MEGABYTES, "whole, edge", "express", "whole, express", Mark(2.5)),
    _Line(_PIECE, _REQUESTS, "64 KiB, edge", "nginx", "64 KiB, nginx", Mark(0.5, 0.8)),
    _Line(_PIECE, _REQUESTS, "64 KiB, edge", "express", "64 KiB, express", Mark(10)),
    _Line(
        "64 KiB at the end of 50 MB, cached",
        _REQUESTS,
        "end, edge",
        "at its start",
        "start, edge",
        Mark(0.9),
    ),
    _Line(
        "full GET, cached, each part revalidated",
        _MEGABYTES,
        "whole and stale, edge",
        "express",
        "whole, express",
        None,
    ),
    _Line(
        "full GET, not cached",
        _MEGABYTES,
        "whole and new, edge",
        "express",
        "whole, express",
        Mark(0.3, 1.0),
    ),
    _Line(
        "full GET, origin alone",
        _MEGABYTES,
        "whole, origin",
        "express",
        "whole, express",
        Mark(0.7, 1.2),
    ),
    _Line(
        "random 64 KiB range, origin alone",
        _REQUESTS,
        "64 KiB, origin",
        "express",
        "64 KiB, express",
        Mark(0.5),
    ),
    _Line(
        "64 KiB at the end of 50 MB, origin alone",
        _REQUESTS,
        "end, origin",
        "at its start",
        "start, origin",
        Mark(0.9),
    ),
)


def figures(
    ours: Sequence[Contestant],
    peers: Sequence[Contestant],
    songs: Songs,
    plan: Plan,
    say: Callable[[str], None],
) -> Iterator[Figure]:
    """Yield the table of all ways to a song; ours are edge and origin, peers nginx and express."""
    everyone = (*ours, *peers)
    for contestant in everyone:
        _warm_up(contestant, songs)
    edge = ours[0]
    works = run_rounds(
        [
            *(_whole(contestant, songs.all, plan) for contestant in everyone),
            _new(edge, songs, plan),
            _stale(edge, songs.unheard(_UNHEARD * plan.seconds)),
            *(_pieces("64 KiB", contestant, songs.all, _ANYWHERE, plan) for contestant in everyone),
            *(_pieces("start", contestant, [songs.long], _START, plan) for contestant in ours),
            *(_pieces("end", contestant, [songs.long], _END, plan) for contestant in ours),
        ],
        plan.rounds,
        say,
    )
    for line in _LINES:
        our, their = speeds(works[line.ours]), speeds(works[line.theirs])
        yield Figure(line.name, line.unit, our, line.mark, line.peer, their)


def _warm_up(contestant: Contestant, songs: Songs) -> None:
    """Let caches be filled, and just-in-time compilers compile."""
    download(contestant.place, contestant.paths([*songs.all, songs.long]), None)
    ask(contestant.url, contestant.paths(songs.all), _ANYWHERE, seconds=1, seed=0)


def _whole(contestant: Contestant, songs: Sequence[Song], plan: Plan) -> Load:
    paths = contestant.paths(songs)

    def run(_number: int) -> float:
        return download(contestant.place, paths, plan.seconds) / 1e6

    return Load(f"whole, {contestant.name}", contestant, run, _refresh(contestant, paths))


def _new(edge: Contestant, songs: Songs, plan: Plan) -> Load:
    def run(_number: int) -> float:
        unheard = songs.unheard(_UNHEARD * plan.seconds)
        return download(edge.place, edge.paths(unheard), None) / 1e6

    return Load(f"whole and new, {edge.name}", edge, run)


def _stale(edge: Contestant, songs: Sequence[Song]) -> Load:
    """Return what gets songs that the edge has, and must ask its origin about again."""
    paths = edge.paths(songs)
    download(edge.place, paths, None)
    heard = time.monotonic()

    def wait() -> None:
        time.sleep(max(0.0, heard + _STALE - time.monotonic()))

    def run(_number: int) -> float:
        nonlocal heard
        megabytes = download(edge.place, paths, None) / 1e6
        heard = time.monotonic()
        return megabytes

    return Load(f"whole and stale, {edge.name}", edge, run, wait)


def _pieces(
    name: str, contestant: Contestant, songs: Sequence[Song], piece: Piece, plan: Plan
) -> Load:
    paths = contestant.paths(songs)

    def run(number: int) -> float:
        return ask(contestant.url, paths, piece, seconds=plan.seconds, seed=number)

    return Load(f"{name}, {contestant.name}", contestant, run, _refresh(contestant, paths))


def _refresh(contestant: Contestant, paths: Sequence[str]) -> Callable[[], object]:
    """Return what gets each song once: after it, the edge need not ask whether they are there."""
    return lambda: download(contestant.place, paths, None)
