"""Listeners and uploaders who go on while nodes die, and notice every error."""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
from typing import TYPE_CHECKING, Self

from tests.gluster import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from storage import Driver

SIZE = 2_500_000
READERS, WRITERS = 3, 2
_READ_PAUSE = 0.02
_WRITE_PAUSE = 0.2
"""Seconds; what is written while a node is away is healed later, at some ten files a second."""


def song(seed: int, size: int = SIZE) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - reproducible, not secret


def put(driver: Driver, seed: int, size: int = SIZE) -> str:
    """Store a song of its own; return its key."""
    return driver.put(io.BytesIO(song(seed, size)), "audio/mpeg").key


def digest(driver: Driver, key: str) -> str:
    """Return the SHA-256 of what the driver reads; a right one equals the key's first half."""
    total = hashlib.sha256()
    with driver.open(key) as reader:
        for block in reader.blocks():
            total.update(block)
    return total.hexdigest()


def is_right(driver: Driver, key: str) -> bool:
    return digest(driver, key) == key[:64]


class Traffic:
    """Threads that read and put without end, as a context manager."""

    def __init__(self, driver: Driver, *, write_pause: float = _WRITE_PAUSE) -> None:
        self._driver = driver
        self._stop = threading.Event()
        self._writes = 0
        self._seeds = iter(range(1000, 10**9))
        self._lock = threading.Lock()
        self.keys = [put(driver, seed) for seed in range(4)]
        """Every object that was acknowledged."""
        self.problems: list[str] = []
        """Every error that reached a caller, and every wrong digest."""
        self.slowest = 0.0
        """Seconds that the slowest operation took."""
        self.rounds = 0
        work = [(self._read, _READ_PAUSE)] * READERS + [(self._write, write_pause)] * WRITERS
        self._threads = [threading.Thread(target=self._repeat, args=args) for args in work]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self.go_on()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def go_on(self, rounds: int = 20) -> None:
        """Return when so many more operations have ended."""
        target = self.rounds + rounds
        wait_for(lambda: self.rounds >= target, f"{rounds} operations", within=90)

    def await_writes(self) -> None:
        """Return when each writer has ended a put that it began after this call."""
        target = self._writes + 2 * WRITERS
        wait_for(lambda: self._writes >= target, "puts to end", within=90)

    def _repeat(self, call: Callable[[], None], pause: float) -> None:
        while not self._stop.wait(pause):
            start = time.monotonic()
            try:
                call()
            except Exception as error:  # noqa: BLE001 - each one is a finding
                self.problems.append(repr(error))
            with self._lock:
                self.rounds += 1
                self.slowest = max(self.slowest, time.monotonic() - start)

    def _read(self) -> None:
        key = random.choice(self.keys)  # noqa: S311 - not secret
        if not is_right(self._driver, key):
            self.problems.append(f"{key} reads wrong")

    def _write(self) -> None:
        with self._lock:
            seed = next(self._seeds)
        try:
            self.keys.append(put(self._driver, seed))
        finally:
            with self._lock:
                self._writes += 1
