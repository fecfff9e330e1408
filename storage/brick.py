"""A node's own copies, read where they lie on its brick, past Gluster and its caches.

Nothing is judged by one brick alone: a file without a mark whose bytes do not fit its name may be
whole elsewhere, so it is only listed.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from storage import mark
from storage.driver import BLOCK_SIZE
from storage.errors import Misconfigured, Unavailable
from storage.key import digest_of, is_key
from storage.layout import FOLDERS, path_of
from storage.measure import find_fault, measure
from storage.scrub import Checked, Verdict, judge_unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.measure import Measure
    from storage.throttle import Throttle

UNDER_WAY = 3600.0
"""Seconds for which a file may lack its mark because its writer, or Gluster's heal, is at it."""

_BAD_DISK = {errno.EIO, errno.EUCLEAN, errno.EBADMSG, errno.ENODATA, errno.EILSEQ}
"""What a filesystem says of a bad sector or of its own damage; anything else is no damage."""
_LINK_TO = "trusted.glusterfs.dht.linkto"


class Brick:
    """The folder that a node gave to the volume, as `gluster volume info` names it.

    Raises:
        Misconfigured: it is none, or holds no objects.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            (path / FOLDERS[0]).stat()
        except OSError as error:
            raise Misconfigured(
                f"{path} is no brick of an initialised volume, or not to be read by this user: "
                f"{path / FOLDERS[0]}: {error.strerror}; `gluster volume info` names the bricks"
            ) from error

    def __str__(self) -> str:
        return str(self.path)

    def scrub(self, throttle: Throttle, after: str = "") -> Iterator[Checked]:
        """Read every copy whose key is greater than after, ascending by key.

        Raises:
            Unavailable: the brick cannot be read.
        """
        for folder in FOLDERS:
            if folder[-2:] < after[:2]:
                continue
            for key in self._keys(folder):
                if key > after and not is_link(self.path / path_of(key)):
                    yield self.check(key, throttle)

    def check(self, key: str, throttle: Throttle) -> Checked:
        """Read one copy and judge it.

        Raises:
            Unavailable: this user may not read it, or the like.
        """
        path = self.path / path_of(key)
        try:
            return _check(path, throttle)
        except FileNotFoundError:
            return Checked(key, Verdict.GONE)
        except OSError as error:
            sentence = f"{path} cannot be read: {error.strerror or error}"
            if error.errno in _BAD_DISK:
                return Checked(key, Verdict.DAMAGED, 0, sentence)
            raise Unavailable(f"{sentence}; run it as root, on the node itself") from error

    def mark(self, key: str) -> bytes | None:
        """Return the mark of a copy as it is on the disk, None without one."""
        return _mark_value(self.path / path_of(key))

    def _keys(self, folder: str) -> list[str]:
        try:
            names = [entry.name for entry in os.scandir(self.path / folder)]
        except FileNotFoundError:
            # A new brick gets its folders one by one, as Gluster heals it.
            return []
        except OSError as error:
            raise Unavailable(
                f"{self.path / folder} cannot be read: {error.strerror or error}; run it as root, "
                "and see whether the disk is well (dmesg)"
            ) from error
        return sorted(name for name in names if is_key(name))


def is_link(path: Path) -> bool:
    """Tell whether a file only points to the bricks that have it, or is still on its way here.

    Gluster's DHT makes both with this mode and this attribute (dht-rebalance.c, dht-linkfile.c).
    """
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) == stat.S_ISVTX:
            return _LINK_TO in os.listxattr(path)
    return False


def _check(path: Path, throttle: Throttle) -> Checked:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        measured = measure(_blocks(descriptor, throttle))
        value = _mark_value(descriptor)
        modified = os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
    if value is None and not _has_lost_its_mark(path.name, measured, modified):
        return judge_unmarked(path.name, measured.size, modified)
    fault = find_fault(path.name, measured, value)
    if fault is None:
        return Checked(path.name, Verdict.WHOLE, measured.size)
    return Checked(path.name, Verdict.DAMAGED, measured.size, f"{path}: {fault}")


def _has_lost_its_mark(key: str, measured: Measure, modified: float) -> bool:
    return measured.sha256 == digest_of(key) and time.time() - modified > UNDER_WAY


def _blocks(descriptor: int, throttle: Throttle) -> Iterator[bytes]:
    # What memory remembers says nothing of the disk; and it must not fill with what was checked.
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    offset = 0
    while block := os.pread(descriptor, BLOCK_SIZE, offset):
        throttle.take(len(block))
        yield block
        offset += len(block)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _mark_value(file: int | Path) -> bytes | None:
    if mark.NAME not in os.listxattr(file):
        return None
    return os.getxattr(file, mark.NAME)
