"""What clients do to a volume, in processes of their own, which may be killed at any moment.

Such a process knows nothing of the test's own connections, and ends without libgfapi's teardown.
"""

from __future__ import annotations

import io
import logging
import multiprocessing
import os
import random
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from storage import BLOCK_SIZE, NotFound, StorageError, open_driver
from tests.storage.gluster.interception import Moments, intercept, without_sync
from tests.storage.gluster.traffic import is_right, put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from storage import Driver, Entry

# A plain fork would inherit threads and connections; these children end by os._exit.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])

_SMALLEST, _LARGEST = BLOCK_SIZE // 16, 3 * BLOCK_SIZE


def put_killed_at(moment: int, settings: Mapping[str, str], data: bytes, ulid: str) -> bool:
    """Put an object by a process that dies by SIGKILL at that moment of it (`Moments`).

    Returns whether the moment came; if not, the object is acknowledged.
    """
    process = _PROCESSES.Process(target=_put_until, args=(moment, settings, data, ulid))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


class Uploader:
    """Several threads that put songs of mixed sizes until their process is killed.

    A context manager. `acks` is the file in which it notes what is acknowledged; each thread puts
    `most` songs and then rests. Without `sync` nothing is made durable.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        acks: Path,
        *,
        seed: str,
        threads: int = 3,
        most: int = sys.maxsize,
        sync: bool = True,
    ) -> None:
        self.road = settings["storage.driver"]
        self._acks = acks
        self._acks.touch()
        self._process = _PROCESSES.Process(
            target=_upload,
            args=(settings, acks),
            kwargs={"seed": seed, "threads": threads, "most": most, "sync": sync},
        )

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
        self._process.join()

    def kill(self) -> None:
        """Send SIGKILL; in the middle of a mount's operation it dies when the mount does."""
        self._process.kill()

    def acknowledged(self) -> list[str]:
        """Return the keys that put returned, in that order."""
        return self._acks.read_text("ascii").splitlines()


def take_stock(settings: Mapping[str, str]) -> dict[str, str]:
    """Read and delete all that a fresh process finds on the volume.

    Returns, by key, `whole` or `damaged` for a marked object, `leftover` for an unmarked one.
    """
    with ProcessPoolExecutor(1, _PROCESSES) as pool:
        return pool.submit(_take_stock, settings).result()


def _put_until(moment: int, settings: Mapping[str, str], data: bytes, ulid: str) -> None:
    driver = open_driver(settings)
    intercept(driver, Moments(moment, lambda: os.kill(os.getpid(), signal.SIGKILL)))
    driver.put(io.BytesIO(data), "audio/mpeg", ulid)


def _upload(
    settings: Mapping[str, str], acks: Path, *, seed: str, threads: int, most: int, sync: bool
) -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    driver = open_driver(settings)
    if not sync:
        intercept(driver, without_sync)
    file = os.open(acks, os.O_WRONLY | os.O_APPEND)
    for number in range(threads):
        numbers = random.Random(f"{seed} {number}")  # noqa: S311 - reproducible, not secret
        threading.Thread(target=_put_many, args=(driver, file, numbers, most), daemon=True).start()
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()


def _put_many(driver: Driver, acks: int, numbers: random.Random, most: int) -> None:
    # The power goes: whatever error comes of it, this one was not acknowledged.
    with suppress(StorageError):
        for _ in range(most):
            key = put(driver, numbers.getrandbits(32), numbers.randint(_SMALLEST, _LARGEST))
            os.write(acks, f"{key}\n".encode("ascii"))


def _take_stock(settings: Mapping[str, str]) -> dict[str, str]:
    driver = open_driver(settings)
    stock = {entry.key: _state(driver, entry) for entry in driver.list()}
    for key in stock:
        with suppress(NotFound):
            driver.delete(key)
    return stock


def _state(driver: Driver, entry: Entry) -> str:
    if not entry.committed:
        return "leftover"
    try:
        return "whole" if is_right(driver, entry.key) else "damaged"
    except StorageError:
        return "damaged"
