"""A name that one node alone has, as a power cut leaves it: no pending heal tells of it.

Through FUSE it is listed without a lookup, and every call on it meets a node that lacks it.
"""

from __future__ import annotations

import os
import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from storage.key import make_key
from storage.layout import path_of
from tests.storage.gluster.bricks import brick_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage import Driver
    from tests.gluster import Cluster, Mount, Node

pytestmark = pytest.mark.gluster


def test_a_name_that_one_node_alone_has_is_a_leftover_like_any_other(
    cluster: Cluster, mount: Mount, driver: Driver
) -> None:
    cluster.heal()
    with ExitStack() as names:
        for owner in cluster.members:
            names.enter_context(lone_name(cluster, mount, owner))
        assert cluster.pending_heals() == 0

        mount.remount()
        found = list(driver.list())

        # Each node has one; which one is asked for the names is up to Gluster.
        assert found
        assert not any(entry.committed for entry in found)
        for entry in found:
            driver.delete(entry.key)
            assert not any(brick_path(node, entry.key).exists() for node in cluster.members)


@contextmanager
def lone_name(cluster: Cluster, mount: Mount, owner: Node) -> Iterator[None]:
    """Make an empty file without a mark, and leave it on one node alone; at last on none."""
    key = make_key("ab" * 32)
    (mount.path / path_of(key)).touch()
    for node in cluster.members:
        if node is not owner:
            forget(node, key)
    try:
        yield
    finally:
        # Those that no listing showed would show in another test's.
        if brick_path(owner, key).exists():
            forget(owner, key)


def forget(node: Node, key: str) -> None:
    """Remove a file from one brick, its second name included (`.glusterfs/12/34/<gfid>`)."""
    path = brick_path(node, key)
    gfid = str(uuid.UUID(bytes=os.getxattr(path, "trusted.gfid")))
    (node.brick / ".glusterfs" / gfid[:2] / gfid[2:4] / gfid).unlink()
    path.unlink()
