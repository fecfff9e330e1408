"""How long the first byte of a cached song takes while a thousand others listen."""

from __future__ import annotations

import random
import socket
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from tests.bench.audience import ARRIVING, attend
from tests.bench.figures import Figure, Mark
from tests.bench.processes import CannotMeasure
from tests.bench.songs import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from tests.bench.audience import Heard
    from tests.bench.contestants import Contestant
    from tests.bench.plan import Plan
    from tests.bench.songs import Songs

_LISTENERS = 1000
_ROUNDS = 2
_PAUSE = 0.005
_PIECE = 64 * 1024


def figures(
    edge: Contestant, nginx: Contestant, songs: Songs, plan: Plan, say: Callable[[str], None]
) -> Iterator[Figure]:
    """Yield the 99th percentile, and the median without a mark."""
    times: dict[str, list[list[float]]] = {edge.name: [], nginx.name: []}
    for number in range(_ROUNDS):
        for contestant in (nginx, edge) if number % 2 == 0 else (edge, nginx):
            found = _under_load(contestant, songs, plan)
            times[contestant.name].append(found)
            say(
                f"first byte, {contestant.name}: p50 {_median(found):.2f} ms, p99 {_p99(found):.2f}"
            )
    for name, of, mark in (("p99", _p99, Mark(3, at_most=True)), ("median", _median, None)):
        ours, theirs = ([of(found) for found in times[each.name]] for each in (edge, nginx))
        which = f"first byte under {_LISTENERS:,} listeners, cached, {name}"
        yield Figure(which, "ms", ours, mark, "nginx", theirs)


def _under_load(contestant: Contestant, songs: Songs, plan: Plan) -> list[float]:
    paths = contestant.paths(songs.all)
    arriving = _LISTENERS / ARRIVING
    with ProcessPoolExecutor(1, get_context("spawn")) as outside:
        outside.submit(time.monotonic).result()  # the process has started
        attending = outside.submit(attend, contestant.place, paths, SIZE, _LISTENERS, plan.probing)
        time.sleep(arriving)
        return list(_probe_until(attending, contestant.place, paths))


def _probe_until(
    attending: Future[Heard], place: tuple[str, int], paths: Sequence[str]
) -> Iterator[float]:
    some = random.Random(4)  # noqa: S311 - any songs
    while not attending.done():
        yield _first_byte(place, some.choice(paths), some.randrange(SIZE - _PIECE))
        time.sleep(_PAUSE)


def _first_byte(place: tuple[str, int], path: str, start: int) -> float:
    """Return the milliseconds from asking for a connection to the first byte of the answer."""
    ranges = f"Range: bytes={start}-{start + _PIECE - 1}"
    request = f"GET {path} HTTP/1.1\r\nHost: {place[0]}\r\n{ranges}\r\nConnection: close\r\n\r\n"
    begun = time.perf_counter()
    with socket.create_connection(place, timeout=20) as connection:
        connection.sendall(request.encode("ascii"))
        first = connection.recv(4096)
        elapsed = time.perf_counter() - begun
        while connection.recv(_PIECE):
            pass
    if not first.startswith(b"HTTP/1.1 206 "):
        raise CannotMeasure(f"{path}: {first.decode('latin-1')}")
    return 1000 * elapsed


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[-1]


def _median(times: Sequence[float]) -> float:
    return statistics.median(times)
