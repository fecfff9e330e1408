"""Gives every file operation a deadline: a hung mount or node holds its threads, not ours."""

from __future__ import annotations

import errno
import os
import queue
import threading
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from storage.files import File, Files

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.files import FileStat, Space

T = TypeVar("T")

OPERATION = 10.0
"""Seconds; a frozen node stalls an operation for at most twice Gluster's ping-timeout of 4 s."""
WORKERS = 32
"""Operations that may be under way at once."""
PATIENCE = 1.0
"""Seconds; once all operations under way are older than that, the volume stalls, and one more fails
at once. Until then it waits for its turn."""


class DeadlineFiles(Files):
    """The operations of other files, each ended with ETIMEDOUT after some seconds.

    No signal reaches a thread that waits for a hung mount, so operations run in threads of their
    own. One that comes back too late is forgotten, and the file it opened or used is closed.
    """

    def __init__(
        self,
        files: Files,
        *,
        seconds: float = OPERATION,
        workers: int = WORKERS,
        patience: float = PATIENCE,
    ) -> None:
        self._files = files
        self._workers = _Workers(seconds, workers, patience)

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

    def is_complete(self) -> bool:
        return self._workers.run(self._files.is_complete)

    def copies_answering(self, path: str) -> int:
        return self._workers.run(lambda: self._files.copies_answering(path))

    def close(self) -> None:
        self._files.close()
        self._workers.dismiss()

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
            # Refused, it would leave the file open for good.
            self._workers.run(self._file.close, in_turn=False)

    def _run(self, call: Callable[[], T]) -> T:
        if self._stalled:
            raise _GivenUp(errno.ETIMEDOUT, "an earlier operation on the file has no answer yet")
        try:
            return self._workers.run(call, too_late=lambda _: self._file.close())
        except _GivenUp:
            self._stalled = True
            raise


class _GivenUp(TimeoutError):
    """It was we who ended the waiting, not the volume."""


def _close_opened(file: File | None) -> None:
    if file is not None:
        file.close()


class _Job(Generic[T]):
    """A call that somebody waits for, but not for ever. It is handed over by locks, for speed."""

    def __init__(self, call: Callable[[], T], too_late: Callable[[T | None], None] | None) -> None:
        self._call = call
        self._too_late = too_late
        self._result: T | None = None
        self._error: BaseException | None = None
        self._under_way = threading.Lock()
        self._under_way.acquire()
        self._ending = threading.Lock()
        self._given_up = False

    def perform(self) -> None:
        """Make the call, and tidy up after it if nobody waits any more."""
        try:
            self._result = self._call()
        except BaseException as error:  # noqa: BLE001 - it is raised where the caller waits
            self._error = error
        with self._ending:
            given_up = self._given_up
            self._under_way.release()
        if given_up and self._too_late is not None:
            # Nobody waits any more whom an error could be told.
            with suppress(OSError):
                self._too_late(self._result)

    def result(self, seconds: float) -> T:
        """Return what the call returns, or raise what it raises.

        Raises:
            _GivenUp: it does neither within so many seconds.
        """
        if not self._under_way.acquire(timeout=seconds):
            with self._ending:
                given_up = self._given_up = not self._under_way.acquire(blocking=False)
            if given_up:
                raise _GivenUp(errno.ETIMEDOUT, f"no answer within {seconds:g} s")
        if self._error is not None:
            # Kept here, it would keep itself, by its traceback.
            error, self._error = self._error, None
            raise error
        return cast("T", self._result)


class _Workers:
    """Daemon threads, started as they are needed: a hung one must not hold up the exit."""

    def __init__(self, seconds: float, most: int, patience: float) -> None:
        self._seconds = seconds
        self._most = most
        self._patience = patience
        self.start_anew()
        _all_workers.add(self)

    def start_anew(self) -> None:
        """Forget all threads, as they are forgotten by a fork."""
        self._jobs: queue.SimpleQueue[_Job[object] | None] = queue.SimpleQueue()
        self._turn = threading.Condition()
        self._threads = 0
        self._under_way: dict[object, float] = {}
        """When each job began, the latest one last; a late one counts until it has tidied up."""

    def run(
        self,
        call: Callable[[], T],
        too_late: Callable[[T | None], None] | None = None,
        *,
        in_turn: bool = True,
    ) -> T:
        """Return what the call returns, or raise what it raises.

        too_late is called when it returns although it was given up. Without in_turn it begins at
        once, however many are under way.

        Raises:
            _GivenUp: it has not returned in time.
            BlockingIOError: it did not begin: the volume stalls, or there is no thread left.
        """
        job = _Job(call, too_late)
        with self._turn:
            if in_turn:
                self._await_turn()
            if len(self._under_way) >= self._threads:
                self._start_thread()
            self._under_way[job] = time.monotonic()
        self._jobs.put(job)  # type: ignore[arg-type] # what it returns is nobody's concern here
        return job.result(self._seconds)

    def dismiss(self) -> None:
        """Let the threads end when they have done what they are at."""
        with self._turn:
            for _ in range(self._threads):
                self._jobs.put(None)
            self._threads = 0

    def _await_turn(self) -> None:
        while len(self._under_way) >= self._most:
            waited = time.monotonic() - next(reversed(self._under_way.values()))
            if waited > self._patience:
                raise BlockingIOError(
                    errno.EAGAIN, f"{self._most} operations already wait for an answer"
                )
            self._turn.wait(self._patience - waited)

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._work, name="storage", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise BlockingIOError(errno.EAGAIN, f"no thread for it: {error}") from error
        self._threads += 1

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.perform()
            with self._turn:
                del self._under_way[job]
                self._turn.notify()


_all_workers: weakref.WeakSet[_Workers] = weakref.WeakSet()


def _start_all_anew() -> None:
    for workers in _all_workers:
        workers.start_anew()


os.register_at_fork(after_in_child=_start_all_anew)
