"""A write that the kernel cuts short goes on where it ended."""

from __future__ import annotations

import fcntl
import os
import signal
import termios
import threading
from typing import TYPE_CHECKING

import pytest

from storage.driver import BLOCK_SIZE
from storage.filesystem import _DescriptorFile

if TYPE_CHECKING:
    from collections.abc import Iterator


class NarrowPipe:
    """A pipe that takes one page, interrupts the writer there, and only then takes the rest."""

    def __init__(self) -> None:
        self.interruptions = 0
        self.received = b""
        self._reader, self.writer = os.pipe()
        self._capacity = fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, os.sysconf("SC_PAGESIZE"))
        self._interrupted = threading.Event()
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def interrupt(self, *_: object) -> None:
        self.interruptions += 1
        self._interrupted.set()

    def finish(self) -> None:
        self._thread.join()
        os.close(self._reader)

    def _receive(self) -> None:
        while self._waiting() < self._capacity:
            threading.Event().wait(0.001)
        # A full pipe: the writer is inside a write that has moved a page and cannot move more.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        self._interrupted.wait()
        while piece := os.read(self._reader, BLOCK_SIZE):
            self.received += piece

    def _waiting(self) -> int:
        """Return the number of bytes in the pipe."""
        return int.from_bytes(
            fcntl.ioctl(self._reader, termios.FIONREAD, bytes(4)), byteorder="little"
        )


@pytest.fixture
def pipe() -> Iterator[NarrowPipe]:
    pipe = NarrowPipe()
    before = signal.signal(signal.SIGUSR1, pipe.interrupt)
    yield pipe
    signal.signal(signal.SIGUSR1, before)


def test_a_short_write_goes_on_where_it_ended(pipe: NarrowPipe) -> None:
    block = os.urandom(BLOCK_SIZE)
    file = _DescriptorFile(pipe.writer)

    file.write(block)
    file.close()
    pipe.finish()

    assert pipe.interruptions == 1
    assert pipe.received == block
