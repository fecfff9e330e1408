"""A Gluster volume where it is mounted by FUSE."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from storage import pathinfo
from storage.deadline import DeadlineFiles
from storage.errors import Misconfigured
from storage.filesystem import FolderFiles, absolute_path
from storage.gluster import replica_files
from storage.gluster_advice import advice
from storage.settings import check_names
from storage.write_once import WriteOnceDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.files import File

_MOUNTS = Path("/proc/self/mountinfo")
_TYPE = "fuse.glusterfs"


class GlusterFuseDriver(WriteOnceDriver):
    """The write-once algorithm over a FUSE mount, and over nothing else at its path.

    Settings: `storage.path`, the mount point; optional `storage.hosts` and `storage.volume`, to
    reread a damaged block from each replica, and `storage.log_file` for that.
    """

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        check_names(settings, required=["path"], optional=["hosts", "volume", "log_file"])
        if ("hosts" in settings) != ("volume" in settings):
            raise Misconfigured("storage.hosts and storage.volume go together: set both or none")
        if "log_file" in settings and "hosts" not in settings:
            raise Misconfigured("storage.log_file is of use only with storage.hosts")
        replicas = replica_files(settings) if "hosts" in settings else []
        files = MountedFiles(
            absolute_path(settings["path"]), settings.get("volume"), settings.get("hosts", "")
        )
        return cls(DeadlineFiles(files), replicas=replicas)


class MountedFiles(FolderFiles):
    """File operations below a mount point: an empty one would silently take writes."""

    def __init__(self, root: Path, volume: str | None = None, hosts: str = "") -> None:
        super().__init__(root)
        self._volume = volume
        self._hosts = hosts
        self._device: int | None = None

    def __str__(self) -> str:
        if self._volume is None:
            return f"the Gluster volume at {self._root}"
        return f"volume {self._volume} of {self._hosts} at {self._root}"

    def is_complete(self) -> bool:
        return pathinfo.is_complete(self._pathinfo("."))

    def copies_answering(self, path: str) -> int:
        return pathinfo.count_copies(self._pathinfo(path))

    def advice(self, error: OSError) -> str:
        volume = self._volume or "VOLUME"
        mounting = f"ops/gluster/mount.sh {volume} {self._root} {self._hosts or 'HOST...'}"
        if error.errno == errno.ENODEV:
            return f"mount it: {mounting}"
        if error.errno == errno.ENOTCONN:
            return f"{advice(volume, error)}; if they do, mount it anew: {mounting}"
        return advice(volume, error)

    def create(self, path: str) -> File:
        self._require_mount()
        return super().create(path)

    def open(self, path: str) -> File:
        self._require_mount()
        return super().open(path)

    def unlink(self, path: str) -> None:
        self._require_mount()
        super().unlink(path)

    def make_folder(self, path: str) -> None:
        self._require_mount()
        super().make_folder(path)

    def names(self, folder: str) -> list[str]:
        self._require_mount()
        return super().names(folder)

    def exists(self, path: str) -> bool:
        self._require_mount()
        return super().exists(path)

    def _pathinfo(self, path: str) -> str:
        self._require_mount()
        return os.getxattr(self._root / path, pathinfo.NAME).decode().rstrip("\0")

    def _require_mount(self) -> None:
        """Let pass where Gluster is mounted; the mounts are read anew when the device changes."""
        try:
            device = self._root.stat().st_dev
        except FileNotFoundError:
            device = None
        if device is None or device != self._device:
            if device not in _gluster_devices():
                raise OSError(errno.ENODEV, f"no Gluster volume is mounted at {self._root}")
            self._device = device


def _gluster_devices() -> set[int]:
    """Return the device numbers of Gluster's mounts, by proc(5)."""
    devices = set()
    for line in _MOUNTS.read_text().splitlines():
        fields, _, rest = line.partition(" - ")
        if rest.split()[0] == _TYPE:
            major, minor = fields.split()[2].split(":")
            devices.add(os.makedev(int(major), int(minor)))
    return devices
