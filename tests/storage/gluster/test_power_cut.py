"""The power of all three nodes is cut at once: what was acknowledged is there, its mark included.

CDPSFY_POWER_CUTS is the number of cuts amid uploads (50). Each test prints one line of figures.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections import Counter
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import pytest

from storage import mark, open_driver
from storage.layout import path_of
from tests.gluster import Cluster, Mount, wait_for
from tests.storage.gluster.clients import Uploader, take_stock
from tests.storage.gluster.conftest import ROADS, settings
from tests.storage.gluster.disks import Disk, cut_power, make_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

CUTS = int(os.environ.get("CDPSFY_POWER_CUTS", "50"))
LAST_OBJECT_CUTS = max(2, CUTS // 5)
CONTROL_CUTS = 5
LONGEST_MOMENT = 1.5
"""Seconds of uploads before a cut, at most."""

pytestmark = [pytest.mark.gluster, pytest.mark.long, pytest.mark.timeout(60 + 60 * CUTS)]


class Plant:
    """Three nodes with a disk each, one mount, and the switch."""

    def __init__(self, folder: Path, cluster: Cluster, disks: Sequence[Disk], mount: Mount) -> None:
        self.cluster = cluster
        self._folder = folder
        self._disks = disks
        self._mount = mount

    def settings(self, road: str) -> dict[str, str]:
        return settings(road, self.cluster, self._mount)

    def uploader(self, road: str, seed: str, **how: Any) -> Uploader:
        return Uploader(self.settings(road), self._folder / f"{seed}.acks", seed=seed, **how)

    def initialise(self) -> None:
        driver = open_driver(
            {"storage.driver": "gluster-fuse", "storage.path": str(self._mount.path)}
        )
        driver.initialise()
        driver.close()

    def flush(self) -> None:
        for disk in self._disks:
            disk.flush()

    def cut_power(self, uploaders: Sequence[Uploader]) -> None:
        """Cut the disks' power; then, so that nobody mends anything, kill all who used them."""
        cut_power(self._disks)
        for uploader in uploaders:
            uploader.kill()
        self._mount.kill_client()
        self._mount.unmount()
        for node in self.cluster.nodes:
            node.kill()
        for disk in self._disks:
            disk.unmount()

    def power_disks(self) -> None:
        for disk in self._disks:
            disk.mount()

    def start(self) -> None:
        """Start the nodes and wait until they have healed what they know of."""
        self.cluster.start_bricks()
        self.cluster.heal()
        self._mount.mount()


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    folder = tmp_path_factory.mktemp("plant")
    cluster = Cluster(folder)
    with ExitStack() as stack:
        disks = [stack.enter_context(make_disk(node.brick.parent)) for node in cluster.nodes]
        stack.enter_context(cluster)
        mount = stack.enter_context(Mount(cluster.hosts, folder))
        plant = Plant(folder, cluster, disks, mount)
        plant.initialise()
        yield plant


def test_nothing_acknowledged_is_lost_in_a_power_cut_amid_uploads(plant: Plant) -> None:
    figures = Counter[str]()

    for number in range(CUTS):
        figures.update(cut_amid_uploads(plant, f"amid-{number}"))

    show(f"power cuts amid uploads: {listing(figures)}")
    assert figures["cuts"] == CUTS
    assert figures["lost"] == figures["damaged"] == 0


def test_the_last_object_is_not_lost_when_nothing_is_written_after_it(plant: Plant) -> None:
    """A later object's fsync would save the mark of an earlier one."""
    figures = Counter[str]()

    for number in range(LAST_OBJECT_CUTS):
        figures.update(
            cut_after_the_last(plant, f"last-{number}", ROADS[number % 2], 1 + number % 3)
        )

    show(f"power cuts after the last upload: {listing(figures)}")
    assert figures["cuts"] == LAST_OBJECT_CUTS
    assert figures["lost"] == figures["damaged"] == 0


def test_without_fsync_the_same_cuts_lose_objects(plant: Plant) -> None:
    """The control: these cuts do harm whoever lets them."""
    figures = Counter[str]()

    for number in range(CONTROL_CUTS):
        figures.update(cut_amid_uploads(plant, f"control-{number}", sync=False))
        if figures["lost"]:
            break

    show(f"power cuts amid uploads without fsync: {listing(figures)}")
    assert figures["lost"] > 0


