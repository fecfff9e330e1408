"""Reads what is to be stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from storage.driver import BLOCK_SIZE, MAX_SIZE
from storage.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_blocks(source: BinaryIO) -> Iterator[bytes]:
    """Yield whole blocks, whatever pieces the source reads in; only the last may be shorter.

    Raises:
        TooLarge: more than `MAX_SIZE` bytes have come.
    """
    size = 0
    while block := source.read(BLOCK_SIZE):
        while len(block) < BLOCK_SIZE and (more := source.read(BLOCK_SIZE - len(block))):
            block += more
        size += len(block)
        if size > MAX_SIZE:
            raise TooLarge(f"an object has at most {MAX_SIZE} bytes")
        yield block
