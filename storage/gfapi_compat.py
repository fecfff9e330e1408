"""gfapi 1.2 (2018) made usable on Python ≥ 3.10 and libgfapi ≥ 6.

Everything here is needless once a gfapi release imports by itself and declares the functions as
`glfs.h` does; tests/storage/gluster/test_gfapi.py fails on that day.
"""

from __future__ import annotations

import collections
import collections.abc
import ctypes
from ctypes import c_char_p, c_int, c_int64, c_size_t, c_ssize_t, c_void_p
from typing import Any

# libgfapi-python#27, open since 2022: the name went from `collections` in Python 3.10.
if not hasattr(collections, "Iterator"):
    collections.Iterator = collections.abc.Iterator  # type: ignore[attr-defined]

from gluster.gfapi import api, gfapi
from gluster.gfapi.exceptions import LibgfapiException

__all__ = ["LibgfapiException", "Volume", "api", "fgetxattr", "fsync", "pread", "write"]


def _bind(name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401 - ctypes
    return ctypes.CFUNCTYPE(result, *arguments, use_errno=True)((name, api.client))


# GFAPI_6.0 gave these two pointers to stats more than gfapi declares, which reads garbage and
# crashes. NULL is right for the new functions, and for the old ones registers nobody reads.
fsync = _bind("glfs_fsync", c_int, c_void_p, c_void_p, c_void_p)
"""`(file, NULL, NULL)`"""
pread = _bind("glfs_pread", c_ssize_t, c_void_p, c_void_p, c_size_t, c_int64, c_int, c_void_p)
"""`(file, buffer, size, offset, 0, NULL)`; gfapi has no reading at an offset."""
write = _bind("glfs_write", c_ssize_t, c_void_p, c_void_p, c_size_t, c_int)
"""`(file, buffer, size, 0)`"""
fgetxattr = _bind("glfs_fgetxattr", c_ssize_t, c_void_p, c_char_p, c_void_p, c_size_t)
"""`(file, name, buffer, size)`; gfapi's own cuts the value at a NUL and decodes it."""
_set_xlator_option = _bind("glfs_set_xlator_option", c_int, c_void_p, c_char_p, c_char_p, c_char_p)


class _PaddedStat(api.Stat):  # type: ignore[misc] # gfapi has no types
    """`struct stat` has 144 bytes; gfapi declares 120."""

    _fields_ = [("_reserved", ctypes.c_long * 3)]  # noqa: RUF012 - as ctypes wants it


api.Stat = _PaddedStat


class Volume(gfapi.Volume):  # type: ignore[misc] # gfapi has no types
    """A volume handle that can set translator options, and that is torn down only when it fails.

    `glfs_fini` of a connected handle takes 5 to 11 seconds (gluster#2606) and gives no memory back,
    so it is left to the end of the process. One that did not connect would keep 6 threads and 2
    sockets, and is torn down within a second.
    """

    def __init__(
        self,
        hosts: list[str],
        name: str,
        options: dict[tuple[str, str], str],
        log_file: str,
        log_level: int,
    ) -> None:
        super().__init__(hosts, name, log_file=log_file, log_level=log_level)
        self._options = options

    def set_logging(self, log_file: str, log_level: int) -> None:
        # `mount` calls this between glfs_new and glfs_init, the only time options may be set.
        for (translator, option), value in self._options.items():
            words = (word.encode() for word in (translator, option, value))
            if _set_xlator_option(self.fs, *words) < 0:
                raise LibgfapiException(f"{translator} {option} {value} failed: refused")
        super().set_logging(log_file, log_level)

    def mount(self) -> None:
        """Connect; it may never return.

        Raises:
            LibgfapiException: no node leads to the volume.
        """
        try:
            super().mount()
        except LibgfapiException:
            if self.fs:
                api.glfs_fini(self.fs)
            raise

    def __del__(self) -> None:
        """Leave the handle alone, against gfapi's own wish."""
