"""Harms objects where they lie: on the bricks, behind Gluster's back."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from storage import mark
from storage.layout import path_of
from tests.gluster import Mount, wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storage import Driver
    from tests.gluster import Cluster, Mount, Node


def flip_bit(node: Node, key: str, offset: int) -> None:
    with brick_path(node, key).open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


def zero(node: Node, key: str) -> None:
    path = brick_path(node, key)
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))


def truncate(node: Node, key: str) -> None:
    path = brick_path(node, key)
    os.truncate(path, path.stat().st_size // 2)


def brick_path(node: Node, key: str) -> Path:
    return node.brick / path_of(key)


def keys_on(node: Node) -> set[str]:
    """Return the keys of whole files on the brick; empty ones only point elsewhere (DHT)."""
    files = node.brick.glob("objects/*/*")
    return {file.name for file in files if file.stat().st_size}


class VolumeBackend:
    """What the conformance suite asks for, done to every copy, or by another client."""

    def __init__(
        self, driver: Driver, cluster: Cluster, mount: Mount, elsewhere: Mount, road: str
    ) -> None:
        self._driver = driver
        self._cluster = cluster
        self._mount = mount
        self._elsewhere = elsewhere
        self._road = road
        self._away = False

    @property
    def _nodes(self) -> Sequence[Node]:
        return self._cluster.members

    def flip_bit(self, key: str, offset: int) -> None:
        for node in self._nodes:
            flip_bit(node, key, offset)
        if self._road == "gluster-fuse":
            # The kernel holds the right bytes still, and would serve them.
            self._mount.remount()

    def shorten(self, key: str) -> None:
        with (self._elsewhere.path / path_of(key)).open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            self._last = file.read(1)
            file.seek(-1, os.SEEK_END)
            file.truncate()

    def lengthen(self, key: str) -> None:
        with (self._elsewhere.path / path_of(key)).open("ab") as file:
            file.write(self._last)

    def unmark(self, key: str) -> None:
        for node in self._nodes:
            os.removexattr(brick_path(node, key), mark.NAME)

    def go_away(self) -> None:
        self._away = True
        if self._road == "gluster-fuse":
            self._mount.kill_client()
            self._mount.unmount()
        else:
            for node in self._nodes:
                node.signal_brick(signal.SIGKILL)

    def come_back(self) -> None:
        if not self._away:
            return
        self._away = False
        if self._road == "gluster-fuse":
            self._mount.mount()
        else:
            self._cluster.wait_until_online(force=True)
        # A client looks for its bricks every three seconds.
        wait_for(lambda: self._driver.health().ok, "the driver to see its volume again")
