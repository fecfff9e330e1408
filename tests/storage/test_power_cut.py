"""The power of a disk is cut: what the directory driver acknowledged is there, with its mark."""

from __future__ import annotations

import io
import os
import random
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

import pytest

from storage.driver import BLOCK_SIZE
from storage.filesystem import FilesystemDriver
from tests.storage.gluster.disks import Disk, cut_power, make_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.faults

CUTS = 5
DATA = random.Random(3).randbytes(5 * BLOCK_SIZE // 2)  # noqa: S311 - reproducible, not secret


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with make_disk(tmp_path / "disk") as disk:
        driver_of(disk).initialise()
        disk.flush()
        yield disk


def driver_of(disk: Disk) -> FilesystemDriver:
    """Return a driver that remembers nothing."""
    return FilesystemDriver.from_settings({"path": str(disk.folder)})


def in_memory(_folder: Path) -> BinaryIO:
    return io.BytesIO(DATA)


def nameless(folder: Path) -> BinaryIO:
    file = os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o640), "r+b")
    file.write(DATA)
    file.seek(0)
    return file


@pytest.mark.parametrize("source_in", [in_memory, nameless])
def test_an_object_is_whole_after_a_power_cut_right_behind_its_put(
    disk: Disk, source_in: Callable[[Path], BinaryIO]
) -> None:
    for _ in range(CUTS):
        source = source_in(disk.folder)
        info = driver_of(disk).put(source, "audio/mpeg")
        # Nobody syncs this one, so it shows that the power was cut.
        (disk.folder / "unsynced").write_bytes(DATA)
        cut_power([disk])
        with suppress(OSError):
            source.close()
        disk.unmount()
        disk.mount()

        with driver_of(disk).open(info.key) as reader:
            assert b"".join(reader.blocks()) == DATA
        assert not (disk.folder / "unsynced").exists()
