"""The write-once algorithm over the few file operations of `files.py`.

Name, O_EXCL, write, fsync, mark, fsync, and only then success. No rename: through Gluster a name
published by rename is lost in a power cut even after fsync of the directory (gluster#3983). Both
fsyncs are needed: without the first a mark was found on truncated files after a kill, without the
second the mark itself is lost in a power cut.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import time
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from storage.block_reader import BlockReader
from storage.checksum import crc32
from storage.driver import Driver, Entry, Health, ObjectInfo, Reader
from storage.errors import (
    Corrupt,
    DigestMismatch,
    Exists,
    Full,
    Misconfigured,
    NotFound,
    StorageError,
    Unavailable,
)
from storage.key import check_key, digest_of, is_key, make_key
from storage.layout import FOLDERS, SENTINEL, path_of
from storage.mark import Mark, check_media_type, largest_mark
from storage.mark_cache import MarkCache
from storage.probe import Probe
from storage.source import read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.files import File, Files

log = logging.getLogger(__name__)


class WriteOnceDriver(Driver):
    """A driver for anything that has files: subclasses bring the operations and the settings."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._marks = MarkCache()
        self._probe = Probe(self._touch)

    def initialise(self) -> None:
        """Make folders and sentinel, and try whether the volume keeps the largest mark."""
        with _volume_errors():
            if self._files.exists(SENTINEL):
                return
            for folder in FOLDERS:
                self._files.make_folder(folder)
            self._try_largest_mark()
            with self._closing(self._files.create(SENTINEL)) as file:
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
        digest, mark = _measure(source, content_type)
        if sha256 is not None and sha256 != digest:
            raise DigestMismatch(f"the bytes have the SHA-256 {digest}, not {sha256}")
        key = make_key(digest, ulid)
        source.seek(start)
        # The name may have gone since, with its file, by another process or a failed put.
        self._marks.forget(key)
        self._check_volume()
        try:
            with _volume_errors():
                file = self._files.create(path_of(key))
        except FileExistsError:
            return self._finished_before(key)
        except FileNotFoundError as error:
            raise self._incomplete() from error
        return self._fill(key, file, source, mark)

    def open(self, key: str) -> Reader:
        file, info, mark = self._open_committed(key)
        return BlockReader(info, mark, file, reopen=lambda: self._open_file(key))

    def stat(self, key: str) -> ObjectInfo:
        file, info, _ = self._open_committed(key)
        file.close()
        return info

    def delete(self, key: str) -> None:
        check_key(key)
        self._marks.forget(key)
        self._check_volume()
        try:
            with _volume_errors():
                self._files.unlink(path_of(key))
        except FileNotFoundError as error:
            raise NotFound(key) from error

    def list(self, after: str = "") -> Iterator[Entry]:
        self._check_volume()
        for folder in FOLDERS:
            if folder[-2:] < after[:2]:
                continue
            try:
                with _volume_errors():
                    names = self._files.names(folder)
            except FileNotFoundError as error:
                raise self._incomplete() from error
            for key in sorted(name for name in names if is_key(name) and name > after):
                # An object deleted since the folder was read is no longer an entry.
                with suppress(NotFound):
                    yield self._entry(key)

    def health(self, timeout: float = 2.0) -> Health:
        return self._probe.ask(timeout)

    def close(self) -> None:
        self._files.close()

    def _fill(self, key: str, file: File, source: BinaryIO, mark: Mark) -> ObjectInfo:
        try:
            with self._closing(file):
                _write_blocks(file, source, mark)
                with _volume_errors():
                    file.sync()
                    file.set_mark(mark.encode())
                    file.sync()
                    modified = file.stat().modified
        except BaseException:
            self._discard(key)
            raise
        self._marks.add(key, mark)
        return _info(key, mark, modified)

    def _discard(self, key: str) -> None:
        try:
            self._files.unlink(path_of(key))
        except OSError as error:
            log.warning("leftover %s: it could not be removed: %s", key, error)

    def _finished_before(self, key: str) -> ObjectInfo:
        """Return the object of an earlier, whole attempt; its mark may not be durable yet."""
        try:
            file, info, _ = self._open_committed(key)
        except NotFound as error:
            raise Exists(f"{key} was begun before and is not whole") from error
        with self._closing(file), _volume_errors():
            file.sync()
        return info

    def _open_committed(self, key: str) -> tuple[File, ObjectInfo, Mark]:
        check_key(key)
        file = self._open_file(key)
        try:
            with _volume_errors():
                mark = self._marks.get(key) or _read_mark(key, file)
                modified = file.stat().modified
        except BaseException:
            file.close()
            raise
        self._marks.add(key, mark)
        return file, _info(key, mark, modified), mark

    def _open_file(self, key: str) -> File:
        try:
            with _volume_errors():
                return self._files.open(path_of(key))
        except FileNotFoundError as error:
            self._check_volume()
            raise NotFound(key) from error

    def _entry(self, key: str) -> Entry:
        file = self._open_file(key)
        with self._closing(file), _volume_errors():
            value, stat = file.get_mark(), file.stat()
        size = stat.size if value is None else _marked_size(value, otherwise=stat.size)
        return Entry(key, value is not None, size, stat.modified)

    def _check_volume(self) -> None:
        with _volume_errors():
            if not self._files.exists(SENTINEL):
                raise Unavailable(
                    f"{self._files} holds no {SENTINEL}: it is not mounted, or not initialised "
                    "(cdpsfy storage init CONFIG.ini)"
                )

    def _incomplete(self) -> Unavailable:
        return Unavailable(f"{self._files} lacks folders that initialising makes")

    def _touch(self) -> Health:
        start = time.monotonic()
        try:
            self._check_volume()
            with _volume_errors():
                space = self._files.space()
        except (StorageError, OSError) as error:
            ok, detail, total, free = False, str(error), None, None
        else:
            ok, total, free = not space.read_only, space.total, space.free
            detail = "the volume answers" if ok else "the volume is read-only"
        return Health(ok, detail, total, free, latency=time.monotonic() - start)

    def _try_largest_mark(self) -> None:
        trial = f"{SENTINEL}-trial-{uuid.uuid4()}"
        file = self._files.create(trial)
        try:
            with self._closing(file):
                file.set_mark(largest_mark().encode())
        except OSError as error:
            raise Misconfigured(
                f"{self._files} cannot keep extended attributes of "
                f"{len(largest_mark().encode())} bytes: {os.strerror(error.errno or 0)}"
            ) from error
        finally:
            self._files.unlink(trial)

    @contextmanager
    def _closing(self, file: File) -> Iterator[File]:
        """Close the file at the end; only then may an error of an earlier write surface."""
        try:
            yield file
        except BaseException:
            with suppress(OSError):
                file.close()
            raise
        with _volume_errors():
            file.close()


