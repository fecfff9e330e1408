"""Reading here and there in a file, but never much of it."""

from __future__ import annotations

import io
from typing import BinaryIO

from cdpsfy.tracks.audio.refusals import UNKNOWN, NotAudio

_BUDGET = 8 * 1024 * 1024
_LEAST_COST = 4096


class BoundedReader:
    """Reads byte ranges of a seekable file within a budget that no file can exceed.

    The budget is 8 MiB, and a read costs at least 4 KiB, the page that a disk reads: so at most
    2048 reads. Real files need a few dozen; one made of a million tiny boxes is refused.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._budget = _BUDGET
        source.seek(0, io.SEEK_END)
        self.size = source.tell()
        """The size of the file [bytes]."""

    def read(self, start: int, stop: int) -> bytes:
        """Return the bytes `[start, stop)`, fewer where the file ends.

        Raises `NotAudio` when the budget is spent.
        """
        stop = min(stop, self.size)
        if start >= stop:  # a file may name any 64-bit offset, seek() takes fewer
            return b""
        self._budget -= max(stop - start, _LEAST_COST)
        if self._budget < 0:
            raise NotAudio(UNKNOWN)
        self._source.seek(start)
        return self._source.read(stop - start)
