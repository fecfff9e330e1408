"""What a listener of the track service sees of a volume in trouble."""

from __future__ import annotations

import hashlib
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from tests.functional.tracks.server import Server
from tests.gluster import PING_TIMEOUT, wait_for
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import put
from tests.unit.tracks.audio_samples import mp3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage import Driver
    from tests.gluster import Cluster, Mount

pytestmark = pytest.mark.gluster

STALLED = 8
SOON = 2.0
"""Seconds for an answer that needs no volume; these machines are slow at times."""
TOLD_WITHIN = 2 * PING_TIMEOUT + 2 + SOON
PATIENCE = 60


@pytest.fixture
def server(
    cluster: Cluster, mount: Mount, road: str, driver: Driver, tmp_path: Path
) -> Iterator[Server]:
    driver.health()
    with Server(tmp_path, settings(road, cluster, mount)) as server:
        wait_for(lambda: _is_ready(server), "the service to be ready")
        yield server
    cluster.start_bricks()
    cluster.heal()


def test_stalled_requests_leave_room_for_others(
    cluster: Cluster, driver: Driver, server: Server
) -> None:
    keys = [put(driver, seed) for seed in range(STALLED)]

    frozen = cluster.frozen(cluster.members[1], brick_only=True)
    with frozen, ThreadPoolExecutor(STALLED) as pool:
        songs = [pool.submit(_sha256, server.address_of(key)) for key in keys]
        wait_for(lambda: all(song.running() for song in songs), "the requests to be sent")
        alive = requests.get(f"{server.url}/healthz", timeout=SOON)
        refused = requests.get(f"{server.url}/tracks/{keys[0]}", timeout=SOON)
        all_stalled = not any(song.done() for song in songs)
        digests = [song.result() for song in songs]

    assert all_stalled
    assert (alive.status_code, refused.status_code) == (200, 401)
    assert digests == [key[:64] for key in keys]


def test_without_quorum_listeners_are_told_to_come_back_and_then_served(
    cluster: Cluster, driver: Driver, server: Server
) -> None:
    key = put(driver, 1)

    for node in cluster.members[1:]:
        node.signal_brick(signal.SIGKILL)
    wait_for(lambda: not _is_ready(server), "the service to notice")
    away = requests.get(server.address_of(key), timeout=PATIENCE)
    cluster.start_bricks()
    wait_for(lambda: _is_ready(server), "the service to recover by itself")

    assert away.status_code == requests.codes.unavailable
    assert int(away.headers["Retry-After"]) > 0
    assert away.headers["Content-Type"] == "application/problem+json"
    assert _sha256(server.address_of(key)) == key[:64]


def test_two_frozen_nodes_are_told_of_in_time(
    cluster: Cluster, driver: Driver, server: Server
) -> None:
    key = put(driver, 1)
    changes = [
        lambda: requests.delete(
            f"{server.url}/tracks/{key}",
            headers={"Authorization": f"Bearer {server.tickets.delete(key)}"},
            timeout=PATIENCE,
        ),
        lambda: requests.post(
            f"{server.url}/tracks", mp3(), headers=server.upload_headers(), timeout=PATIENCE
        ),
    ]

    with cluster.frozen(*cluster.members[1:]), ThreadPoolExecutor() as pool:
        play = pool.submit(_first_block, server.address_of(key))
        refusals = list(pool.map(lambda request: request(), changes))
        played = play.result()
    wait_for(lambda: _is_ready(server), "the service to recover by itself")

    # The node that is left may still give a block before it knows that it is alone.
    if played.status_code != requests.codes.partial_content:
        refusals.append(played)
    assert {answer.status_code for answer in refusals} == {requests.codes.unavailable}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refusals)
    assert max(answer.elapsed.total_seconds() for answer in [*refusals, played]) <= TOLD_WITHIN


def _first_block(url: str) -> requests.Response:
    return requests.get(url, headers={"Range": "bytes=0-1048575"}, timeout=PATIENCE)


def _sha256(url: str) -> str:
    answer = requests.get(url, timeout=PATIENCE)
    answer.raise_for_status()
    return hashlib.sha256(answer.content).hexdigest()


def _is_ready(server: Server) -> bool:
    return requests.get(f"{server.url}/readyz", timeout=PATIENCE).ok
