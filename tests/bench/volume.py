"""The Gluster drivers beside bare loops of the same operations, and both roads beside each other.

Every ratio is of one round, in which the contestants take turns object by object, so that the
machine's noise hits both. Cold means that neither the kernel nor the client process holds the
bytes; the nodes, on this same machine, have them in memory. Needs root.
"""

from __future__ import annotations

import ctypes
import io
import itertools
import os
import random
import statistics
import tempfile
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from storage.driver import BLOCK_SIZE
from storage.gfapi_compat import Volume, api, fsync, pread, write
from storage.gluster_fuse import GlusterFuseDriver
from storage.gluster_gfapi import GlusterGfapiDriver
from storage.layout import path_of
from tests.gluster import VOLUME, Cluster, Mount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from storage.write_once import WriteOnceDriver

_SIZE = 5_000_000
_OBJECTS = 16
_SHELVES = 11
"""Sets of objects, read in turn, some by the driver's client and some by the bare loop's. Before
one comes to the same client again, more than 320 MB of others went through its io-cache of 256 MB:
it is cold there, too. (A round takes 12, so that the turns shift.)"""
_PUTS = 4
_THREADS = (1, 4, 16)
_COMPARING, _SIDE_BY_SIDE = 70, 30
"""Seconds for each table: as many rounds as fit."""
_READ_MARK, _PUT_MARK = 0.8, 0.7
_LOG_ERRORS = 4
"""GF_LOG_ERROR of glusterfs/logging.h."""


def figures() -> Iterator[str]:
    """Yield the lines of two tables."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Cluster(Path(folder) / "cluster") as cluster,
        Mount(cluster.hosts, Path(folder) / "mount") as mount,
    ):
        roads = [_Fuse(mount.path), _Gfapi(cluster.hosts)]
        shelves = itertools.cycle(_fill(roads))
        yield from _beside_bare_loops(roads, shelves)
        yield from _beside_each_other(roads, shelves)


class _Road(ABC):
    """A way to the volume: by the driver, and by the bare operations below it."""

    name: str
    driver: WriteOnceDriver

    def driver_after_start(self) -> WriteOnceDriver:
        """Return a driver that remembers no mark, on the same connection."""
        return type(self.driver)(self.driver.files)

    @abstractmethod
    def read(self, path: str) -> None:
        """Open, read block by block into nowhere, close."""

    @abstractmethod
    def write(self, path: str, data: bytes) -> None:
        """Create, write block by block, fsync, close."""

    @abstractmethod
    def unlink(self, path: str) -> None:
        """Remove what `write` made."""

    def forget(self, path: str) -> None:  # noqa: B027 - only a mount has the kernel's cache
        """Let the kernel forget a file's bytes."""


class _Fuse(_Road):
    name = "gluster-fuse"

    def __init__(self, root: Path) -> None:
        self.driver = GlusterFuseDriver.from_settings({"path": str(root)})
        self._root = root

    def read(self, path: str) -> None:
        file = os.open(self._root / path, os.O_RDONLY)
        offset = 0
        while block := os.pread(file, BLOCK_SIZE, offset):
            offset += len(block)
        os.close(file)

    def write(self, path: str, data: bytes) -> None:
        file = os.open(self._root / path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o640)
        for block in _blocks(data):
            os.write(file, block)
        os.fsync(file)
        os.close(file)

    def unlink(self, path: str) -> None:
        (self._root / path).unlink()

    def forget(self, path: str) -> None:
        file = os.open(self._root / path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


class _Gfapi(_Road):
    name = "gluster-gfapi"

    def __init__(self, hosts: Sequence[str]) -> None:
        settings = {"hosts": " ".join(hosts), "volume": VOLUME, "log_file": "/dev/null"}
        self.driver = GlusterGfapiDriver.from_settings(settings)
        self._volume = Volume(list(hosts), VOLUME, {}, "/dev/null", _LOG_ERRORS)
        self._volume.mount()

    def read(self, path: str) -> None:
        file = self._volume.open(path, os.O_RDONLY)
        block = ctypes.create_string_buffer(BLOCK_SIZE)
        offset = 0
        while (size := pread(file, block, BLOCK_SIZE, offset, 0, None)) > 0:
            offset += size
        api.glfs_close(file)
        if size < 0:
            raise OSError(ctypes.get_errno(), f"{path} cannot be read")

    def write(self, path: str, data: bytes) -> None:
        file = self._volume.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o640)
        for block in _blocks(data):
            write(file, block, len(block), 0)
        # An earlier write's error surfaces here at the latest.
        if fsync(file, None, None) < 0:
            raise OSError(ctypes.get_errno(), f"{path} cannot be written")
        api.glfs_close(file)

    def unlink(self, path: str) -> None:
        self._volume.unlink(path)


