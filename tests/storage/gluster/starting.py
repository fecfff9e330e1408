"""Starts the track service while nas1 is in trouble, and tells how soon it is ready.

`unshare --net --mount python -m tests.storage.gluster.starting ROAD TROUBLE FOLDER`: in a network
of its own, because packets are dropped. Prints after how many seconds it was ready, and every
status with which /readyz and an object's address answered before.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from storage import open_driver
from tests.functional.tracks.server import Server
from tests.gluster import VOLUME, Cluster
from tests.storage.gluster.traffic import put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.gluster import Node

MOUNT = Path(__file__).parents[3] / "ops/gluster/mount.sh"
OK = 200
PATIENCE = 120
"""Seconds; the test says what is soon enough."""

_DROP = """
add table ip cut
add chain ip cut output {{ type filter hook output priority 0; }}
add rule ip cut output ip daddr {host} drop
add rule ip cut output ip saddr {host} drop
"""


def main(road: str, trouble: str, folder: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    with Cluster(folder) as cluster:
        settings = {
            "storage.hosts": " ".join(cluster.hosts),
            "storage.volume": VOLUME,
            "storage.log_file": "/dev/null",
        }
        driver = open_driver({"storage.driver": "gluster-gfapi", **settings})
        driver.initialise()
        key = put(driver, 1)
        _TROUBLES[trouble](cluster.members[0])
        storage = {"storage.driver": road, **settings}
        start = time.monotonic()
        mounting = None
        if road == "gluster-fuse":
            storage["storage.path"] = str(folder / "mnt")
            mounting = subprocess.Popen(
                [MOUNT, VOLUME, storage["storage.path"], *cluster.hosts], stdout=sys.stderr
            )
        with Server(folder, storage) as server:
            statuses = _await_readiness(server, key)
            sys.stdout.write(f"{time.monotonic() - start} {' '.join(map(str, statuses))}\n")
            sys.stdout.flush()
        if mounting is not None:
            mounting.wait()
            subprocess.run(["umount", "-l", folder / "mnt"], check=True)
    os._exit(0)  # libgfapi would take its leave for seconds


def _await_readiness(server: Server, key: str) -> set[int]:
    """Ask until it is ready, and the object is there; return all other answers."""
    deadline = time.monotonic() + PATIENCE
    statuses = set()
    while (status := _status(f"{server.url}/readyz")) != OK and time.monotonic() < deadline:
        statuses |= {status, _status(server.address_of(key))}
        time.sleep(0.1)
    assert _status(server.address_of(key)) == OK
    return statuses - {OK}


def _status(url: str) -> int:
    return requests.get(url, timeout=30).status_code


def _kill_glusterd(node: Node) -> None:
    node.kill_glusterd()


def _freeze(node: Node) -> None:
    node.signal(signal.SIGSTOP)


def _cut_off(node: Node) -> None:
    subprocess.run(["nft", "-f", "-"], input=_DROP.format(host=node.host), text=True, check=True)


_TROUBLES: dict[str, Callable[[Node], None]] = {
    "dead": _kill_glusterd,
    "frozen": _freeze,
    "unreachable": _cut_off,
}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
