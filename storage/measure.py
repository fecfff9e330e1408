"""Takes the measure of bytes, and holds it against what their name and their mark say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.checksum import crc32
from storage.driver import BLOCK_SIZE, MAX_SIZE
from storage.errnos import volume_errors
from storage.errors import TooLarge
from storage.key import digest_of
from storage.mark import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storage.files import File, Files


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted of some bytes."""

    sha256: str
    """Digest of all of them, 64 hex digits."""
    size: int
    """Length in bytes."""
    checksums: tuple[int, ...]
    """CRC-32 of each block, in order."""


def measure(blocks: Iterable[bytes]) -> Measure:
    """Return the measure of blocks; each but the last must have `BLOCK_SIZE` bytes."""
    digest, size, checksums = hashlib.sha256(), 0, []
    for block in blocks:
        size += len(block)
        digest.update(block)
        checksums.append(crc32(block))
    return Measure(digest.hexdigest(), size, tuple(checksums))


def file_blocks(files: Files, file: File) -> Iterator[bytes]:
    """Yield a file's blocks as they are there, whatever a mark says of them.

    Raises:
        TooLarge: it is longer than an object may be.
        Unavailable: the volume does not answer.
    """
    for offset in range(0, MAX_SIZE + 1, BLOCK_SIZE):
        with volume_errors(files):
            block = file.read_at(offset, BLOCK_SIZE)
        if offset + len(block) > MAX_SIZE:
            raise TooLarge(f"an object has at most {MAX_SIZE} bytes")
        if block:
            yield block
        if len(block) < BLOCK_SIZE:
            return


def find_fault(key: str, measured: Measure, value: bytes | None) -> str | None:
    """Say what is wrong with a copy of these bytes and this mark; None when it is whole."""
    mark = _decoded(value)
    if measured.sha256 != digest_of(key):
        if mark is not None and measured.size < mark.size:
            return f"short: {measured.size} of {mark.size} bytes"
        return "wrong bytes: their SHA-256 is not the one in the name"
    if value is None:
        return "lost mark: the bytes are right"
    if mark is None or (mark.size, mark.checksums) != (measured.size, measured.checksums):
        return "wrong mark: the bytes are right"
    return None


def _decoded(value: bytes | None) -> Mark | None:
    try:
        return None if value is None else Mark.decode(value)
    except ValueError:
        return None
