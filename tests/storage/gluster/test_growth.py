"""A node is replaced by an empty one, and three nodes become six, while the music plays."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from storage import mark, open_driver
from storage.layout import path_of
from tests.gluster import Cluster, Mount
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import Traffic, digest, is_right, put

if TYPE_CHECKING:
    from collections.abc import Iterator
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


def test_a_wiped_node_is_replaced_and_nothing_is_lost(cluster: Cluster, driver: Driver) -> None:
    keys = [put(driver, seed, SIZE) for seed in range(OBJECTS)]
    lost, new = cluster.members[2], cluster.nodes[3]

    with Traffic(driver) as traffic:
        lost.kill()
        traffic.go_on()
        cluster.replace(lost, new)
        traffic.go_on()
    cluster.heal(within=300)

    assert traffic.problems == []
    for key in keys + traffic.keys:
        assert is_right(driver, key)
        assert len({_copy(node, key) for node in cluster.members}) == 1


def test_a_volume_grows_and_nothing_is_lost(cluster: Cluster, driver: Driver) -> None:
    keys = [put(driver, seed, SIZE) for seed in range(OBJECTS)]

    with Traffic(driver) as traffic:
        cluster.grow(*cluster.nodes[3:])
        traffic.go_on()

    assert traffic.problems == []
    assert all(is_right(driver, key) for key in keys + traffic.keys)
    assert _keys_on(cluster.nodes[0])
    assert _keys_on(cluster.nodes[3])
    assert not _keys_on(cluster.nodes[0]) & _keys_on(cluster.nodes[3])


def test_a_stalled_brick_does_not_stall_what_lies_on_others(
    cluster: Cluster, driver: Driver
) -> None:
    cluster.grow(*cluster.nodes[3:])
    keys = {put(driver, seed) for seed in range(OBJECTS)}
    stalled = sorted(keys & _keys_on(cluster.nodes[0]))[:8]
    (playing, *_) = sorted(keys & _keys_on(cluster.nodes[3]))

    with driver.open(playing) as reader, ThreadPoolExecutor(8) as pool:
        pieces = reader.blocks()
        total = hashlib.sha256(next(pieces))
        with cluster.frozen(cluster.nodes[0], brick_only=True):
            songs = [pool.submit(digest, driver, key) for key in stalled]
            for piece in pieces:
                total.update(piece)
            waiting = sum(not song.done() for song in songs)
            digests = [song.result() for song in songs]

    assert waiting == len(stalled)
    assert total.hexdigest() == playing[:64]
    assert digests == [key[:64] for key in stalled]


def _keys_on(node: Node) -> set[str]:
    """Return the keys of whole files on the brick; empty ones only point elsewhere (DHT)."""
    files = node.brick.glob("objects/*/*")
    return {file.name for file in files if file.stat().st_size}


def _copy(node: Node, key: str) -> tuple[str, bytes]:
    path = node.brick / path_of(key)
    return hashlib.sha256(path.read_bytes()).hexdigest(), os.getxattr(path, mark.NAME)
