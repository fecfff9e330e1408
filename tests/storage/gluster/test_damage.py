"""Copies rot on the bricks, which Gluster serves without a word: nobody hears it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from storage import Corrupt, Unavailable, mark
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
    """Return what makes the client forget the right bytes that it has just written."""
    return mount.remount if road == "gluster-fuse" else lambda: None


@pytest.mark.parametrize("bad_copies", [1, 2])
@pytest.mark.parametrize("harm", [flip_last_bit, truncate, zero])
def test_damaged_copies_are_never_heard(
    cluster: Cluster,
    driver: Driver,
    forget: Callable[[], None],
    harm: Callable[[Node, str], None],
    bad_copies: int,
) -> None:
    keys = [put(driver, seed, SIZE) for seed in range(OBJECTS)]
    for number, key in enumerate(keys):
        for copy in range(bad_copies):
            harm(cluster.members[(number + copy) % 3], key)
    forget()

    right = [is_right(driver, key) for key in keys for _ in range(READS)]

    assert all(right)


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
