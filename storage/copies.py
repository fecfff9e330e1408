"""An object's copies, one a replica: asked when the volume's own answer is wrong."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from storage.checksum import crc32
from storage.errors import Corrupt, StorageError, Unavailable
from storage.layout import path_of
from storage.mark import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storage.files import File, Files

    _Read = Callable[[Files, int, int], bytes | None]

_BACK = 1.5
"""Seconds until the copy is read of a node that came back. It answers for it at once, and for up to
a second another node's is read all the same (measured on a loaded machine)."""
log = logging.getLogger(__name__)


class Copies:
    """The copies of one object, as the replicas hold them; none where the volume has no replicas.

    Gluster serves a damaged copy without a word, so a reader that finds a block wrong asks here.
    """

    def __init__(self, replicas: Sequence[Files], key: str, *, volume: str) -> None:
        self._replicas = replicas
        self._key = key
        self._volume = volume

    def __bool__(self) -> bool:
        return bool(self._replicas)

    def block(self, offset: int, size: int, checksum: int) -> bytes:
        """Return the bytes of `[offset, offset + size)` from the first copy that has them right.

        Raises:
            Corrupt: no copy has, and all were asked.
            Unavailable: none has that could be asked.
        """
        block, _ = self._ask(self._read, offset, size, checksum)
        return self._asked_again(offset, size, checksum) if block is None else block

    def _asked_again(self, offset: int, size: int, checksum: int) -> bytes:
        """Do the same, and make sure of each answer, which takes longer."""
        for pause in (0.0, _BACK):
            time.sleep(pause)
            block, wrong = self._ask(self._read_surely, offset, size, checksum)
            if block is not None:
                return block
            if wrong < len(self._replicas):
                raise Unavailable(
                    f"{self._key} on {self._volume} is damaged at byte {offset}, and not every "
                    "node answers that may hold it whole: bring all of them back (gluster volume "
                    "status)"
                )
        raise Corrupt(
            f"{self._key} on {self._volume} fails its checksum at byte {offset}, and no copy is "
            "right: bring it back from a backup (docs/operations.md, Repair)"
        )

    def _ask(self, read: _Read, offset: int, size: int, checksum: int) -> tuple[bytes | None, int]:
        """Return the block from the first copy that has it right, and how many had it wrong."""
        wrong = 0
        for number, files in enumerate(self._replicas, start=1):
            block = read(files, offset, size)
            if block is None:
                continue
            if len(block) == size and crc32(block) == checksum:
                self._report(offset, number)
                return block, wrong
            wrong += 1
        return None, wrong

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

    def _report(self, offset: int, number: int) -> None:
        log.warning(
            "%s on %s is damaged at byte %d; copy %d of its set (in the order of gluster volume "
            "info) is right: run cdpsfy scrub --brick on the other nodes",
            self._key,
            self._volume,
            offset,
            number,
        )

    def _read(self, files: Files, offset: int, size: int) -> bytes | None:
        """Return what a replica has there; None when it does not answer."""
        with suppress(OSError, StorageError), self._opened(files) as file:
            return file.read_at(offset, size)
        return None

    def _read_surely(self, files: Files, offset: int, size: int) -> bytes | None:
        """Do the same, when no other replica can have answered for this one, as for one away."""
        present = self._all_answer(files)
        block = self._read(files, offset, size)
        return block if present and self._all_answer(files) else None

    def _opened(self, files: Files) -> File:
        return files.open(path_of(self._key))

    def _all_answer(self, files: Files) -> bool:
        with suppress(OSError, StorageError):
            return files.copies_answering(path_of(self._key)) >= len(self._replicas)
        return False
