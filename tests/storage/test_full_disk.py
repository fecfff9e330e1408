"""The directory driver on a real, small ext4: full, read-only, unmounted."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from storage.driver import BLOCK_SIZE
from storage.errors import Full, Unavailable
from storage.filesystem import FilesystemDriver
from tests.components import require_program, require_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.faults

CAPACITY = 24 * BLOCK_SIZE
SONG_SIZE = 5 * BLOCK_SIZE // 2


class Disk:
    """An ext4 in a file, mounted on a folder."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.folder = folder
        image.touch()
        folder.mkdir()
        with image.open("r+b") as file:
            file.truncate(CAPACITY)
        subprocess.run(["mkfs.ext4", "-q", "-b", "4096", image], check=True)
        subprocess.run(["mount", "-o", "loop", image, folder], check=True)

    def fill_up(self, *, but: int) -> None:
        """Take all room but this many bytes, those kept for root too."""
        stat = os.statvfs(self.folder)
        with (self.folder / "filler").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, stat.f_bfree * stat.f_frsize - but)

    def make_read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    def unmount(self) -> None:
        if self.folder.is_mount():
            subprocess.run(["umount", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    require_root()
    for program in ("mkfs.ext4", "mount", "umount"):
        require_program(program)
    disk = Disk(tmp_path / "image", tmp_path / "mounted")
    yield disk
    disk.unmount()


@pytest.fixture
def driver(disk: Disk) -> FilesystemDriver:
    driver = FilesystemDriver.from_settings({"path": str(disk.folder)})
    driver.initialise()
    return driver


def song(seed: int) -> io.BytesIO:
    return io.BytesIO(random.Random(seed).randbytes(SONG_SIZE))  # noqa: S311 - not secret


def put(driver: FilesystemDriver, seed: int) -> str:
    return driver.put(song(seed), "audio/mpeg").key


def fill(driver: FilesystemDriver) -> list[str]:
    """Put songs until no more fits; return the keys of those that did."""
    keys: list[str] = []
    with suppress(Full):
        while len(keys) * SONG_SIZE <= CAPACITY:
            keys.append(put(driver, len(keys)))
    return keys


def digests(driver: FilesystemDriver, keys: list[str]) -> list[str]:
    """Return the SHA-256 of what each object reads as."""
    found = []
    for key in keys:
        with driver.open(key) as reader:
            found.append(hashlib.sha256(b"".join(reader.blocks())).hexdigest())
    return found


def test_a_put_on_a_full_disk_says_so(driver: FilesystemDriver) -> None:
    fill(driver)

    with pytest.raises(Full):
        put(driver, 99)


def test_a_write_cut_short_by_a_full_disk_is_no_success(
    disk: Disk, driver: FilesystemDriver
) -> None:
    disk.fill_up(but=BLOCK_SIZE // 2)

    # One block, one write: the kernel takes what fits and reports a shorter write, not an error.
    with pytest.raises(Full):
        driver.put(io.BytesIO(bytes(BLOCK_SIZE)), "audio/wav")

    assert list(driver.list()) == []


def test_a_put_that_found_no_room_leaves_nothing(driver: FilesystemDriver) -> None:
    keys = fill(driver)

    assert [(entry.key, entry.committed) for entry in driver.list()] == [
        (key, True) for key in sorted(keys)
    ]


def test_a_full_disk_is_read_as_before(driver: FilesystemDriver) -> None:
    keys = fill(driver)

    assert len(keys) > 1
    assert digests(driver, keys) == [key[:64] for key in keys]


def test_a_delete_on_a_full_disk_makes_room(driver: FilesystemDriver) -> None:
    keys = fill(driver)

    driver.delete(keys[0])

    added = put(driver, 99)
    assert digests(driver, [added]) == [added[:64]]


def test_a_read_only_disk_takes_nothing(disk: Disk, driver: FilesystemDriver) -> None:
    disk.make_read_only()

    with pytest.raises(Unavailable, match="Read-only"):
        put(driver, 1)


def test_a_read_only_disk_keeps_what_it_has(disk: Disk, driver: FilesystemDriver) -> None:
    key = put(driver, 1)
    disk.make_read_only()

    with pytest.raises(Unavailable, match="Read-only"):
        driver.delete(key)

    assert digests(driver, [key]) == [key[:64]]


def test_a_read_only_disk_is_not_healthy(disk: Disk, driver: FilesystemDriver) -> None:
    disk.make_read_only()

    health = driver.health()

    assert not health.ok
    assert "read-only" in health.detail


def test_an_unmounted_disk_is_unavailable(disk: Disk, driver: FilesystemDriver) -> None:
    key = put(driver, 1)
    disk.unmount()

    with pytest.raises(Unavailable):
        driver.open(key)
    with pytest.raises(Unavailable):
        driver.delete(key)
    with pytest.raises(Unavailable):
        list(driver.list())
    assert not driver.health().ok


def test_the_folder_below_an_unmounted_disk_takes_nothing(
    disk: Disk, driver: FilesystemDriver
) -> None:
    disk.unmount()

    with pytest.raises(Unavailable):
        put(driver, 1)

    assert list(disk.folder.iterdir()) == []


def test_a_disk_that_is_mounted_again_serves_on(
    disk: Disk, driver: FilesystemDriver, tmp_path: Path
) -> None:
    key = put(driver, 1)
    disk.unmount()
    with pytest.raises(Unavailable):
        driver.stat(key)

    subprocess.run(["mount", "-o", "loop", tmp_path / "image", disk.folder], check=True)

    assert digests(driver, [key]) == [key[:64]]
