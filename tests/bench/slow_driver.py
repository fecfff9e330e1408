"""The storage driver `slow`: a folder of which every read takes 50 ms, as on a busy volume."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Self

from storage.deadline import DeadlineFiles
from storage.filesystem import FolderFiles, _DescriptorFile, absolute_path
from storage.settings import check_names
from storage.write_once import WriteOnceDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.files import File

DELAY = 0.05
"""Seconds."""


class SlowDriver(WriteOnceDriver):
    """The write-once algorithm over slow files, with the deadlines that Gluster's have.

    Setting: `storage.path`, an absolute path.
    """

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        check_names(settings, required=["path"])
        return cls(DeadlineFiles(_SlowFolder(absolute_path(settings["path"]))))


class _SlowFolder(FolderFiles):
    def open(self, path: str) -> File:
        return _SlowFile(os.open(self._root / path, os.O_RDONLY | os.O_CLOEXEC))


class _SlowFile(_DescriptorFile):
    """A file whose bytes come late, and so does its mark."""

    def read_at(self, offset: int, size: int) -> bytes:
        time.sleep(DELAY)
        return super().read_at(offset, size)

    def get_mark(self) -> bytes | None:
        time.sleep(DELAY)
        return super().get_mark()
