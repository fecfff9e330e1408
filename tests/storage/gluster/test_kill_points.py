"""A writer or a mount's client dies at any operation: a whole object, a listed leftover, or none.

A death before one operation and one after it: together they meet every state in which a put can
leave the volume between two operations.
"""

from __future__ import annotations

import io
from itertools import count
from typing import TYPE_CHECKING

import pytest
from ulid import ULID

from storage import BLOCK_SIZE, NotFound, Unavailable
from storage.key import make_key
from tests.storage.gluster.clients import put_killed_at
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.interception import Moments, intercept
from tests.storage.gluster.traffic import digest, song

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage import Driver
    from tests.gluster import Cluster, Mount

pytestmark = pytest.mark.gluster

DATA = song(37, 5 * BLOCK_SIZE // 2)
SHA256 = "ffe03290ac7813afc6ce738ee9bd57a5714efb84d80dff165ab85a6e8250c80f"
"""It lies in the last folder, so that a listing that begins there is short."""
OPERATIONS = 11
"""is_complete, exists, create, 3 writes, sync, stat, set_mark, sync, close: a put has no fewer."""


def test_a_writer_killed_at_any_operation_leaves_nothing_partial_to_read(
    cluster: Cluster, mount: Mount, driver: Driver, road: str
) -> None:
    found = []

    for moment in count():
        ulid = str(ULID())
        killed = put_killed_at(moment, settings(road, cluster, mount), DATA, ulid)
        found.append(what_is_there(driver, make_key(SHA256, ulid)))
        if not killed:
            break

    check(found)


@pytest.mark.parametrize("road", ["gluster-fuse"])
def test_a_mount_whose_client_dies_at_any_operation_leaves_nothing_partial_to_read(
    mount: Mount, driver: Driver, open_another: Callable[[], Driver]
) -> None:
    found = []

    for number in count():
        writer, ulid = open_another(), str(ULID())
        moment = Moments(number, mount.kill_client)
        intercept(writer, moment)
        acknowledged = is_put(writer, ulid)
        mount.remount()
        found.append(what_is_there(driver, make_key(SHA256, ulid)))
        assert found[-1] == "whole" or not acknowledged
        if not moment.has_come:
            break

    check(found)


def is_put(driver: Driver, ulid: str) -> bool:
    """Return whether the object was acknowledged; only Unavailable is an excuse."""
    try:
        driver.put(io.BytesIO(DATA), "audio/mpeg", ulid)
    except Unavailable:
        return False
    return True


def what_is_there(driver: Driver, key: str) -> str:
    """Return `whole`, `leftover` or `absent`, and remove it; anything else is a broken promise."""
    listed = [(entry.key, entry.committed) for entry in driver.list(after=key[:2])]
    try:
        found = digest(driver, key)
    except NotFound:
        if not listed:
            return "absent"
        assert listed == [(key, False)]
        driver.delete(key)
        return "leftover"
    assert listed == [(key, True)]
    assert found == SHA256
    driver.delete(key)
    return "whole"


def check(found: list[str]) -> None:
    """Demand that a put brings the volume through all three states, in their order."""
    states = ["absent", "leftover", "whole"]
    print(f"{len(found) - 1} deaths:", {state: found.count(state) for state in states})  # noqa: T201 - evidence
    assert len(found) > 2 * OPERATIONS
    assert found == sorted(found, key=states.index)
    assert set(found) == set(states)