@contextmanager
def _volume_errors() -> Iterator[None]:
    """Say what an OSError of the volume means.

    Only calls to the volume stand below it: a client's hang-up in `source.read` is an OSError,
    too, and not a dead disk. Names that are there or not there are left to the caller.
    """
    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Full(f"the volume is full: {reason}") from error
        raise Unavailable(f"the volume does not answer as it should: {reason}") from error


def _measure(source: BinaryIO, content_type: str) -> tuple[str, Mark]:
    digest, size, checksums = hashlib.sha256(), 0, []
    for block in read_blocks(source):
        size += len(block)
        digest.update(block)
        checksums.append(crc32(block))
    return digest.hexdigest(), Mark(size, content_type, tuple(checksums))


def _write_blocks(file: File, source: BinaryIO, mark: Mark) -> None:
    checksums = []
    for block in read_blocks(source):
        checksums.append(crc32(block))
        with _volume_errors():
            file.write(block)
    if tuple(checksums) != mark.checksums:
        raise ValueError("the source changed while it was stored")


def _read_mark(key: str, file: File) -> Mark:
    value = file.get_mark()
    if value is None:
        raise NotFound(key)
    try:
        return Mark.decode(value)
    except ValueError as error:
        raise Corrupt(f"{key}: {error}") from error


def _marked_size(value: bytes, *, otherwise: int) -> int:
    try:
        return Mark.decode(value).size
    except ValueError:
        return otherwise


def _info(key: str, mark: Mark, modified: float) -> ObjectInfo:
    return ObjectInfo(key, mark.size, digest_of(key), mark.content_type, modified)