def cut_amid_uploads(plant: Plant, seed: str, *, sync: bool = True) -> Counter[str]:
    """Cut right after an acknowledgement, at a random moment of uploads on both roads."""
    moment = random.Random(seed).uniform(0, LONGEST_MOMENT)  # noqa: S311 - reproducible, not secret
    uploaders = [plant.uploader(road, f"{seed}-{road}", sync=sync) for road in ROADS]

    def wait() -> None:
        wait_for(lambda: all(one.acknowledged() for one in uploaders), "an upload on each road")
        time.sleep(moment)
        before = total(uploaders)
        wait_for(lambda: total(uploaders) > before, "one more upload", pause=0.001)

    show(f"{seed}: {moment:.3f} s into the uploads")
    return cut(plant, seed, uploaders, wait)


def cut_after_the_last(plant: Plant, seed: str, road: str, songs: int) -> Counter[str]:
    """Cut right after the last of a few songs, put one by one."""
    uploaders = [plant.uploader(road, seed, threads=1, most=songs)]

    def wait() -> None:
        wait_for(lambda: total(uploaders) == songs, "the last upload", pause=0.001)

    show(f"{seed}: after {songs} by {road}")
    return cut(plant, seed, uploaders, wait)


def cut(
    plant: Plant, seed: str, uploaders: Sequence[Uploader], wait: Callable[[], None]
) -> Counter[str]:
    """Let the uploaders work, cut the power when waiting ends, start anew, and count."""
    start = time.monotonic()
    plant.flush()
    with ExitStack() as stack:
        for uploader in uploaders:
            stack.enter_context(uploader)
        wait()
        plant.cut_power(uploaders)
    plant.power_disks()
    figures = count_copies(plant, uploaders)
    plant.start()
    reader = random.Random(seed).choice(ROADS)  # noqa: S311 - reproducible, not secret
    figures.update(count_objects(uploaders, take_stock(plant.settings(reader))))
    show(f"  {time.monotonic() - start:.1f} s, read by {reader}: {listing(figures)}")
    return figures


def count_copies(plant: Plant, uploaders: Sequence[Uploader]) -> Counter[str]:
    """Count what was acknowledged, and the copies on the bricks that are not right and marked.

    The volume need not lack what a brick does: two of three give the acknowledgement.
    """
    acknowledged = {uploader.road: uploader.acknowledged() for uploader in uploaders}
    copies = [
        node.brick / path_of(key)
        for keys in acknowledged.values()
        for key in keys
        for node in plant.cluster.nodes
    ]
    return Counter(
        {"cuts": 1}
        | {f"acknowledged by {road}": len(keys) for road, keys in acknowledged.items()}
        | {"copies": len(copies), "copies lost": sum(not is_whole(copy) for copy in copies)}
    )


def count_objects(uploaders: Sequence[Uploader], stock: Mapping[str, str]) -> Counter[str]:
    """Count what is on the volume, and what is missing.

    `lost` is any acknowledged object that is not whole, `lost marks` those that are unmarked;
    `damaged` any object, acknowledged or not, that is marked and not whole.
    """
    keys = {key for uploader in uploaders for key in uploader.acknowledged()}
    states = Counter(stock.get(key, "absent") for key in keys)
    others = Counter(state for key, state in stock.items() if key not in keys)
    return Counter(
        {
            "lost": len(keys) - states["whole"],
            "lost marks": states["leftover"],
            "damaged": states["damaged"] + others["damaged"],
            "unacknowledged but whole": others["whole"],
            "leftovers": others["leftover"],
        }
    )


def total(uploaders: Sequence[Uploader]) -> int:
    return sum(len(uploader.acknowledged()) for uploader in uploaders)


def is_whole(copy: Path) -> bool:
    with suppress(OSError):
        os.getxattr(copy, mark.NAME)
        return hashlib.sha256(copy.read_bytes()).hexdigest() == copy.name[:64]
    return False


def listing(figures: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in figures.items())


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - progress, and evidence
