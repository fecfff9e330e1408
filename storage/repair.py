"""Sets a bad copy aside, so that Gluster makes a new one from the other replicas."""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from storage.driver import BLOCK_SIZE
from storage.errnos import volume_errors
from storage.errors import Misconfigured, NotFound, StorageError, Unavailable
from storage.layout import SENTINEL, path_of
from storage.measure import file_blocks, find_fault, measure
from storage.scrub import Checked, Verdict
from storage.throttle import Throttle

if TYPE_CHECKING:
    from pathlib import Path

    from storage.brick import Brick
    from storage.files import Files
    from storage.write_once import WriteOnceDriver

HEALS_WITHIN = 75.0
"""Seconds: the self-heal daemon looks every `cluster.heal-timeout`, 60 s with our options."""

_GFID = "trusted.gfid"
_PAUSE = 1.0
"""Seconds between looks; a client remembers for as long that the name was there."""


class Repair:
    """Mends one copy after another on a brick, and never makes the volume poorer.

    A copy is set aside only when one replica by itself has the object whole. To be readable is not
    enough: where three copies are bad, each in another block, a reader puts them together, but
    Gluster heals from one of them. (Tried: three nodes that repaired such an object at once lost
    it.) What is set aside is never removed. After a copy that did not come back whole no other one
    is touched: each would cost the volume a replica.
    """

    def __init__(
        self, brick: Brick, driver: WriteOnceDriver, *, patience: float = HEALS_WITHIN
    ) -> None:
        """Patience is how long, in seconds, a copy may take to come back.

        Raises:
            Misconfigured: the brick is not one of the driver's volume, or not of Gluster.
            Unavailable: the volume does not answer.
        """
        self._brick = brick
        self._driver = driver
        # Without replicas to choose from, the volume shows the copy of one.
        self._witnesses = driver._replicas or (driver.files,)  # noqa: SLF001
        self._patience = patience
        self._given_up = False
        if not (brick.path / ".glusterfs").is_dir():
            raise Misconfigured(f"{brick} is no brick of Gluster, which would heal it")
        _check_same_volume(brick, driver.files)

    def mend(self, bad: Checked) -> Checked:
        """Set a damaged copy aside, wait for the new one, and return what there is now."""
        if self._given_up:
            return _left(bad, "an earlier copy did not come back")
        faults = [_fault_of_copy(files, bad.key) for files in self._witnesses]
        if all(faults):
            return _left(
                bad, f"no replica is seen to have it whole ({'; '.join(map(str, faults))})"
            )
        try:
            aside = set_aside(self._brick.path, bad.key)
        except OSError as error:
            self._given_up = True
            return _left(bad, f"it cannot be set aside ({error}); that takes root")
        return self._await(bad, aside)

    def _await(self, bad: Checked, aside: Path) -> Checked:
        start = time.monotonic()
        while (waited := time.monotonic() - start) < self._patience:
            time.sleep(_PAUSE)
            self._look_up(bad.key)
            if self._brick.check(bad.key, Throttle()).verdict is Verdict.WHOLE:
                sentence = f"{bad.detail}; healed after {waited:.0f} s, the bad copy is {aside}"
                return Checked(bad.key, Verdict.REPAIRED, bad.size, sentence)
        if self._is_deleted(bad.key):
            return Checked(bad.key, Verdict.GONE)
        self._given_up = True
        sentence = (
            f"{bad.detail}; set aside as {aside}, but no whole copy came back within "
            f"{self._patience:.0f} s; try `gluster volume heal VOLUME`, and see what waits with "
            "`gluster volume heal VOLUME info`"
        )
        return Checked(bad.key, Verdict.DAMAGED, bad.size, sentence)

    def _look_up(self, key: str) -> None:
        """Look for the object through the volume: Gluster notices what a brick lacks."""
        with suppress(StorageError):
            self._driver.stat(key)

    def _is_deleted(self, key: str) -> bool:
        try:
            self._driver.stat(key)
        except NotFound:
            return True
        except StorageError:
            return False
        return False


def set_aside(brick: Path, key: str) -> Path:
    """Take a copy out of a brick, with Gluster's own name for it, and return where it is kept.

    Raises:
        OSError: it is there still; it can be tried again.
    """
    path = brick / path_of(key)
    link = _gfid_link(brick, path)
    folder = brick.parent / f"set-aside-{brick.name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_dev != path.stat().st_dev:
        raise OSError(f"{folder} is on another filesystem; a brick should be a folder of its mount")
    # The link first: interrupted in between, the next run finds the bad copy and goes on.
    link.unlink(missing_ok=True)
    return path.rename(folder / f"{key}.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")


def _gfid_link(brick: Path, path: Path) -> Path:
    """Return the hard link by which Gluster would find the copy again: .glusterfs/aa/bb/<gfid>."""
    gfid = str(uuid.UUID(bytes=os.getxattr(path, _GFID)))
    link = brick / ".glusterfs" / gfid[:2] / gfid[2:4] / gfid
    if link.exists() and not link.samefile(path):
        raise OSError(f"{link} is another file than {path}")
    return link


def _fault_of_copy(files: Files, key: str) -> str | None:
    """Read the copy that these files show; return None when it is whole, else what is wrong."""
    try:
        with volume_errors(files):
            file = files.open(path_of(key))
        try:
            measured = measure(file_blocks(files, file))
            with volume_errors(files):
                return find_fault(key, measured, file.get_mark())
        finally:
            with suppress(OSError):
                file.close()
    except FileNotFoundError:
        return "deleted"
    except StorageError as error:
        return str(error)


def _check_same_volume(brick: Brick, files: Files) -> None:
    sentinel = brick.path / SENTINEL
    # A distributed volume keeps the sentinel on some of its bricks only.
    if sentinel.is_file() and sentinel.read_bytes() != _read_sentinel(files):
        raise Misconfigured(f"{brick} is no brick of {files}: their {SENTINEL} differ")


def _read_sentinel(files: Files) -> bytes:
    try:
        with volume_errors(files):
            file = files.open(SENTINEL)
            try:
                return file.read_at(0, BLOCK_SIZE)
            finally:
                file.close()
    except FileNotFoundError as error:
        raise Unavailable(f"{files} holds no {SENTINEL}: it is not mounted") from error


def _left(bad: Checked, reason: str) -> Checked:
    return Checked(bad.key, Verdict.DAMAGED, bad.size, f"{bad.detail}; left as it is: {reason}")
