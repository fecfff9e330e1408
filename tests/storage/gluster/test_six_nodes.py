"""What lies on one of two sets of three nodes, while the other one is in trouble."""

from __future__ import annotations

import hashlib
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from storage import Unavailable
from tests.functional.tracks.server import Server
from tests.gluster import PING_TIMEOUT, Cluster, Mount, wait_for
from tests.storage.gluster.bricks import keys_on
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import digest, is_right, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage import Driver

pytestmark = [pytest.mark.gluster, pytest.mark.long]

CACHED = 2
"""Seconds; a mount remembers for one that a file is there."""
OBJECTS = 40
STALLED = 8
SIZE = 300_000


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Grow a volume to six nodes, while it is empty."""
    with Cluster(tmp_path_factory.mktemp("six"), spare=3) as cluster:
        cluster.grow(*cluster.nodes[3:])
        yield cluster


@pytest.fixture(scope="module")
def mount(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mount]:
    with Mount(cluster.hosts, tmp_path_factory.mktemp("mount")) as mount:
        yield mount


@pytest.mark.parametrize("away", [slice(0, 3), slice(3, 6), slice(3, 5)])
def test_a_set_of_nodes_that_is_away_is_not_taken_for_deleted(
    cluster: Cluster, driver: Driver, away: slice
) -> None:
    """Gluster leaves it out of listings, and says that its files do not exist."""
    keys = {put(driver, seed, SIZE) for seed in range(OBJECTS)}
    hidden = keys & keys_on(cluster.nodes[away][0])

    for node in cluster.nodes[away]:
        node.signal_brick(signal.SIGKILL)
    wait_for(lambda: not driver.health().ok, "the driver to notice", within=10)
    time.sleep(CACHED)
    hits = {_outcome(lambda key=key: driver.stat(key)) for key in hidden}  # type: ignore[misc]
    hits |= {_outcome(lambda key=key: driver.delete(key)) for key in hidden}  # type: ignore[misc]
    hits.add(_outcome(lambda: list(driver.list())))
    heard = [is_right(driver, key) for key in keys - hidden]
    cluster.start_bricks()
    wait_for(lambda: driver.health().ok, "the driver to recover")

    assert hits == {"Unavailable"}
    assert all(heard)
    assert all(is_right(driver, key) for key in keys)


def test_while_eight_readers_are_stalled_by_one_brick_a_ninth_plays_on_from_others(
    cluster: Cluster, driver: Driver
) -> None:
    stalled, (elsewhere, *_) = _songs(cluster, driver)

    with driver.open(elsewhere) as reader, ThreadPoolExecutor(STALLED) as pool:
        pieces = reader.blocks()
        total = hashlib.sha256(next(pieces))
        with cluster.frozen(cluster.nodes[0], brick_only=True):
            songs = [pool.submit(digest, driver, key) for key in stalled]
            for piece in pieces:
                total.update(piece)
            waiting = sum(not song.done() for song in songs)
            digests = [song.result() for song in songs]

    assert waiting == STALLED
    assert total.hexdigest() == elsewhere[:64]
    assert digests == [key[:64] for key in stalled]


def test_while_eight_requests_are_stalled_by_one_brick_others_are_answered_in_time(
    cluster: Cluster, mount: Mount, driver: Driver, road: str, tmp_path: Path
) -> None:
    """Even to open a file that lies elsewhere, Gluster asks all nodes for its folder."""
    stalled, (elsewhere, cached, *_) = _songs(cluster, driver)

    with (
        Server(tmp_path, settings(road, cluster, mount)) as server,
        ThreadPoolExecutor(STALLED) as pool,
    ):
        wait_for(lambda: requests.get(f"{server.url}/readyz", timeout=60).ok, "the service")
        _heard(server, cached)
        with cluster.frozen(cluster.nodes[0], brick_only=True):
            songs = [pool.submit(_heard, server, key) for key in stalled]
            time.sleep(1)
            others = [_heard(server, key) for key in (elsewhere, cached)]
            digests = [song.result() for song in songs]

    print("seconds of the others:", [round(seconds, 1) for _, seconds in others])  # noqa: T201 - evidence
    assert [found for found, _ in others] == [elsewhere[:64], cached[:64]]
    assert [found for found, _ in digests] == [key[:64] for key in stalled]
    assert max(seconds for _, seconds in others) <= 2 * PING_TIMEOUT + 2


def _songs(cluster: Cluster, driver: Driver) -> tuple[list[str], list[str]]:
    """Store songs; return eight of the first set of nodes, and those of the second."""
    keys = {put(driver, seed) for seed in range(OBJECTS)}
    first, second = (sorted(keys & keys_on(cluster.nodes[number])) for number in (0, 3))
    return first[:STALLED], second


def _heard(server: Server, key: str) -> tuple[str, float]:
    start = time.monotonic()
    answer = requests.get(server.address_of(key), timeout=60)
    answer.raise_for_status()
    return hashlib.sha256(answer.content).hexdigest(), time.monotonic() - start


def _outcome(call: Callable[[], object]) -> str:
    try:
        call()
    except Unavailable:
        return "Unavailable"
    except Exception as error:  # noqa: BLE001 - each other one is a finding
        return repr(error)
    return "answered"
