"""A node is replaced by an empty one, and three nodes become six, while the music plays."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from storage import mark, open_driver
from storage.layout import path_of
from tests.gluster import Cluster, Mount
from tests.storage.gluster.bricks import keys_on
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import Traffic, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage import Driver
    from tests.gluster import Node

pytestmark = [pytest.mark.gluster, pytest.mark.long]

OBJECTS = 40
SIZE = 300_000


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Start three nodes with a volume, and three that wait."""
    with Cluster(tmp_path / "cluster", spare=3) as cluster:
        yield cluster


@pytest.fixture
def mount(cluster: Cluster, tmp_path: Path) -> Iterator[Mount]:
    with Mount(cluster.hosts, tmp_path / "mount") as mount:
        yield mount


@pytest.fixture
def driver(cluster: Cluster, mount: Mount, road: str) -> Driver:
    driver = open_driver(settings(road, cluster, mount))
    driver.initialise()
    return driver


def test_a_wiped_node_is_replaced_and_nothing_is_lost(
    cluster: Cluster, driver: Driver, stock_afresh: Callable[[], dict[str, str]]
) -> None:
    keys = [put(driver, seed, SIZE) for seed in range(OBJECTS)]
    lost, new = cluster.members[2], cluster.nodes[3]

    with Traffic(driver) as traffic:
        lost.kill()
        traffic.go_on()
        cluster.replace(lost, new)
        traffic.go_on()
    cluster.heal(within=300)
    keys += traffic.keys
    copies = [{_copy(node, key) for node in cluster.members} for key in keys]
    stock = stock_afresh()

    assert traffic.problems == []
    assert {stock.get(key) for key in keys} == {"whole"}
    assert {len(alike) for alike in copies} == {1}


def test_a_volume_grows_and_nothing_is_lost(
    cluster: Cluster, driver: Driver, stock_afresh: Callable[[], dict[str, str]]
) -> None:
    keys = [put(driver, seed, SIZE) for seed in range(OBJECTS)]

    with Traffic(driver) as traffic:
        cluster.grow(*cluster.nodes[3:])
        traffic.go_on()
    keys += traffic.keys
    old, new = (keys_on(node) for node in (cluster.nodes[0], cluster.nodes[3]))
    copies = [
        {_copy(node, key) for node in (cluster.nodes[:3] if key in old else cluster.nodes[3:])}
        for key in keys
    ]
    stock = stock_afresh()

    assert traffic.problems == []
    assert {stock.get(key) for key in keys} == {"whole"}
    assert {len(alike) for alike in copies} == {1}
    assert old
    assert new
    assert not old & new


def _copy(node: Node, key: str) -> tuple[str, bytes]:
    path = node.brick / path_of(key)
    return hashlib.sha256(path.read_bytes()).hexdigest(), os.getxattr(path, mark.NAME)
