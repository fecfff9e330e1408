"""Gives every file operation a deadline: a hung mount or node holds its threads, not ours."""

from __future__ import annotations

import errno
import os
import queue
import threading
import weakref
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from storage.files import File, Files

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.files import FileStat, Space

T = TypeVar("T")

OPERATION = 10.0
"""Seconds; a frozen node stalls an operation for at most twice Gluster's ping-timeout of 4 s."""
WORKERS = 32
"""Operations that may be stalled at once; one more fails at once."""


class DeadlineFiles(Files):
    """The operations of other files, each ended with ETIMEDOUT after some seconds.

    No signal reaches a thread that waits for a hung mount, so operations run in threads of their
    own. One that comes back too late is forgotten, and the file it opened or used is closed.
    """

    def __init__(self, files: Files, *, seconds: float = OPERATION, workers: int = WORKERS) -> None:
        self._files = files
        self._workers = _Workers(seconds, workers)

    def __str__(self) -> str:
        return str(self._files)

    def advice(self, error: OSError) -> str:
        return self._files.advice(error)

    def create(self, path: str) -> File:
        return self._file(lambda: self._files.create(path))

    def open(self, path: str) -> File:
        return self._file(lambda: self._files.open(path))

    def unlink(self, path: str) -> None:
        self._workers.run(lambda: self._files.unlink(path))

    def make_folder(self, path: str) -> None:
        self._workers.run(lambda: self._files.make_folder(path))

    def names(self, folder: str) -> list[str]:
        return self._workers.run(lambda: self._files.names(folder))

    def exists(self, path: str) -> bool:
        return self._workers.run(lambda: self._files.exists(path))

    def space(self) -> Space:
        return self._workers.run(self._files.space)

    def copies_answering(self, path: str) -> int:
        return self._workers.run(lambda: self._files.copies_answering(path))

    def close(self) -> None:
        self._files.close()

    def _file(self, call: Callable[[], File]) -> File:
        return _DeadlineFile(self._workers.run(call, too_late=_close_opened), self._workers)


class _DeadlineFile(File):
    def __init__(self, file: File, workers: _Workers) -> None:
        self._file = file
        self._workers = workers
        self._stalled = False

    def write(self, block: bytes) -> None:
        self._run(lambda: self._file.write(block))

    def read_at(self, offset: int, size: int) -> bytes:
        return self._run(lambda: self._file.read_at(offset, size))

    def sync(self) -> None:
        self._run(self._file.sync)

    def set_mark(self, value: bytes) -> None:
        self._run(lambda: self._file.set_mark(value))

    def get_mark(self) -> bytes | None:
        return self._run(self._file.get_mark)

    def stat(self) -> FileStat:
        return self._run(self._file.stat)

    def close(self) -> None:
        # A stalled file is closed by the thread that waits for it, once that is let go.
        if not self._stalled:
            self._run(self._file.close)

    def _run(self, call: Callable[[], T]) -> T:
        try:
            return self._workers.run(call, too_late=lambda _: self._file.close())
        except TimeoutError:
            self._stalled = True
            raise


def _close_opened(opening: Future[File]) -> None:
    if opening.exception() is None:
        opening.result().close()


class _Workers:
    """Daemon threads, started as they are needed: a hung one must not hold up the exit."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self.start_anew()
        _all_workers.add(self)

    def start_anew(self) -> None:
        """Forget all threads, as they are forgotten by a fork."""
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._busy = 0

    def run(self, call: Callable[[], T], too_late: Callable[[Future[T]], None] | None = None) -> T:
        """Return what the call returns, or raise what it raises.

        Raises:
            TimeoutError: it does neither in time; too_late is called when at last it does.
        """
        future: Future[T] = Future()
        self._hire()
        self._jobs.put(lambda: _fulfil(future, call, self._release))
        try:
            return future.result(self._seconds)
        except TimeoutError as error:
            if too_late is not None:
                future.add_done_callback(lambda late: _quietly(too_late, late))
            raise TimeoutError(errno.ETIMEDOUT, f"no answer within {self._seconds:g} s") from error

    def _hire(self) -> None:
        with self._lock:
            if self._busy == self._most:
                raise BlockingIOError(
                    errno.EAGAIN, f"{self._most} operations already wait for an answer"
                )
            self._busy += 1
            if self._busy > self._threads:
                self._threads += 1
                threading.Thread(target=self._work, name="storage", daemon=True).start()

    def _release(self) -> None:
        with self._lock:
            self._busy -= 1

    def _work(self) -> None:
        while True:
            self._jobs.get()()


def _fulfil(future: Future[T], call: Callable[[], T], release: Callable[[], None]) -> None:
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - it is raised where the caller waits
        release()
        future.set_exception(error)
    else:
        release()
        future.set_result(result)


def _quietly(too_late: Callable[[Future[T]], None], late: Future[T]) -> None:
    # Nobody waits any more whom an error could be told.
    with suppress(OSError):
        too_late(late)


_all_workers: weakref.WeakSet[_Workers] = weakref.WeakSet()


def _start_all_anew() -> None:
    for workers in _all_workers:
        workers.start_anew()


os.register_at_fork(after_in_child=_start_all_anew)
