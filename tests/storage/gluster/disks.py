"""Disks that lose their power: XFS in files on loop devices, shut down without flushing their log.

The ioctl drops what the page cache and the log in memory hold, as a cut does. The volatile cache
of a real disk is beyond it.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TYPE_CHECKING

from tests.components import require_program, require_root
from tests.gluster import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_CAPACITY = 512 * 1024 * 1024
_GOING_DOWN = 0x8004587D
"""XFS_IOC_GOINGDOWN of xfs_fs.h, `_IOR('X', 125, __u32)`; `xfs_io -x -c shutdown` calls it."""
_NO_LOG_FLUSH = struct.pack("I", 2)
"""XFS_FSOP_GOING_FLAGS_NOLOGFLUSH"""


class Disk:
    """A filesystem in an image file, mounted at a folder."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.folder = folder
        self._image = image
        self._device: str | None = None

    def mount(self) -> None:
        """Mount it, which replays the log.

        Each time by a loop device of its own: a mount namespace made in between by somebody else
        holds a copy of the old mount, and with it the filesystem that was shut down.
        """
        losetup = ["losetup", "--find", "--show", str(self._image)]
        device = subprocess.check_output(losetup, text=True).strip()
        try:
            subprocess.run(["mount", "-o", "nouuid", device, self.folder], check=True)
        except subprocess.CalledProcessError:
            _detach(device)
            raise
        self._device = device

    def unmount(self) -> None:
        """Unmount it, if it is mounted, as soon as those that used it are dead."""
        if self._device is not None:
            wait_for(self._try_unmounting, f"the end of all work in {self.folder}")
            _detach(self._device)
            self._device = None

    def flush(self) -> None:
        subprocess.run(["sync", "--file-system", self.folder], check=True)

    def shut_down(self, together: Barrier) -> None:
        root = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            together.wait()
            fcntl.ioctl(root, _GOING_DOWN, _NO_LOG_FLUSH)
        finally:
            os.close(root)

    def _try_unmounting(self) -> bool:
        done = subprocess.run(["umount", self.folder], check=False, capture_output=True)
        return done.returncode == 0


@contextmanager
def make_disk(folder: Path) -> Iterator[Disk]:
    """Mount a new, empty disk on the folder; its image lies beside it."""
    require_root()
    for program in ("mkfs.xfs", "losetup", "mount", "umount"):
        require_program(program)
    image = folder.with_suffix(".xfs")
    folder.mkdir(parents=True)
    with image.open("wb") as file:
        file.truncate(_CAPACITY)
    subprocess.run(["mkfs.xfs", "-q", "-i", "size=512", image], check=True)
    disk = Disk(image, folder)
    try:
        disk.mount()
        yield disk
    finally:
        disk.unmount()
        image.unlink()


def cut_power(disks: Sequence[Disk]) -> None:
    """Let all disks lose their power at once."""
    together = Barrier(len(disks))
    with ThreadPoolExecutor(len(disks)) as pool:
        for done in [pool.submit(disk.shut_down, together) for disk in disks]:
            done.result()


def _detach(device: str) -> None:
    subprocess.run(["losetup", "--detach", device], check=True)
