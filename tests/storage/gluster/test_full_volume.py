"""A full volume says so, keeps nothing of what did not fit, and goes on reading and deleting."""

from __future__ import annotations

import hashlib
import subprocess
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
import requests

from storage import Full
from tests.components import require_program, require_root
from tests.functional.tracks.server import Server
from tests.gluster import Cluster, Mount
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import is_right, put
from tests.unit.tracks.audio_samples import mp3

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


def test_a_full_volume_keeps_what_it_has_and_nothing_else(driver: Driver) -> None:
    keys = _fill(driver)

    assert [(entry.key, entry.committed) for entry in driver.list()] == [
        (key, True) for key in sorted(keys)
    ]
    assert all(is_right(driver, key) for key in keys)
    for key in keys:
        driver.delete(key)
    assert list(driver.list()) == []
    assert is_right(driver, put(driver, 1, SONG_SIZE))


def test_an_uploader_is_told_and_listeners_hear_on(
    cluster: Cluster, mount: Mount, driver: Driver, road: str, tmp_path: Path
) -> None:
    key, *_ = _fill(driver)

    with Server(tmp_path, settings(road, cluster, mount)) as server:
        upload = requests.post(
            f"{server.url}/tracks",
            mp3(frames=SONG_SIZE // 400),
            headers=server.upload_headers(),
            timeout=60,
        )
        heard = requests.get(server.address_of(key), timeout=60)

    assert upload.status_code == HTTPStatus.INSUFFICIENT_STORAGE
    assert upload.headers["Content-Type"] == "application/problem+json"
    assert hashlib.sha256(heard.content).hexdigest() == key[:64]


def _fill(driver: Driver) -> list[str]:
    """Put songs until the volume is full; return the keys of those that were acknowledged."""
    keys: list[str] = []
    try:
        for seed in range(DISK_SIZE // SONG_SIZE + 1):
            keys.append(put(driver, seed, SONG_SIZE))  # noqa: PERF401 - it ends with an error
    except Full as error:
        assert "is full" in str(error)  # noqa: PT017 - the same
        return keys
    pytest.fail("more fits than the disk has")


def _mount_small_disk(folder: Path) -> None:
    folder.mkdir(parents=True)
    image = folder.with_suffix(".img")
    image.touch()
    with image.open("r+b") as file:
        file.truncate(DISK_SIZE)
    # Blocks of 4 KiB: smaller ones have no room for the largest mark.
    subprocess.run([require_program("mkfs.ext4"), "-q", "-b", "4096", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, folder], check=True)
