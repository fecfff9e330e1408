"""An object's copies, one a replica: asked when the volume's own answer is wrong."""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from storage.checksum import crc32
from storage.errors import Corrupt, StorageError, Unavailable
from storage.layout import path_of
from storage.mark import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.files import File, Files

log = logging.getLogger(__name__)


class Copies:
    """The copies of one object, as the replicas hold them; none where the volume has no replicas.

    Gluster serves a damaged copy without a word, so a reader that finds a block wrong asks here.
    """

    def __init__(self, replicas: Sequence[Files], key: str) -> None:
        self._replicas = replicas
        self._key = key

    def __bool__(self) -> bool:
        return bool(self._replicas)

    def block(self, offset: int, size: int, checksum: int) -> bytes:
        """Return the bytes of `[offset, offset + size)` from the first copy that has them right.

        Raises:
            Corrupt: no copy has, and all were asked.
            Unavailable: none has that could be asked.
        """
        asked = 0
        for number, files in enumerate(self._replicas, start=1):
            # A replica that is away is answered for by another one: look before and after.
            present = self._all_answer(files)
            block = self._read(files, offset, size)
            if len(block) == size and crc32(block) == checksum:
                log.warning("%s is damaged at byte %d; copy %d is right", self._key, offset, number)
                return block
            asked += present and self._all_answer(files)
        if asked < len(self._replicas):
            raise Unavailable(
                f"{self._key} is damaged at byte {offset}, and not every node answers that may "
                "hold it whole"
            )
        raise Corrupt(f"{self._key} fails its checksum at byte {offset}")

    def mark(self) -> Mark | None:
        """Return the commit mark from the first copy that has a sound one, or None."""
        for number, files in enumerate(self._replicas, start=1):
            with suppress(OSError, StorageError, ValueError), self._opened(files) as file:
                value = file.get_mark()
                if value is not None:
                    mark = Mark.decode(value)
                    log.warning("%s lacks its mark; copy %d has it", self._key, number)
                    return mark
        return None

    def _read(self, files: Files, offset: int, size: int) -> bytes:
        with suppress(OSError, StorageError), self._opened(files) as file:
            return file.read_at(offset, size)
        return b""

    @contextmanager
    def _opened(self, files: Files) -> Iterator[File]:
        file = files.open(path_of(self._key))
        try:
            yield file
        finally:
            with suppress(OSError):
                file.close()

    def _all_answer(self, files: Files) -> bool:
        with suppress(OSError, StorageError):
            return files.copies_answering(path_of(self._key)) >= len(self._replicas)
        return False
