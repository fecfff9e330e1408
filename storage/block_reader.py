"""Reads an object block by block, each one checked before a byte of it leaves."""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING

from storage.checksum import crc32
from storage.driver import BLOCK_SIZE, Reader
from storage.errors import Corrupt, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.driver import ObjectInfo
    from storage.files import File
    from storage.mark import Mark

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.75)
"""Seconds between looks at a file that seems short: another client's cached size may be a second
old, so fewer bytes than the mark says means "not yet" for 1.5 s."""


class BlockReader(Reader):
    """Reads through an open file; the size is the mark's, never the file's."""

    def __init__(
        self, info: ObjectInfo, mark: Mark, file: File, *, reopen: Callable[[], File]
    ) -> None:
        self.info = info
        self._mark = mark
        self._file: File | None = file
        self._reopen = reopen

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        stop = self.info.size if stop is None else min(stop, self.info.size)
        while start < stop:
            index, offset = divmod(start, BLOCK_SIZE)
            piece = self._checked_block(index)[offset : offset + stop - start]
            yield piece
            start += len(piece)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _checked_block(self, index: int) -> bytes:
        block = self._whole_block(index)
        if crc32(block) != self._mark.checksums[index]:
            raise Corrupt(f"block {index} of {self.info.key} fails its checksum")
        return block

    def _whole_block(self, index: int) -> bytes:
        offset = index * BLOCK_SIZE
        size = min(BLOCK_SIZE, self.info.size - offset)
        for pause in (*_PAUSES, None):
            block = self._read(offset, size)
            if len(block) == size:
                return block
            if pause is not None:
                time.sleep(pause)
                self._open_again()
        raise Unavailable(
            f"{self.info.key} is {size - len(block)} bytes shorter than its mark says"
        )

    def _read(self, offset: int, size: int) -> bytes:
        if self._file is None:
            raise ValueError("the reader is closed")
        try:
            return self._file.read_at(offset, size)
        except OSError as error:
            reason = os.strerror(error.errno or errno.EIO)
            raise Unavailable(f"{self.info.key} cannot be read: {reason}") from error

    def _open_again(self) -> None:
        file = self._reopen()
        self.close()
        self._file = file
