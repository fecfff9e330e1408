"""File operations on a Gluster volume by libgfapi. Importing it needs gfapi and libgfapi."""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from storage import gfapi_compat, mark, pathinfo
from storage.files import File, Files, FileStat, Space
from storage.gfapi_compat import api
from storage.gluster_advice import advice

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.gfapi_connection import Connection

# A block is read right into a new bytes object that nobody else has yet, as the C API allows. A
# buffer would be filled with zeros before and copied after: 0.1 ms for what takes 0.6 ms if cached.
_new_bytes: Callable[[None, int], bytes] = ctypes.pythonapi.PyBytes_FromStringAndSize
ctypes.pythonapi.PyBytes_FromStringAndSize.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t]
ctypes.pythonapi.PyBytes_FromStringAndSize.restype = ctypes.py_object
_address_of: Callable[[bytes], int] = ctypes.pythonapi.PyBytes_AsString
ctypes.pythonapi.PyBytes_AsString.argtypes = [ctypes.py_object]
ctypes.pythonapi.PyBytes_AsString.restype = ctypes.c_void_p

_MARK_BUFFER = 4096
"""Bytes; more than the largest mark, so that one round trip brings it."""
_PATHINFO_BUFFER = 1 << 16
"""Bytes; the same for what is told of a path: some hundred a copy."""


class GfapiFiles(Files):
    """A volume's files, through its connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __str__(self) -> str:
        return str(self._connection)

    def create(self, path: str) -> File:
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR
        return _GlfsFile(self._connection.volume().open(path, flags, 0o640))

    def open(self, path: str) -> File:
        return _GlfsFile(self._connection.volume().open(path, os.O_RDONLY))

    def unlink(self, path: str) -> None:
        self._connection.volume().unlink(path)

    def make_folder(self, path: str) -> None:
        with suppress(FileExistsError):
            self._connection.volume().makedirs(path, 0o750)

    def names(self, folder: str) -> list[str]:
        names: list[str] = self._connection.volume().listdir(folder)
        return names

    def exists(self, path: str) -> bool:
        try:
            self._connection.volume().stat(path)
        except FileNotFoundError:
            return False
        return True

    def space(self) -> Space:
        stat = self._connection.volume().statvfs("/")
        return Space(
            total=stat.f_blocks * stat.f_frsize,
            free=stat.f_bavail * stat.f_frsize,
            read_only=bool(stat.f_flag & os.ST_RDONLY),
        )

    def is_complete(self) -> bool:
        return pathinfo.is_complete(self._pathinfo("/"))

    def copies_answering(self, path: str) -> int:
        return pathinfo.count_copies(self._pathinfo(path))

    def advice(self, error: OSError) -> str:
        return advice(self._connection.name, error)

    def _pathinfo(self, path: str) -> str:
        return str(self._connection.volume().getxattr(path, pathinfo.NAME, _PATHINFO_BUFFER))

    def close(self) -> None:
        """Leave the handle to the end of the process, see `gfapi_compat.Volume`."""


class _GlfsFile(File):
    """An open file; every call below releases the GIL."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def write(self, block: bytes) -> None:
        at = 0
        while at < len(block):
            rest = block[at:] if at else block
            at += _checked(gfapi_compat.write(self._open(), rest, len(rest), 0))

    def read_at(self, offset: int, size: int) -> bytes:
        data = _new_bytes(None, size)
        place = _address_of(data)
        done = 0
        while done < size:
            read = gfapi_compat.pread(
                self._open(), place + done, size - done, offset + done, 0, None
            )
            if _checked(read) == 0:
                break
            done += read
        return data if done == size else data[:done]

    def sync(self) -> None:
        _checked(gfapi_compat.fsync(self._open(), None, None))

    def set_mark(self, value: bytes) -> None:
        name = mark.NAME.encode("ascii")
        _checked(api.glfs_fsetxattr(self._open(), name, value, len(value), os.XATTR_CREATE))

    def get_mark(self) -> bytes | None:
        buffer = ctypes.create_string_buffer(_MARK_BUFFER)
        name = mark.NAME.encode("ascii")
        try:
            size = _checked(gfapi_compat.fgetxattr(self._open(), name, buffer, _MARK_BUFFER))
        except OSError as error:
            if error.errno == errno.ENODATA:
                return None
            raise
        return buffer.raw[:size]

    def stat(self) -> FileStat:
        stat = api.Stat()
        _checked(api.glfs_fstat(self._open(), ctypes.byref(stat)))
        return FileStat(stat.st_size, stat.st_mtime + stat.st_mtimensec / 1e9)

    def close(self) -> None:
        if self._handle is not None:
            handle, self._handle = self._handle, None
            _checked(api.glfs_close(handle))

    def _open(self) -> int:
        if self._handle is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self._handle


def _checked(result: int) -> int:
    """Return the result of a libgfapi call; -1 becomes the OSError that it stands for."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
