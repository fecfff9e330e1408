"""Reads an object block by block, each one checked before a byte of it leaves."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from storage.checksum import crc32
from storage.driver import BLOCK_SIZE, Reader
from storage.errnos import TRANSIENT, meaning
from storage.errors import StorageError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.copies import Copies
    from storage.driver import ObjectInfo
    from storage.files import File, Files
    from storage.mark import Mark

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.75)
"""Seconds between looks at a file that seems short: another client's cached size may be a second
old, so fewer bytes than the mark says means "not yet" for 1.5 s. A lost connection has as long from
when it is noticed; operations that take their time use it up."""


class BlockReader(Reader):
    """Reads through an open file; the size is the mark's, never the file's."""

    def __init__(
        self,
        info: ObjectInfo,
        mark: Mark,
        file: File,
        *,
        reopen: Callable[[], File],
        copies: Copies,
        files: Files,
    ) -> None:
        self.info = info
        self._mark = mark
        self._file: File | None = file
        self._reopen = reopen
        self._copies = copies
        self._files = files
        self._lost: Unavailable | None = None

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        stop = self.info.size if stop is None else min(stop, self.info.size)
        while start < stop:
            index, offset = divmod(start, BLOCK_SIZE)
            piece = self._checked_block(index)[offset : offset + stop - start]
            yield piece
            start += len(piece)

    def close(self) -> None:
        if self._file is not None:
            # Nothing was written that could be lost; a lost connection is no news here.
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _checked_block(self, index: int) -> bytes:
        offset = index * BLOCK_SIZE
        size = min(BLOCK_SIZE, self.info.size - offset)
        checksum = self._mark.checksums[index]
        block = self._whole_block(offset, size, checksum)
        if crc32(block) == checksum:
            return block
        return self._copies.block(offset, size, checksum)

    def _whole_block(self, offset: int, size: int, checksum: int) -> bytes:
        block = self._read(offset, size)
        if len(block) < size and self._lost is None and self._copies:
            # One truncated copy must not cost every block the wait below.
            with suppress(StorageError):
                return self._copies.block(offset, size, checksum)
        deadline = time.monotonic() + sum(_PAUSES)
        for pause in _PAUSES:
            if len(block) == size or time.monotonic() > deadline:
                break
            time.sleep(pause)
            self._open_again()
            block = self._read(offset, size)
        if len(block) < size:
            raise self._lost or Unavailable(
                f"{self.info.key} on {self._files} is {size - len(block)} bytes shorter than its "
                "mark says: look at its copies (cdpsfy scrub --brick)"
            )
        return block

    def _read(self, offset: int, size: int) -> bytes:
        """Return the bytes that are there now: none when the connection is lost."""
        if self._file is None:
            raise ValueError("the reader is closed")
        try:
            self._lost = None
            return self._file.read_at(offset, size)
        except OSError as error:
            self._lost = Unavailable(
                f"{self.info.key} cannot be read: {meaning(self._files, error)}"
            )
            if error.errno in TRANSIENT:
                return b""
            raise self._lost from error

    def _open_again(self) -> None:
        # The next read tells whether the file that is still open serves after all.
        with suppress(Unavailable):
            file = self._reopen()
            self.close()
            self._file = file
