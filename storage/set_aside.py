"""Takes a bad copy out of a brick, so that Gluster makes a new one from the other replicas."""

from __future__ import annotations

import os
import time
import uuid
from typing import TYPE_CHECKING

from storage.layout import path_of

if TYPE_CHECKING:
    from pathlib import Path

_GFID = "trusted.gfid"


def set_aside(brick: Path, key: str) -> Path:
    """Move a copy to the brick's neighbour `set-aside-<brick>`, and return where it is kept.

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
