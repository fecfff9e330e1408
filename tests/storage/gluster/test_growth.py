"""A node is replaced by an empty one, and three nodes become six, while the music plays."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from storage import Unavailable, mark, open_driver
from storage.layout import path_of
from tests.functional.tracks.server import Server
from tests.gluster import Cluster, Mount, wait_for
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import Traffic, is_right, put

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
    old, new = (_keys_on(node) for node in (cluster.nodes[0], cluster.nodes[3]))
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


@pytest.mark.parametrize("away", [slice(0, 3), slice(3, 6), slice(3, 5)])
def test_a_set_of_nodes_that_is_away_is_not_taken_for_deleted(
    cluster: Cluster, driver: Driver, away: slice
) -> None:
    """Gluster leaves it out of listings, and says that its files do not exist."""
    cluster.grow(*cluster.nodes[3:])
    keys = {put(driver, seed, SIZE) for seed in range(OBJECTS)}
    hidden = keys & _keys_on(cluster.nodes[away][0])

    for node in cluster.nodes[away]:
        node.signal_brick(signal.SIGKILL)
    wait_for(lambda: not driver.health().ok, "the driver to notice", within=10)
    hits = {_outcome(lambda key=key: driver.stat(key)) for key in hidden}  # type: ignore[misc]
    hits |= {_outcome(lambda key=key: driver.delete(key)) for key in hidden}  # type: ignore[misc]
    hits.add(_outcome(lambda: list(driver.list())))
    heard = [is_right(driver, key) for key in keys - hidden]
    cluster.start_bricks()
    wait_for(lambda: driver.health().ok, "the driver to recover")

    assert hits == {"Unavailable"}
    assert all(heard)
    assert all(is_right(driver, key) for key in keys)


def test_while_requests_are_stalled_by_one_brick_what_lies_elsewhere_or_is_cached_is_heard(
    cluster: Cluster, mount: Mount, driver: Driver, road: str, tmp_path: Path
) -> None:
    cluster.grow(*cluster.nodes[3:])
    keys = {put(driver, seed) for seed in range(OBJECTS)}
    *stalled, cached = sorted(keys & _keys_on(cluster.nodes[0]))[:9]
    elsewhere, *_ = sorted(keys & _keys_on(cluster.nodes[3]))

    with (
        Server(tmp_path, settings(road, cluster, mount)) as server,
        ThreadPoolExecutor(8) as pool,
    ):
        wait_for(lambda: requests.get(f"{server.url}/readyz", timeout=60).ok, "the service")
        _heard(server, cached)
        with cluster.frozen(cluster.nodes[0], brick_only=True):
            songs = [pool.submit(_heard, server, key) for key in stalled]
            wait_for(lambda: all(song.running() for song in songs), "the requests to be sent")
            time.sleep(1)
            heard = {key: _heard(server, key) for key in (elsewhere, cached)}
            waiting = sum(not song.done() for song in songs)
            digests = [song.result() for song in songs]

    assert heard == {key: key[:64] for key in (elsewhere, cached)}
    assert waiting == len(stalled)
    assert digests == [key[:64] for key in stalled]


def _heard(server: Server, key: str) -> str:
    answer = requests.get(server.address_of(key), timeout=60)
    answer.raise_for_status()
    return hashlib.sha256(answer.content).hexdigest()


def _outcome(call: Callable[[], object]) -> str:
    try:
        call()
    except Unavailable:
        return "Unavailable"
    except Exception as error:  # noqa: BLE001 - each other one is a finding
        return repr(error)
    return "answered"


def _keys_on(node: Node) -> set[str]:
    """Return the keys of whole files on the brick; empty ones only point elsewhere (DHT)."""
    files = node.brick.glob("objects/*/*")
    return {file.name for file in files if file.stat().st_size}


def _copy(node: Node, key: str) -> tuple[str, bytes]:
    path = node.brick / path_of(key)
    return hashlib.sha256(path.read_bytes()).hexdigest(), os.getxattr(path, mark.NAME)
