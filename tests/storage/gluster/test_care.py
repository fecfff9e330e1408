"""An operator scrubs the bricks, repairs what rotted, gives marks back, and moves a library."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from storage import mark
from storage.brick import Brick
from storage.copying import Copying, Outcome
from storage.filesystem import FilesystemDriver
from storage.remark import remark
from storage.repair import Repair
from storage.scrub import Checked, Verdict, scrub
from storage.throttle import Throttle
from storage.write_once import WriteOnceDriver
from tests.storage.gluster.bricks import brick_path, flip_bit, truncate, zero
from tests.storage.gluster.traffic import is_right, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storage import Driver
    from tests.gluster import Cluster, Node

pytestmark = pytest.mark.gluster

SIZE = 1_300_000


def flip_first_bit(node: Node, key: str) -> None:
    flip_bit(node, key, 0)


def test_the_scrub_of_each_brick_finds_its_bad_copies_and_no_others(
    cluster: Cluster, driver: Driver
) -> None:
    keys = sorted(put(driver, seed, SIZE) for seed in range(6))
    harmed = dict(zip(cluster.members, (flip_first_bit, truncate, zero), strict=True))
    for node, harm in harmed.items():
        harm(node, keys[cluster.members.index(node)])

    found = {node: _damaged(node) for node in cluster.members}
    heard = [checked.verdict for checked in scrub(driver, Throttle())]

    assert found == {node: [keys[index]] for index, node in enumerate(cluster.members)}
    assert heard == [Verdict.WHOLE] * len(keys)


@pytest.mark.parametrize("harm", [flip_first_bit, truncate, zero])
def test_a_bad_copy_is_set_aside_and_healed(
    cluster: Cluster, driver: Driver, harm: Callable[[Node, str], None]
) -> None:
    assert isinstance(driver, WriteOnceDriver)
    node, key = cluster.members[1], put(driver, 1, SIZE)
    harm(node, key)

    mended = _mend(node, driver, key)

    assert mended.verdict is Verdict.REPAIRED
    assert len({_copy(brick_path(each, key)) for each in cluster.members}) == 1
    assert is_right(driver, key)


def test_two_bad_copies_are_healed_when_both_nodes_repair_at_the_same_time(
    cluster: Cluster, driver: Driver
) -> None:
    assert isinstance(driver, WriteOnceDriver)
    key, nodes = put(driver, 1, SIZE), cluster.members[:2]
    for node in nodes:
        flip_first_bit(node, key)

    with ThreadPoolExecutor() as pool:
        mended = list(pool.map(lambda node: _mend(node, driver, key), nodes))

    assert [checked.verdict for checked in mended] == [Verdict.REPAIRED] * 2
    assert len({_copy(brick_path(node, key)) for node in cluster.members}) == 1
    assert is_right(driver, key)


@pytest.mark.long
def test_two_bad_copies_repaired_one_after_the_other_lose_nothing(
    cluster: Cluster, driver: Driver
) -> None:
    assert isinstance(driver, WriteOnceDriver)
    key, nodes = put(driver, 1, SIZE), cluster.members[:2]
    for node in nodes:
        flip_first_bit(node, key)

    for node in nodes:
        _mend(node, driver, key)

    assert is_right(driver, key)


def test_an_object_that_lost_every_mark_gets_it_back(
    cluster: Cluster, driver: Driver, open_another: Callable[[], Driver]
) -> None:
    key = put(driver, 1, SIZE)
    for node in cluster.members:
        os.removexattr(brick_path(node, key), mark.NAME)
    fresh = open_another()
    assert isinstance(fresh, WriteOnceDriver)

    remark(fresh.files, key, lambda _: "audio/mpeg")

    assert is_right(fresh, key)
    assert len({_copy(brick_path(node, key)) for node in cluster.members}) == 1


def test_a_library_moves_from_a_folder_to_the_volume(driver: Driver, tmp_path: Path) -> None:
    folder = FilesystemDriver.from_settings({"path": str(tmp_path)})
    folder.initialise()
    keys = sorted(put(folder, seed, SIZE) for seed in range(5))
    copying = Copying(folder, driver, throttle=Throttle(), began=time.time())

    first = [copied.outcome for copied in copying.one_pass()]
    second = [copied.outcome for copied in copying.one_pass()]

    assert first == [Outcome.COPIED] * len(keys)
    assert second == [Outcome.THERE] * len(keys)
    assert [entry.key for entry in driver.list()] == keys
    assert all(is_right(driver, key) for key in keys)


def _mend(node: Node, driver: WriteOnceDriver, key: str) -> Checked:
    brick = Brick(node.brick)
    return Repair(brick, driver, patience=10).mend(brick.check(key, Throttle()))


def _damaged(node: Node) -> list[str]:
    checks = Brick(node.brick).scrub(Throttle())
    return [checked.key for checked in checks if checked.verdict is Verdict.DAMAGED]


def _copy(path: Path) -> tuple[str, bytes]:
    return hashlib.sha256(path.read_bytes()).hexdigest(), os.getxattr(path, mark.NAME)
