"""The write-once algorithm over the few file operations of `files.py`.

Name, O_EXCL, write, fsync, mark, fsync, and only then success. No rename: through Gluster a name
published by rename is lost in a power cut even after fsync of the directory (gluster#3983). Both
fsyncs are needed: without the first a mark was found on truncated files after a kill, without the
second the mark itself is lost in a power cut.
"""

from __future__ import annotations

import errno
import logging
import os
import time
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from storage.block_reader import BlockReader
from storage.checksum import crc32
from storage.copies import Copies
from storage.driver import Driver, Entry, Health, ObjectInfo, Reader
from storage.errnos import patiently, volume_errors
from storage.errors import (
    Corrupt,
    DigestMismatch,
    Exists,
    Misconfigured,
    NotFound,
    StorageError,
    Unavailable,
)
from storage.key import check_key, digest_of, is_key, make_key
from storage.layout import FOLDERS, SENTINEL, path_of
from storage.mark import Mark, check_media_type, largest_mark
from storage.mark_cache import MarkCache
from storage.measure import measure
from storage.probe import Probe
from storage.source import read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from storage.files import File, Files

log = logging.getLogger(__name__)

_NO_ROOM_FOR_MARKS = {errno.E2BIG, errno.ENOSPC, errno.ERANGE, errno.ENOTSUP}


