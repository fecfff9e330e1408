"""The contract of storage: what a driver promises. Read this file first.

Objects are written once, under a name never used before, and never change. An object exists for
readers from the moment its commit mark is durable; before that it is a *leftover*, which only
`list` shows and `delete` removes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

BLOCK_SIZE = 1024 * 1024
"""Bytes under one checksum; no reader hands out a longer piece."""

MAX_SIZE = 256 * BLOCK_SIZE
"""The longest object, in bytes: its checksums must fit into one extended attribute."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of a committed object."""

    key: str
    size: int
    """Length in bytes."""
    sha256: str
    """Digest of the bytes, 64 hex digits."""
    content_type: str
    """Media type, as given to `put`."""
    modified: float
    """When it was written, Unix seconds, UTC."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing."""

    key: str
    committed: bool
    """False for a leftover: an attempt that is not, or not yet, whole."""
    size: int
    """Length in bytes; of a leftover, what is there so far."""
    modified: float
    """When it was last written, Unix seconds, UTC."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a volume answered just now."""

    ok: bool
    detail: str
    """One sentence for an operator."""
    total: int | None
    """Capacity in bytes, where the volume can tell."""
    free: int | None
    """Bytes that can still be written, where the volume can tell."""
    latency: float
    """How long the answer took, in seconds."""


class Reader(ABC):
    """An open object, as a context manager. It stays readable while the object is deleted."""

    info: ObjectInfo

    @abstractmethod
    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of `[start, stop)` in order, in pieces of 1 to `BLOCK_SIZE` bytes.

        Bounds past the end are cut to it; an empty range yields nothing. Every piece was checked
        before it is handed out.

        Raises:
            Corrupt: a block fails its checksum wherever it was read from.
            NotFound: the connection was lost, and the object is deleted by now.
            Unavailable: the volume stopped answering.
        """

    @abstractmethod
    def close(self) -> None:
        """Free what the reader holds. A second call does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class Driver(ABC):
    """A road to one volume. Thread-safe; one per process, made after any fork.

    Every method but `health` raises Unavailable when the volume does not answer.
    """

    @classmethod
    @abstractmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        """Make the driver from its own settings, their `storage.` prefix taken off.

        It does not wait for the volume: a driver whose volume is away starts, and is not healthy.

        Raises:
            Misconfigured: a setting is unknown, missing or unusable.
        """

    def initialise(self) -> None:  # noqa: B027 - not every volume needs it
        """Make a new volume ready, once; on a ready one it does nothing.

        Raises:
            Misconfigured: the place cannot keep objects.
        """

    @abstractmethod
    def put(
        self,
        source: BinaryIO,
        content_type: str,
        ulid: str | None = None,
        *,
        sha256: str | None = None,
    ) -> ObjectInfo:
        """Store the rest of source, a seekable binary file, and return when it is durable.

        ulid names the attempt (a new one is made without it); sha256 (hex) is the digest that the
        bytes must have. The same bytes put again in the same attempt return the same object.
        A failed put leaves nothing that can be read in part: nothing at all if the volume still
        answers, else perhaps a leftover; and the whole object when only the last step failed.
        An error of `source.read` passes through as it is. A driver may make a source that is a
        file without a name the object itself: nobody may write to it from then on.

        Raises:
            InvalidKey: ulid is not a ULID.
            DigestMismatch: the bytes have another digest.
            TooLarge: source is longer than `MAX_SIZE`.
            Exists: this attempt was begun with these bytes and is not whole.
            Full: no room.
        """

    @abstractmethod
    def open(self, key: str) -> Reader:
        """Open a committed object for reading.

        Raises:
            InvalidKey: key is not well-formed.
            NotFound: it is absent, or a leftover.
        """

    @abstractmethod
    def stat(self, key: str) -> ObjectInfo:
        """Return what is known of a committed object; raises as `open` does."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object or a leftover. Open readers may still read on.

        Raises:
            InvalidKey: key is not well-formed.
            NotFound: it is not there, as after an earlier delete.
        """

    @abstractmethod
    def list(self, after: str = "") -> Iterator[Entry]:
        """Yield every object and leftover whose key is greater than after, ascending by key."""

    @abstractmethod
    def health(self, timeout: float = 2.0) -> Health:
        """Touch the volume and tell how it is, never later than timeout (seconds)."""

    @abstractmethod
    def close(self) -> None:
        """Free what the driver holds. A second call does nothing."""
