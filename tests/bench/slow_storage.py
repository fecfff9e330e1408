"""What listeners notice of storage whose every read takes 50 ms, while eight load new songs."""

from __future__ import annotations

import itertools
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.bench import ours
from tests.bench.downloads import download
from tests.bench.edge import edge
from tests.bench.figures import Figure, Mark
from tests.bench.outside import outside
from tests.bench.probe import first_bytes, p99
from tests.bench.slow_driver import DELAY
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.bench.contestants import Contestant
    from tests.bench.plan import Plan
    from tests.bench.songs import Songs

_READERS = 8
_READ, _PROBED = 25, 10
"""New songs that the readers, and who asks for one piece of each, come to in a second, at most."""
_CACHED = 8
"""Songs that the edge has already."""
_PROMISED = 250
"""Milliseconds to the first byte of what the edge has to fetch."""
_METADATA = "Metadata-Version: 2.1\nName: slow-storage\nVersion: 1.0\n"
_ENTRY_POINTS = "[cdpsfy.storage]\nslow = tests.bench.slow_driver:SlowDriver\n"


def figures(folder: Path, songs: Songs, plan: Plan, say: Callable[[str], None]) -> Iterator[Figure]:
    """Yield the first byte of what is new, and of what the edge has."""
    folder.mkdir()
    with _slow_edge(folder, songs) as contestant:
        new, cached, alone = _times(contestant, songs, plan.reading)
    say(f"slow storage: {len(new)} new pieces, {len(cached)} cached, {len(alone)} without readers")
    who = f"first byte, p99, {_READERS} readers, {1000 * DELAY:g} ms a read of the storage"
    yield Figure(f"{who}: not cached", "ms", [p99(new)], Mark(_PROMISED, at_most=True))
    # One that waited for storage would take as long as a read at least.
    unhurt = Mark(1000 * DELAY, at_most=True)
    yield Figure(f"{who}: cached", "ms", [p99(cached)], unhurt)
    yield Figure(f"{who}: cached", "ms", [p99(cached)], None, "no readers", [p99(alone)])


def _times(
    contestant: Contestant, songs: Songs, seconds: float
) -> tuple[list[float], list[float], list[float]]:
    """Return the times of new pieces and of cached ones beside readers, and of these without."""
    place = contestant.place
    kept = contestant.paths(songs.all[:_CACHED])
    download(place, kept, None)
    end = time.monotonic() + seconds / 2
    alone = list(first_bytes(place, itertools.cycle(kept), lambda: time.monotonic() > end))
    to_read, to_probe = (_unheard(contestant, songs, each * seconds) for each in (_READ, _PROBED))
    with (
        outside(download, place, to_read, seconds, _READERS) as reading,
        ThreadPoolExecutor(1) as pool,
    ):
        probing = pool.submit(list, first_bytes(place, to_probe, reading.done))
        cached = list(first_bytes(place, itertools.cycle(kept), reading.done))
    reading.result()
    return probing.result(), cached, alone


def _unheard(contestant: Contestant, songs: Songs, count: float) -> list[str]:
    return contestant.paths(songs.unheard(int(count)))


@contextmanager
def _slow_edge(folder: Path, songs: Songs) -> Iterator[Contestant]:
    """Run an edge before an origin whose driver is `slow`, of another project than ours."""
    installation = ours.Installation(folder, songs.folder, "slow")
    # What pip leaves of a project that was installed (entry points specification).
    info = folder / "slow_storage-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(_METADATA, "ascii")
    (info / "entry_points.txt").write_text(_ENTRY_POINTS, "ascii")
    path = {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    with ours.origin(installation, path) as origin, edge(folder / "edge", origin) as contestant:
        yield contestant
