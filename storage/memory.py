"""The whole contract in a dictionary: the driver to read first, and one for tests.

Its objects are gone with the process.
"""

from __future__ import annotations

import hashlib
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Self

from storage.checksum import crc32
from storage.driver import BLOCK_SIZE, Driver, Entry, Health, ObjectInfo, Reader
from storage.errors import Corrupt, DigestMismatch, NotFound, Unavailable
from storage.key import check_key, make_key
from storage.mark import check_media_type
from storage.settings import check_names
from storage.source import read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class _Object:
    """The bytes as they are now, and the checksums of what they were."""

    def __init__(self, info: ObjectInfo, data: bytes) -> None:
        self.info = info
        self.blocks = [data[at : at + BLOCK_SIZE] for at in range(0, len(data), BLOCK_SIZE)]
        self.checksums = [crc32(block) for block in self.blocks]


class _MemoryReader(Reader):
    def __init__(self, stored: _Object) -> None:
        self.info = stored.info
        self._stored = stored

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        stop = self.info.size if stop is None else min(stop, self.info.size)
        while start < stop:
            index, offset = divmod(start, BLOCK_SIZE)
            block = self._stored.blocks[index]
            if crc32(block) != self._stored.checksums[index]:
                raise Corrupt(f"block {index} of {self.info.key} fails its checksum")
            piece = block[offset : offset + stop - start]
            yield piece
            start += len(piece)

    def close(self) -> None:
        """Hold nothing, free nothing."""


class MemoryDriver(Driver):
    """Keeps objects in a dictionary, each one added or removed in a single step."""

    def __init__(self) -> None:
        self._objects: dict[str, _Object] = {}
        self._lock = threading.Lock()
        self.available = True
        """Set to False, it behaves as a volume that is away."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        check_names(settings)
        return cls()

    def put(
        self,
        source: BinaryIO,
        content_type: str,
        ulid: str | None = None,
        *,
        sha256: str | None = None,
    ) -> ObjectInfo:
        check_media_type(content_type)
        data = b"".join(read_blocks(source))
        digest = hashlib.sha256(data).hexdigest()
        if sha256 is not None and sha256 != digest:
            raise DigestMismatch(f"the bytes have the SHA-256 {digest}, not {sha256}")
        key = make_key(digest, ulid)
        info = ObjectInfo(key, len(data), digest, content_type, time.time())
        with self._volume() as objects:
            return objects.setdefault(key, _Object(info, data)).info

    def open(self, key: str) -> Reader:
        return _MemoryReader(self._find(key))

    def stat(self, key: str) -> ObjectInfo:
        return self._find(key).info

    def delete(self, key: str) -> None:
        check_key(key)
        with self._volume() as objects:
            if objects.pop(key, None) is None:
                raise NotFound(key)

    def list(self, after: str = "") -> Iterator[Entry]:
        with self._volume() as objects:
            infos = sorted((stored.info for stored in objects.values()), key=lambda info: info.key)
        for info in infos:
            if info.key > after:
                yield Entry(info.key, committed=True, size=info.size, modified=info.modified)

    def health(self, timeout: float = 2.0) -> Health:  # noqa: ARG002 - a dictionary answers at once
        detail = "in memory: gone with the process" if self.available else "switched off"
        return Health(ok=self.available, detail=detail, total=None, free=None, latency=0.0)

    def close(self) -> None:
        self._objects.clear()

    @contextmanager
    def _volume(self) -> Iterator[dict[str, _Object]]:
        with self._lock:
            if not self.available:
                raise Unavailable("the volume is switched off")
            yield self._objects

    def _find(self, key: str) -> _Object:
        check_key(key)
        with self._volume() as objects:
            if key not in objects:
                raise NotFound(key)
            return objects[key]