@dataclass
class _Comparison:
    """A line of the first table."""

    name: str
    mark: float | None
    """What the median ratio should be at least; None where it is only reported."""
    race: Callable[[], tuple[float, float]]
    """One round: seconds an object of the driver, and of the bare loop."""
    seconds: list[tuple[float, float]] = field(default_factory=list)

    def run(self) -> None:
        self.seconds.append(self.race())

    def line(self) -> str:
        ratios = [bare / driver for driver, bare in self.seconds]
        low, median, high = statistics.quantiles(ratios, n=4)
        verdict = "-" if self.mark is None else _verdict(median, self.mark)
        driver, bare = (
            _SIZE / 1e6 / statistics.median(column) for column in zip(*self.seconds, strict=True)
        )
        speeds = f"{driver:5.0f} {bare:5.0f}"
        return f"{self.name:36} {median:6.2f}  {low:.2f} to {high:.2f}  {verdict:11} {speeds}"


def _verdict(ratio: float, mark: float) -> str:
    return f"{mark} {'met' if ratio >= mark else 'missed'}"


def _beside_bare_loops(roads: list[_Road], shelves: Iterator[list[str]]) -> Iterator[str]:
    comparisons = [*_readings(roads, shelves), *_puttings(roads)]
    for _ in _rounds(_COMPARING):
        for comparison in comparisons:
            comparison.run()
    yield (
        "speed of a driver / of a bare loop, objects of 5 MB: median and quartiles of "
        f"{len(comparisons[0].seconds)} rounds, mark, MB/s of both"
    )
    yield from (comparison.line() for comparison in comparisons)


def _readings(roads: list[_Road], shelves: Iterator[list[str]]) -> Iterator[_Comparison]:
    for road, warm, known in itertools.product(roads, (False, True), (False, True)):
        # A warm mount answers from the kernel's memory, so everything beside it costs much. A
        # warm libgfapi has read the object in this process, which then remembers the mark.
        reported = warm and not (known and isinstance(road, _Gfapi))
        yield _Comparison(
            f"{road.name}, read {_state(warm)}, mark {'known' if known else 'unknown'}",
            None if reported else _READ_MARK,
            partial(_race_reading, road, shelves, warm=warm, known=known),
        )


def _puttings(roads: list[_Road]) -> Iterator[_Comparison]:
    data = _some_bytes(seed=2)
    for road in roads:
        yield _Comparison(f"{road.name}, put", _PUT_MARK, partial(_race_putting, road, data))


def _race_reading(
    road: _Road, shelves: Iterator[list[str]], *, warm: bool, known: bool
) -> tuple[float, float]:
    driver = road.driver if known else road.driver_after_start()
    keys = next(shelves)
    bare_keys = keys if warm else next(shelves)
    for key in {*keys, *bare_keys}:
        road.forget(path_of(key))
    if warm:
        for key in keys:
            _play(road.driver, key)
            road.read(path_of(key))
    return _race(
        [partial(_play, driver, key) for key in keys],
        [partial(road.read, path_of(key)) for key in bare_keys],
    )


