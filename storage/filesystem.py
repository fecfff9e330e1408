"""A directory as the volume: any local filesystem that keeps user attributes (ext4, XFS)."""

from __future__ import annotations

import errno
import os
from io import BufferedRandom
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from storage import mark
from storage.errors import Misconfigured
from storage.files import File, Files, FileStat, Space
from storage.settings import check_names
from storage.write_once import WriteOnceDriver

if TYPE_CHECKING:
    from collections.abc import Mapping


_CANNOT_BE_NAMED = {errno.ENOENT, errno.EXDEV}
"""It had a name once, or was opened so that it never gets one; or it is on another filesystem."""


class FilesystemDriver(WriteOnceDriver):
    """The write-once algorithm over `os`. Setting: `storage.path`, an absolute path."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        check_names(settings, required=["path"])
        return cls(FolderFiles(absolute_path(settings["path"])))


def absolute_path(text: str) -> Path:
    """Return the path that `storage.path` names.

    Raises:
        Misconfigured: it is relative.
    """
    path = Path(text)
    if not path.is_absolute():
        raise Misconfigured(f"storage.path = {path} must be absolute; %(here)s is the ini's folder")
    return path


class FolderFiles(Files):
    """File operations below a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __str__(self) -> str:
        return str(self._root)

    def create(self, path: str) -> File:
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC
        return _DescriptorFile(os.open(self._root / path, flags, 0o640))

    def adopt(self, source: BinaryIO, path: str) -> File | None:
        # A file that has a name is somebody else's.
        if not isinstance(source, BufferedRandom) or os.fstat(source.fileno()).st_nlink != 0:
            return None
        source.flush()
        descriptor = os.dup(source.fileno())
        try:
            _name(descriptor, self._root / path)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _CANNOT_BE_NAMED:
                return None
            raise
        return _DescriptorFile(descriptor)

    def open(self, path: str) -> File:
        return _DescriptorFile(os.open(self._root / path, os.O_RDONLY | os.O_CLOEXEC))

    def unlink(self, path: str) -> None:
        (self._root / path).unlink()
        _sync_folder((self._root / path).parent)

    def make_folder(self, path: str) -> None:
        folder = self._root / path
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)

    def names(self, folder: str) -> list[str]:
        return [entry.name for entry in os.scandir(self._root / folder)]

    def exists(self, path: str) -> bool:
        try:
            (self._root / path).stat()
        except FileNotFoundError:
            return False
        return True

    def space(self) -> Space:
        stat = os.statvfs(self._root)
        return Space(
            total=stat.f_blocks * stat.f_frsize,
            free=stat.f_bavail * stat.f_frsize,
            read_only=bool(stat.f_flag & os.ST_RDONLY),
        )

    def close(self) -> None:
        """Do nothing: a folder needs no letting go."""


class _DescriptorFile(File):
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, block: bytes) -> None:
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def read_at(self, offset: int, size: int) -> bytes:
        data = os.pread(self._descriptor, size, offset)
        while len(data) < size:
            more = os.pread(self._descriptor, size - len(data), offset + len(data))
            if not more:
                break
            data += more
        return data

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def set_mark(self, value: bytes) -> None:
        os.setxattr(self._descriptor, mark.NAME, value, os.XATTR_CREATE)

    def get_mark(self) -> bytes | None:
        try:
            return os.getxattr(self._descriptor, mark.NAME)
        except OSError as error:
            if error.errno == errno.ENODATA:
                return None
            raise

    def stat(self) -> FileStat:
        stat = os.fstat(self._descriptor)
        return FileStat(stat.st_size, stat.st_mtime)

    def close(self) -> None:
        # The number is another file's as soon as this one is closed.
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)


def _name(descriptor: int, path: Path) -> None:
    """Give an open file its first name, as open(2) shows under O_TMPFILE."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Without a folder Python calls link(2), which would make a link to the link in /proc.
        os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder)
    finally:
        os.close(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
