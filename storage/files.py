"""The few file operations in which volumes differ: `os` for a directory, gfapi for Gluster.

Paths are relative to the volume's root, `objects/0a/<key>`. Everything here raises plain OSError;
what an errno means to a caller is decided once, in `errnos.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class FileStat:
    """What the volume says of a file, which another client's cache may make a second old."""

    size: int
    """Length in bytes."""
    modified: float
    """Unix seconds, UTC."""


@dataclass(frozen=True, slots=True)
class Space:
    """Room on the volume, in bytes."""

    total: int
    free: int
    read_only: bool


class File(ABC):
    """An open file; as a context manager, one that is only read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Nothing was written that could be lost.
        with suppress(OSError):
            self.close()

    @abstractmethod
    def write(self, block: bytes) -> None:
        """Append the whole block."""

    @abstractmethod
    def read_at(self, offset: int, size: int) -> bytes:
        """Return the bytes of `[offset, offset + size)`, fewer where the file seems to end."""

    @abstractmethod
    def sync(self) -> None:
        """Return when data and attributes are durable."""

    @abstractmethod
    def set_mark(self, value: bytes) -> None:
        """Set the commit mark; FileExistsError when there is one."""

    @abstractmethod
    def get_mark(self) -> bytes | None:
        """Return the commit mark, or None when there is none."""

    @abstractmethod
    def stat(self) -> FileStat:
        """Return size and time."""

    @abstractmethod
    def close(self) -> None:
        """Close; an error of an earlier write may surface only now."""


class Files(ABC):
    """A volume's files."""

    @abstractmethod
    def create(self, path: str) -> File:
        """Make a new file for writing; FileExistsError when the name is taken."""

    def adopt(self, source: BinaryIO, path: str) -> File | None:  # noqa: ARG002 - most cannot
        """Give the source's own file that name, if that can be; else return None, nothing done.

        It can where the source is a file that never had a name (O_TMPFILE) on the volume's own
        filesystem. FileExistsError when the name is taken.
        """
        return None

    @abstractmethod
    def open(self, path: str) -> File:
        """Open a file for reading; FileNotFoundError when it is not there."""

    @abstractmethod
    def unlink(self, path: str) -> None:
        """Remove a file, durably where the volume can; FileNotFoundError when it is not there."""

    @abstractmethod
    def make_folder(self, path: str) -> None:
        """Make a folder and its parents, durably where the volume can; an existing one is fine."""

    @abstractmethod
    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, in any order."""

    @abstractmethod
    def exists(self, path: str) -> bool:
        """Tell whether the path is there; an error other than its absence is raised."""

    @abstractmethod
    def space(self) -> Space:
        """Return the volume's room."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the volume."""

    def is_complete(self) -> bool:
        """Tell whether everything answers that holds files, so that absent means absent."""
        return True

    def copies_answering(self, path: str) -> int:  # noqa: ARG002 - a folder has one copy
        """Return how many copies of a file can be read right now."""
        return 1

    def advice(self, error: OSError) -> str:  # noqa: ARG002 - mostly the error says it all
        """Return what an operator can do about an error: a sentence without its full stop."""
        return "see dmesg, and whether its disk is mounted"
