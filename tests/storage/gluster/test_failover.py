"""Nodes die, freeze and return while music plays: nothing acknowledged is lost."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from storage import NotFound, Unavailable, mark, open_driver
from storage.layout import path_of
from storage.write_once import WriteOnceDriver
from tests.gluster import PING_TIMEOUT, VOLUME, wait_for
from tests.storage.gluster.interception import intercept
from tests.storage.gluster.traffic import Traffic, digest, is_right, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage import Driver
    from tests.gluster import Cluster, Mount, Node

pytestmark = pytest.mark.gluster

LONGEST_OPERATION = 2 * PING_TIMEOUT + 2
"""Seconds; a silent node is given up after at most twice the ping-timeout."""
LONG = 16 * 1024 * 1024
AT_ONCE = 2.0
"""Seconds that an answer may take which waits for nothing; these machines are slow at times."""


@pytest.fixture
def elsewhere(elsewhere: Mount) -> Driver:
    """Open a driver on another client than the one under test."""
    return open_driver({"storage.driver": "gluster-fuse", "storage.path": str(elsewhere.path)})


@pytest.fixture(autouse=True)
def _repair(cluster: Cluster) -> Iterator[None]:
    yield
    cluster.start_bricks()
    cluster.heal()


def test_a_brick_killed_in_the_middle_of_reads_and_writes_goes_unnoticed(
    cluster: Cluster, driver: Driver, stock_afresh: Callable[[], dict[str, str]]
) -> None:
    with Traffic(driver) as traffic:
        cluster.members[0].signal_brick(signal.SIGKILL)
        traffic.await_writes()
        cluster.start_bricks()
        traffic.await_writes()
    stock = stock_afresh()

    assert traffic.problems == []
    assert {stock.get(key) for key in traffic.keys} == {"whole"}


def test_each_brick_killed_in_the_middle_of_one_long_read_goes_unnoticed(
    cluster: Cluster, driver: Driver, elsewhere: Driver
) -> None:
    """Written by another client, it is in no cache of this one."""
    keys = [put(elsewhere, number, LONG) for number in range(len(cluster.members))]

    digests = [
        _digest_while_killing(node, driver, key, cluster)
        for key, node in zip(keys, cluster.members, strict=True)
    ]

    assert digests == [key[:64] for key in keys]


def test_a_frozen_brick_stalls_operations_for_a_while_and_fails_none(
    cluster: Cluster, driver: Driver, stock_afresh: Callable[[], dict[str, str]]
) -> None:
    with Traffic(driver) as traffic, cluster.frozen(cluster.members[1], brick_only=True):
        traffic.await_writes()
    stock = stock_afresh()

    assert traffic.problems == []
    assert PING_TIMEOUT / 2 < traffic.slowest <= LONGEST_OPERATION
    assert {stock.get(key) for key in traffic.keys} == {"whole"}


def test_two_dead_nodes_make_the_volume_unavailable_until_they_return(
    cluster: Cluster, driver: Driver, stock_afresh: Callable[[], dict[str, str]]
) -> None:
    keys = [put(driver, seed) for seed in range(3)]

    for node in cluster.members[1:]:
        node.kill()
    wait_for(lambda: not driver.health().ok, "the driver to notice", within=5)
    outcomes = [_outcome(call) for call in _every_operation(driver, keys.pop())]
    cluster.start_bricks()
    wait_for(lambda: driver.health().ok, "the driver to recover by itself")

    assert {name for name, _ in outcomes} == {"Unavailable"}
    assert max(seconds for _, seconds in outcomes) <= AT_ONCE
    stock = stock_afresh()
    assert {stock.get(key) for key in keys} == {"whole"}


def test_two_frozen_nodes_make_the_volume_unavailable_in_time(
    cluster: Cluster, driver: Driver
) -> None:
    key, doomed = put(driver, 1), put(driver, 2)

    with cluster.frozen(*cluster.members[1:]), ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(_outcome, _every_operation(driver, doomed)))
    wait_for(lambda: driver.health().ok, "the driver to recover by itself")

    put_, read, stat, deleted, listed = (name for name, _ in outcomes)
    assert {put_, deleted, listed} == {"Unavailable"}
    # While its client gives up one node after the other, a look may be answered by what is left;
    # it is right, for an object never changes.
    assert {read, stat} <= {"Unavailable", "answered"}
    assert max(seconds for _, seconds in outcomes) <= LONGEST_OPERATION
    assert is_right(driver, key)


def test_nothing_acknowledged_is_lost_when_all_nodes_die_in_the_middle(
    cluster: Cluster, driver: Driver, stock_afresh: Callable[[], dict[str, str]]
) -> None:
    with Traffic(driver) as traffic:
        for node in cluster.members:
            node.kill()
        traffic.go_on()
        cluster.start_bricks()
        wait_for(lambda: driver.health().ok, "the driver to recover by itself")
        traffic.go_on()
    stock = stock_afresh()

    assert traffic.problems
    assert all(problem.startswith("Unavailable(") for problem in traffic.problems)
    assert {stock.get(key) for key in traffic.keys} == {"whole"}


def test_a_node_that_returns_is_healed_to_the_same_bytes_and_marks(
    cluster: Cluster, driver: Driver
) -> None:
    gone = put(driver, 98)
    cluster.members[2].kill()
    keys = [put(driver, seed) for seed in range(8)]
    driver.delete(gone)

    cluster.start_bricks()
    cluster.heal()

    assert cluster.pending_heals() == 0
    for key in keys:
        copies = {_copy(node.brick / path_of(key)) for node in cluster.members}
        assert len(copies) == 1
        assert copies.pop()[0] == key[:64]
    with pytest.raises(NotFound):
        driver.stat(gone)
    assert not any((node.brick / path_of(gone)).exists() for node in cluster.members)


def test_a_lost_connection_in_the_middle_of_a_read_is_made_anew(
    cluster: Cluster, mount: Mount, driver: Driver, road: str
) -> None:
    """Through FUSE the client dies and is remounted; through libgfapi the nodes come and go."""
    key = put(driver, 1)

    with driver.open(key) as reader:
        pieces = reader.blocks()
        total = hashlib.sha256(next(pieces))
        if road == "gluster-fuse":
            mount.remount()
        else:
            _lose_every_connection(cluster, driver)
        for piece in pieces:
            total.update(piece)

    assert total.hexdigest() == key[:64]


@pytest.mark.parametrize("number", [errno.ENOTCONN, errno.EBADFD])
def test_a_read_that_loses_its_connection_goes_on_with_a_file_opened_anew(
    driver: Driver, number: int
) -> None:
    key = put(driver, 1, LONG)
    read = Counter[str]()

    def lose_once(name: str, operation: Callable[[], Any]) -> Any:
        read[name] += 1
        if name == "read_at" and read[name] == 3:
            raise OSError(number, os.strerror(number))
        return operation()

    intercept(driver, lose_once)

    assert is_right(driver, key)
    assert read["open"] == 2


@pytest.mark.parametrize("road", ["gluster-fuse"])
def test_a_dead_mount_is_unavailable_and_recovers_when_it_is_mounted(
    mount: Mount, driver: Driver
) -> None:
    key = put(driver, 1)

    mount.kill_client()
    outcomes = [_outcome(call) for call in _every_operation(driver, key)]
    mount.remount()

    assert {name for name, _ in outcomes} == {"Unavailable"}
    assert max(seconds for _, seconds in outcomes) <= AT_ONCE
    assert digest(driver, key) == key[:64]


@pytest.mark.parametrize("road", ["gluster-fuse"])
def test_a_hung_mount_is_unavailable_within_the_deadline(mount: Mount, driver: Driver) -> None:
    key, doomed = put(driver, 1), put(driver, 2)

    mount.signal(signal.SIGSTOP)
    try:
        with ThreadPoolExecutor() as pool:
            outcomes = list(pool.map(_outcome, _every_operation(driver, doomed)))
    finally:
        mount.signal(signal.SIGCONT)

    assert {name for name, _ in outcomes} == {"Unavailable"}
    assert max(seconds for _, seconds in outcomes) <= LONGEST_OPERATION + AT_ONCE
    assert digest(driver, key) == key[:64]


def test_a_volume_that_takes_no_writes_is_unavailable_for_them_and_read(
    cluster: Cluster, driver: Driver
) -> None:
    key = put(driver, 1)

    cluster.members[0].gluster("volume", "set", VOLUME, "features.read-only", "on")
    try:
        wait_for(lambda: _outcome(lambda: put(driver, 2))[0] != "answered", "the volume to refuse")
        outcomes = [_outcome(call) for call in (lambda: put(driver, 3), lambda: driver.delete(key))]
        read = digest(driver, key)
    finally:
        cluster.members[0].gluster("volume", "reset", VOLUME, "features.read-only")
        wait_for(lambda: _outcome(lambda: put(driver, 4))[0] == "answered", "the volume to take it")

    assert [name for name, _ in outcomes] == ["Unavailable", "Unavailable"]
    assert read == key[:64]


def _digest_while_killing(node: Node, driver: Driver, key: str, cluster: Cluster) -> str:
    """Kill a brick after the first block; return when the client sees every node again."""
    assert isinstance(driver, WriteOnceDriver)
    with driver.open(key) as reader:
        pieces = reader.blocks()
        total = hashlib.sha256(next(pieces))
        node.signal_brick(signal.SIGKILL)
        for piece in pieces:
            total.update(piece)
    cluster.start_bricks()
    files, nodes = driver.files, len(cluster.members)
    wait_for(lambda: files.copies_answering(path_of(key)) == nodes, "the client to see all nodes")
    return total.hexdigest()


def _every_operation(driver: Driver, key: str) -> list[Callable[[], object]]:
    """List them; the deletion may take effect although it was given up."""
    return [
        lambda: put(driver, 77),
        lambda: digest(driver, key),
        lambda: driver.stat(key),
        lambda: driver.delete(key),
        lambda: list(driver.list()),
    ]


def _outcome(call: Callable[[], object]) -> tuple[str, float]:
    start = time.monotonic()
    try:
        call()
    except Unavailable:
        name = "Unavailable"
    except Exception as error:  # noqa: BLE001 - each other one is a finding
        name = repr(error)
    else:
        name = "answered"
    return name, time.monotonic() - start


def _lose_every_connection(cluster: Cluster, driver: Driver) -> None:
    for node in cluster.members:
        node.signal_brick(signal.SIGKILL)
    wait_for(lambda: not driver.health().ok, "the connections to be lost")
    cluster.start_bricks()
    wait_for(lambda: driver.health().ok, "the connections to be there again")


def _copy(path: Path) -> tuple[str, bytes]:
    return hashlib.sha256(path.read_bytes()).hexdigest(), os.getxattr(path, mark.NAME)
