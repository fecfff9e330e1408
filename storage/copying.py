"""Copies a library from one volume to another, while the first one is in use."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from storage.errors import Corrupt, Exists, Full, NotFound, Unavailable
from storage.key import digest_of
from storage.reading import read_or_blame, read_whole
from storage.spool import open_spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.driver import Driver, Entry, ObjectInfo
    from storage.throttle import Throttle


class Outcome(StrEnum):
    """What became of one object."""

    COPIED = "copied"
    THERE = "there already"
    GONE = "deleted meanwhile"
    BUSY = "being written by somebody else"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Copied:
    """One object of the source, and what became of it."""

    key: str
    outcome: Outcome
    size: int
    """Length in bytes."""
    detail: str = ""
    """One sentence for an operator, where there is something to say."""


class Copying:
    """Brings every committed object of the source into the target, under its own key.

    What is there is left alone, so any pass resumes the one before it. Reading verifies each block,
    `put` the digest. A leftover in the target that was last written before began (Unix seconds,
    UTC) is of an earlier, interrupted pass, and is deleted. That is safe even if its writer still
    lives: whoever writes this key writes these bytes, the source keeps them, and the next pass
    copies what should be missing then.
    """

    def __init__(self, source: Driver, target: Driver, *, throttle: Throttle, began: float) -> None:
        self._source = source
        self._target = target
        self._throttle = throttle
        self._began = began

    def one_pass(self) -> Iterator[Copied]:
        """Copy what the target lacks, ascending by key.

        Raises:
            Unavailable: one of the volumes stopped answering; the message says which.
            Full: the target has no room.
        """
        entries = self._source.list()
        while (entry := self._next(entries)) is not None:
            if entry.committed:
                yield self._bring(entry)

    def _next(self, entries: Iterator[Entry]) -> Entry | None:
        with _named("the source"):
            return next(entries, None)

    def _bring(self, entry: Entry) -> Copied:
        try:
            with _named("the target"):
                found = self._target.stat(entry.key)
        except NotFound:
            return self._copy(entry)
        except Corrupt as error:
            return Copied(entry.key, Outcome.DAMAGED, entry.size, f"the target: {error}")
        return _compared(entry, found, Outcome.THERE)

    def _copy(self, entry: Entry) -> Copied:
        # `put` reads its source twice; the volume in use gives each object only once.
        with open_spool() as spool:
            try:
                with _named("the source"):
                    content_type = self._source.stat(entry.key).content_type
                    read_or_blame(self._source, lambda: self._fetch(entry.key, spool))
            except NotFound:
                return Copied(entry.key, Outcome.GONE, 0)
            except Corrupt as error:
                return Copied(entry.key, Outcome.DAMAGED, entry.size, str(error))
            try:
                with _named("the target"):
                    self._store(entry.key, spool, content_type)
                    return _compared(entry, self._target.stat(entry.key), Outcome.COPIED)
            except (Exists, NotFound):
                return Copied(entry.key, Outcome.BUSY, entry.size, entry.key)
            except ValueError as error:
                # A name or a media type that no upload could have given it.
                detail = f"{entry.key} is not what it says: {error}"
                return Copied(entry.key, Outcome.DAMAGED, entry.size, detail)

    def _fetch(self, key: str, spool: BinaryIO) -> None:
        spool.seek(0)
        spool.truncate()

        def take(block: bytes) -> None:
            self._throttle.take(len(block))
            spool.write(block)

        read_whole(self._source, key, take)

    def _store(self, key: str, spool: BinaryIO, content_type: str) -> None:
        _, _, ulid = key.partition("-")
        for last in (False, True):
            spool.seek(0)
            try:
                self._target.put(spool, content_type, ulid, sha256=digest_of(key))
            except Exists:
                if last or not self._was_interrupted(key):
                    raise
                self._target.delete(key)
            else:
                return

    def _was_interrupted(self, key: str) -> bool:
        # The listing begins right before the key.
        for entry in self._target.list(after=key[:-1]):
            if entry.key >= key:
                return entry.key == key and not entry.committed and entry.modified < self._began
        return False


def _compared(entry: Entry, found: ObjectInfo, outcome: Outcome) -> Copied:
    if found.size != entry.size:
        detail = f"{entry.key} has {entry.size} bytes in the source, {found.size} in the target"
        return Copied(entry.key, Outcome.DAMAGED, entry.size, detail)
    return Copied(entry.key, outcome, entry.size)


@contextmanager
def _named(volume: str) -> Iterator[None]:
    """Say of which volume an error is."""
    try:
        yield
    except Unavailable as error:
        raise Unavailable(f"{volume}: {error}") from error
    except Full as error:
        raise Full(f"{volume}: {error}") from error
