"""Copies rot on the bricks, which Gluster serves without a word: nobody hears it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from storage import Corrupt, Unavailable, mark
from storage.brick import Brick
from storage.scrub import Verdict
from storage.throttle import Throttle
from tests.gluster import wait_for
from tests.storage.gluster.bricks import brick_path, flip_bit, truncate, zero
from tests.storage.gluster.traffic import is_right, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage import Driver
    from tests.gluster import Cluster, Mount, Node

pytestmark = pytest.mark.gluster

SIZE = 1_300_000
OBJECTS = 6
READS = 15
"""Of each object: with both roads, three kinds of damage, on one copy and on two, 1080 reads."""


def flip_last_bit(node: Node, key: str) -> None:
    flip_bit(node, key, SIZE - 1)


@pytest.fixture
def forget(mount: Mount, road: str) -> Callable[[], None]:
    """Return what makes a mount forget the right bytes; a driver opened anew has none."""
    return mount.remount if road == "gluster-fuse" else lambda: None


@pytest.mark.parametrize("bad_copies", [1, 2])
@pytest.mark.parametrize("harm", [flip_last_bit, truncate, zero])
def test_damaged_copies_are_never_heard_and_all_are_found(
    cluster: Cluster,
    driver: Driver,
    open_another: Callable[[], Driver],
    forget: Callable[[], None],
    harm: Callable[[Node, str], None],
    bad_copies: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keys = [put(driver, seed, SIZE) for seed in range(OBJECTS)]
    settle(cluster)
    harmed = {
        (cluster.members[(number + copy) % 3], key)
        for number, key in enumerate(keys)
        for copy in range(bad_copies)
    }
    for node, key in harmed:
        harm(node, key)

    right = []
    for reader in (driver, open_another(), open_another()):
        forget()
        right += [is_right(reader, key) for key in keys for _ in range(READS // 3)]

    assert all(right)
    # Of copies with different sizes a mount itself leaves the shorter ones alone.
    assert harm is truncate or any("damaged at byte" in entry.message for entry in caplog.records)
    assert {(node, key) for node in cluster.members for key in found_on(node)} == harmed


def test_a_block_that_is_wrong_on_every_copy_is_corrupt(
    cluster: Cluster, driver: Driver, forget: Callable[[], None]
) -> None:
    key = put(driver, 1, SIZE)
    for node in cluster.members:
        flip_last_bit(node, key)
    forget()

    with pytest.raises(Corrupt, match=key):
        is_right(driver, key)


@pytest.mark.usefixtures("_repair")
def test_it_is_not_called_corrupt_while_a_node_is_away(
    cluster: Cluster, driver: Driver, forget: Callable[[], None]
) -> None:
    key = put(driver, 1, SIZE)
    settle(cluster)
    for node in cluster.members[1:]:
        flip_last_bit(node, key)
    forget()
    cluster.members[0].signal_brick(signal.SIGKILL)

    with pytest.raises(Unavailable, match="not every node answers"):
        is_right(driver, key)
    cluster.start_bricks()

    wait_for(lambda: _reads_right(driver, key), "the right copy to be found")


def test_a_copy_without_its_mark_does_not_hide_the_object(
    cluster: Cluster, driver: Driver, open_another: Callable[[], Driver]
) -> None:
    keys = [put(driver, seed, SIZE) for seed in range(OBJECTS)]
    for number, key in enumerate(keys):
        os.removexattr(brick_path(cluster.members[number % 3], key), mark.NAME)
    fresh = open_another()

    assert all(is_right(fresh, key) for key in keys)
    assert all(entry.committed for entry in fresh.list())


def settle(cluster: Cluster) -> None:
    """Wait until Gluster has noted, a second late, that the puts are over.

    Before that, it heals them by the copy of any node. Its own list of what is to be healed is too
    early: it leaves out what is still locked.
    """
    wait_for(lambda: not any(map(unfinished, cluster.members)), "the puts to be over for Gluster")


def unfinished(node: Node) -> list[str]:
    """Return what Gluster's index holds beside the files that all of its entries link to."""
    indices = node.brick / ".glusterfs/indices"
    return [
        entry.name
        for kind in ("dirty", "xattrop")
        for entry in (indices / kind).iterdir()
        if not entry.name.startswith(kind)
    ]


def found_on(node: Node) -> list[str]:
    checks = Brick(node.brick).scrub(Throttle())
    return [checked.key for checked in checks if checked.verdict is Verdict.DAMAGED]


@pytest.fixture
def _repair(cluster: Cluster) -> Iterator[None]:
    yield
    cluster.start_bricks()
    cluster.heal()


def _reads_right(driver: Driver, key: str) -> bool:
    try:
        return is_right(driver, key)
    except Unavailable:
        return False
