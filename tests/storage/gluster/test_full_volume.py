"""A full volume says so, keeps nothing of what did not fit, and goes on reading and deleting."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from storage import Full, open_driver
from tests.components import require_program, require_root
from tests.gluster import Cluster, Mount
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import is_right, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage import Driver

pytestmark = pytest.mark.gluster

DISK_SIZE = 64 * 1024**2
SONG_SIZE = 3 * 1024**2 + 17


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Make a volume whose bricks are small disks."""
    require_root()
    cluster = Cluster(tmp_path_factory.mktemp("small"))
    folders = [node.folder / "brick" for node in cluster.nodes]
    try:
        for folder in folders:
            _mount_small_disk(folder)
        with cluster:
            yield cluster
    finally:
        for folder in folders:
            subprocess.run(["umount", "-l", folder], check=False)


@pytest.fixture(scope="module")
def mount(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mount]:
    with Mount(cluster.hosts, tmp_path_factory.mktemp("mount")) as mount:
        yield mount


def test_a_full_volume_keeps_what_it_has_and_nothing_else(
    cluster: Cluster, mount: Mount, road: str
) -> None:
    driver = open_driver(settings(road, cluster, mount))
    driver.initialise()

    with pytest.raises(Full, match="is full"):
        _fill(driver)
    keys = [entry.key for entry in driver.list()]

    assert all(entry.committed for entry in driver.list())
    assert all(is_right(driver, key) for key in keys)
    for key in keys:
        driver.delete(key)
    assert list(driver.list()) == []
    assert is_right(driver, put(driver, 1, SONG_SIZE))


def _fill(driver: Driver) -> None:
    for seed in range(DISK_SIZE // SONG_SIZE + 1):
        put(driver, seed, SONG_SIZE)


def _mount_small_disk(folder: Path) -> None:
    folder.mkdir(parents=True)
    image = folder.with_suffix(".img")
    image.touch()
    with image.open("r+b") as file:
        file.truncate(DISK_SIZE)
    # Blocks of 4 KiB: smaller ones have no room for the largest mark.
    subprocess.run([require_program("mkfs.ext4"), "-q", "-b", "4096", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, folder], check=True)