def _race_putting(road: _Road, data: bytes) -> tuple[float, float]:
    keys: list[str] = []
    paths = [f"objects/00/bare-{number}" for number in range(_PUTS)]

    def put() -> None:
        keys.append(road.driver.put(io.BytesIO(data), "audio/mpeg").key)

    seconds = _race([put] * _PUTS, [partial(road.write, path, data) for path in paths])
    for key in keys:
        road.driver.delete(key)
    for path in paths:
        road.unlink(path)
    return seconds


def _race(
    ours: Sequence[Callable[[], None]], theirs: Sequence[Callable[[], None]]
) -> tuple[float, float]:
    """Return both sides' seconds a call; they take turns, and in who goes first, too."""
    mine = bare = 0.0
    for number, (our, their) in enumerate(zip(ours, theirs, strict=True)):
        if number % 2:
            mine += _seconds(our)
            bare += _seconds(their)
        else:
            bare += _seconds(their)
            mine += _seconds(our)
    return mine / len(ours), bare / len(ours)


def _beside_each_other(roads: list[_Road], shelves: Iterator[list[str]]) -> Iterator[str]:
    """Yield the table of both drivers, cold and warm, by threads; the marks are known."""
    speeds: dict[tuple[str, bool, int], list[float]] = defaultdict(list)
    for _ in _rounds(_SIDE_BY_SIDE):
        for threads, road in itertools.product(_THREADS, roads):
            keys = next(shelves)
            for key in keys:
                road.forget(path_of(key))
            for warm in (False, True):
                seconds = _seconds(partial(_play_all, road.driver, keys, threads))
                speeds[road.name, warm, threads].append(_OBJECTS * _SIZE / 1e6 / seconds)
    first = speeds[_Fuse.name, False, 1]
    yield (
        f"MB/s of the drivers with {', '.join(map(str, _THREADS))} threads, and as multiple of "
        f"cold FUSE with 1: medians of {len(first)} rounds"
    )
    for road, warm in itertools.product(roads, (False, True)):
        cells = (_cell(speeds[road.name, warm, threads], first) for threads in _THREADS)
        yield f"{road.name}, {_state(warm):21}" + "".join(cells)


def _cell(speeds: list[float], first: list[float]) -> str:
    ratio = statistics.median(speed / base for speed, base in zip(speeds, first, strict=True))
    return f"{statistics.median(speeds):8.0f} = {ratio:5.2f}"


def _fill(roads: list[_Road]) -> list[list[str]]:
    """Return sets of keys of new objects, whose marks every road's driver knows."""
    driver = roads[0].driver
    driver.initialise()
    numbers = range(_SHELVES * _OBJECTS)
    keys = [driver.put(io.BytesIO(_some_bytes(number)), "audio/mpeg").key for number in numbers]
    for road, key in itertools.product(roads, keys):
        road.driver.stat(key)
    return [keys[start : start + _OBJECTS] for start in range(0, len(keys), _OBJECTS)]


def _some_bytes(seed: int) -> bytes:
    return random.Random(seed).randbytes(_SIZE)  # noqa: S311 - any bytes


def _rounds(seconds: float) -> Iterator[int]:
    """Count until so many seconds are over, and to 2 at least: one round has no quartiles."""
    end = time.monotonic() + seconds
    for number in itertools.count(1):
        yield number
        if number > 1 and time.monotonic() > end:
            return


def _play_all(driver: WriteOnceDriver, keys: list[str], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(partial(_play, driver), keys))


def _play(driver: WriteOnceDriver, key: str) -> None:
    with driver.open(key) as reader:
        for _ in reader.blocks():
            pass


def _blocks(data: bytes) -> Iterator[bytes]:
    return (data[start : start + BLOCK_SIZE] for start in range(0, len(data), BLOCK_SIZE))


def _seconds(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _state(warm: bool) -> str:  # noqa: FBT001 - a word for it
    return "warm" if warm else "cold"