class WriteOnceDriver(Driver):
    """A driver for anything that has files: subclasses bring the operations and the settings."""

    def __init__(self, files: Files, *, replicas: Sequence[Files] = ()) -> None:
        self.files = files
        """The volume's files, for those who care for the volume itself."""
        self.replicas = replicas
        """Each replica's files by itself, where the volume has several and they can be reached."""
        self._marks = MarkCache()
        silence = OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        self._probe = Probe(self._touch, subject=str(files), advice=files.advice(silence))

    def initialise(self) -> None:
        """Make folders and sentinel, and try whether the volume keeps the largest mark."""
        self._check_completeness()
        with self._errors():
            if self.files.exists(SENTINEL):
                return
            for folder in FOLDERS:
                self.files.make_folder(folder)
            self._try_largest_mark()
            # Two who do this at once make one volume.
            with suppress(FileExistsError), self._closing(self.files.create(SENTINEL)) as file:
                file.write(f"{uuid.uuid4()}\n".encode("ascii"))
                file.sync()

    def put(
        self,
        source: BinaryIO,
        content_type: str,
        ulid: str | None = None,
        *,
        sha256: str | None = None,
    ) -> ObjectInfo:
        check_media_type(content_type)
        start = source.tell()
        measured = measure(read_blocks(source))
        if sha256 is not None and sha256 != measured.sha256:
            raise DigestMismatch(f"the bytes have the SHA-256 {measured.sha256}, not {sha256}")
        key = make_key(measured.sha256, ulid)
        mark = Mark(measured.size, content_type, measured.checksums)
        source.seek(start)
        # The name may have gone since, with its file, by another process or a failed put.
        self._marks.forget(key)
        self._check_volume()
        try:
            with self._errors():
                file, is_filled = patiently(
                    lambda: self._begin(key, source if start == 0 else None)
                )
        except FileExistsError:
            return self._finished_before(key)
        except FileNotFoundError as error:
            raise self._incomplete() from error
        return self._fill(key, file, None if is_filled else source, mark)

    def open(self, key: str) -> Reader:
        file, info, mark = self._open_committed(key)
        return BlockReader(
            info,
            mark,
            file,
            reopen=lambda: self._open_file(key),
            copies=self._copies(key),
            files=self.files,
        )

    def stat(self, key: str) -> ObjectInfo:
        file, info, _ = self._open_committed(key)
        with file:
            return info

    def delete(self, key: str) -> None:
        check_key(key)
        self._marks.forget(key)
        try:
            with self._errors():
                self.files.unlink(path_of(key))
        except FileNotFoundError as error:
            raise self._absent(key) from error

    def list(self, after: str = "") -> Iterator[Entry]:
        self._check_volume()
        for folder in FOLDERS:
            if folder[-2:] < after[:2]:
                continue
            try:
                with self._errors():
                    names = self.files.names(folder)
            except FileNotFoundError as error:
                raise self._incomplete() from error
            # Names on a replica set that is away are left out without an error.
            self._check_completeness()
            for key in sorted(name for name in names if is_key(name) and name > after):
                # An object deleted since the folder was read is no longer an entry.
                with suppress(NotFound):
                    yield self._entry(key)

    def health(self, timeout: float = 2.0) -> Health:
        return self._probe.ask(timeout)

    def close(self) -> None:
        for files in (self.files, *self.replicas):
            files.close()

    def _begin(self, key: str, whole: BinaryIO | None) -> tuple[File, bool]:
        """Return the key's file, and whether it has the bytes: then it is the source's own.

        whole is the source if all that it holds is the object.
        """
        path = path_of(key)
        if whole is not None and (file := self.files.adopt(whole, path)) is not None:
            return file, True
        return self.files.create(path), False

    def _fill(self, key: str, file: File, source: BinaryIO | None, mark: Mark) -> ObjectInfo:
        try:
            with self._closing(file):
                modified = self._write(key, file, source, mark)
                self._commit(key, file, mark)
        except FileNotFoundError as error:
            raise Unavailable(f"{key} was deleted while {self.files} took it") from error
        self._marks.add(key, mark)
        return _info(key, mark, modified)

    def _write(self, key: str, file: File, source: BinaryIO | None, mark: Mark) -> float:
        """Write the bytes durably, or remove the file; return when it was written."""
        try:
            if source is not None:
                self._write_blocks(file, source, mark)
            with self._errors():
                file.sync()
                return file.stat().modified
        except BaseException:
            self._discard(key)
            raise

    def _write_blocks(self, file: File, source: BinaryIO, mark: Mark) -> None:
        checksums = []
        for block in read_blocks(source):
            checksums.append(crc32(block))
            with self._errors():
                file.write(block)
        if tuple(checksums) != mark.checksums:
            raise ValueError("the source changed while it was stored")

    def _commit(self, key: str, file: File, mark: Mark) -> None:
        """Set the mark durably.

        Once it is set, the same attempt made a second time may acknowledge the object: from then on
        a failure here leaves it where it is.
        """
        try:
            with self._errors():
                file.set_mark(mark.encode())
        except FileExistsError as error:
            raise Exists(f"{key} was marked by somebody else while it was written") from error
        except BaseException:
            if _is_unmarked(file):
                self._discard(key)
            raise
        with self._errors():
            file.sync()

    def _discard(self, key: str) -> None:
        try:
            self.files.unlink(path_of(key))
        except (OSError, StorageError) as error:
            log.warning("leftover %s: it could not be removed: %s", key, error)

    def _finished_before(self, key: str) -> ObjectInfo:
        """Return the object of an earlier, whole attempt; its mark may not be durable yet."""
        try:
            file, info, _ = self._open_committed(key)
        except NotFound as error:
            raise Exists(f"{key} was begun before and is not whole") from error
        with file, self._errors():
            file.sync()
        return info

    def _open_committed(self, key: str) -> tuple[File, ObjectInfo, Mark]:
        check_key(key)
        try:
            with self._errors():
                file, mark, modified = patiently(lambda: self._try_opening(key))
        except FileNotFoundError as error:
            raise self._absent(key) from error
        self._marks.add(key, mark)
        return file, _info(key, mark, modified), mark

    def _try_opening(self, key: str) -> tuple[File, Mark, float]:
        file = self.files.open(path_of(key))
        try:
            return file, self._marks.get(key) or self._read_mark(key, file), file.stat().modified
        except BaseException:
            with suppress(OSError):
                file.close()
            raise

    def _read_mark(self, key: str, file: File) -> Mark:
        """Return the mark that the volume shows, or the one of a replica that has it still."""
        value = file.get_mark()
        try:
            if value is not None:
                return Mark.decode(value)
        except ValueError as error:
            problem: StorageError = Corrupt(f"{key}: {error}")
        else:
            problem = NotFound(key)
        mark = self._copies(key).mark()
        if mark is None:
            raise problem
        return mark

    def _open_file(self, key: str) -> File:
        try:
            with self._errors():
                return self.files.open(path_of(key))
        except FileNotFoundError as error:
            raise self._absent(key) from error

    def _entry(self, key: str) -> Entry:
        try:
            with self._errors():
                return patiently(lambda: self._try_entry(key))
        except FileNotFoundError as error:
            raise self._absent(key) from error

    def _try_entry(self, key: str) -> Entry:
        with self.files.open(path_of(key)) as file:
            stat = file.stat()
            try:
                size = self._read_mark(key, file).size
            except NotFound:
                return Entry(key, committed=False, size=stat.size, modified=stat.modified)
            except Corrupt:
                size = stat.size
        return Entry(key, committed=True, size=size, modified=stat.modified)

    def _copies(self, key: str) -> Copies:
        return Copies(self.replicas, key, volume=str(self.files))

    def _errors(self) -> AbstractContextManager[None]:
        return volume_errors(self.files)

    def _absent(self, key: str) -> NotFound:
        """Return the error of an object that is not there, once that is sure."""
        self._check_volume()
        return NotFound(key)

    def _check_volume(self) -> None:
        self._check_completeness()
        with self._errors():
            if not self.files.exists(SENTINEL):
                raise Unavailable(
                    f"{self.files} holds no {SENTINEL}: it is not mounted, or not initialised "
                    "(cdpsfy storage init CONFIG.ini)"
                )

    def _check_completeness(self) -> None:
        with self._errors():
            if not self.files.is_complete():
                away = OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
                raise Unavailable(
                    f"a part of {self.files} is away, and what it holds would seem deleted: "
                    f"{self.files.advice(away)}"
                )

    def _incomplete(self) -> Unavailable:
        return Unavailable(
            f"{self.files} lacks folders that initialising makes: remove its {SENTINEL}, and run "
            "cdpsfy storage init CONFIG.ini"
        )

    def _touch(self) -> Health:
        start = time.monotonic()
        try:
            self._check_volume()
            with self._errors():
                space = self.files.space()
        except (StorageError, OSError) as error:
            ok, detail, total, free = False, str(error), None, None
        else:
            ok, total, free = not space.read_only, space.total, space.free
            detail = "the volume answers" if ok else "the volume is read-only"
        return Health(ok, detail, total, free, latency=time.monotonic() - start)

    def _try_largest_mark(self) -> None:
        trial = f"{SENTINEL}-trial-{uuid.uuid4()}"
        file = self.files.create(trial)
        try:
            with self._closing(file):
                file.set_mark(largest_mark().encode())
        except OSError as error:
            if error.errno not in _NO_ROOM_FOR_MARKS:
                raise
            raise Misconfigured(
                f"{self.files} cannot keep extended attributes of "
                f"{len(largest_mark().encode())} bytes: {os.strerror(error.errno or 0)}"
            ) from error
        finally:
            with suppress(OSError):
                self.files.unlink(trial)

    @contextmanager
    def _closing(self, file: File) -> Iterator[File]:
        """Close the file at the end; only then may an error of an earlier write surface."""
        try:
            yield file
        except BaseException:
            with suppress(OSError):
                file.close()
            raise
        with self._errors():
            file.close()


def _is_unmarked(file: File) -> bool:
    """Tell whether a file has no mark, as far as can be told."""
    try:
        return file.get_mark() is None
    except OSError:
        return False


def _info(key: str, mark: Mark, modified: float) -> ObjectInfo:
    return ObjectInfo(key, mark.size, digest_of(key), mark.content_type, modified)
