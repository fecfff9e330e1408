"""Does one thing to a volume in a process of its own, so that a fault can hit that process alone.

A program: each line of standard input is an order, a JSON list `[verb, volume, argument, …]`:

    put VOLUME SOURCE ULID      answers `stored`
    give VOLUME SOURCE ULID     the same, from a nameless file on the volume's filesystem
    read VOLUME KEY             answers the SHA-256 of what was read
    delete VOLUME KEY           answers `deleted`

Every order gets a fresh child, forked with everything imported. The child prints its pid, waits for
SIGUSR1 (time to attach strace), obeys and prints its answer, or the name of the StorageError. Its
end is printed as `ended STATUS`, minus the signal's number if it was killed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from storage.errors import StorageError
from storage.filesystem import FilesystemDriver

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.driver import Driver


def main() -> None:
    """Serve orders until standard input ends."""
    logging.getLogger().addHandler(logging.NullHandler())
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _obey(*json.loads(line))
        _, status = os.waitpid(pid, 0)
        _say(f"ended {os.waitstatus_to_exitcode(status)}")


def _obey(verb: str, volume: str, *arguments: str) -> None:
    driver = FilesystemDriver.from_settings({"path": volume})
    # Only now: what a new process does first is no part of its work.
    _say(str(os.getpid()))
    signal.sigwait({signal.SIGUSR1})
    try:
        answer = _VERBS[verb](driver, *arguments)
    except StorageError as error:
        answer = type(error).__name__
    _say(answer)
    os._exit(0)


def _put(driver: Driver, source: str, ulid: str) -> str:
    with Path(source).open("rb") as file:
        driver.put(file, "audio/mpeg", ulid)
        return "stored"


def _give(driver: Driver, source: str, ulid: str) -> str:
    path = Path(source)
    with os.fdopen(os.open(path.parent, os.O_TMPFILE | os.O_RDWR), "r+b") as spool:
        spool.write(path.read_bytes())
        spool.seek(0)
        driver.put(spool, "audio/mpeg", ulid)
        return "stored"


def _read(driver: Driver, key: str) -> str:
    with driver.open(key) as reader:
        return hashlib.sha256(b"".join(reader.blocks())).hexdigest()


def _delete(driver: Driver, key: str) -> str:
    driver.delete(key)
    return "deleted"


_VERBS: dict[str, Callable[..., str]] = {
    "put": _put,
    "give": _give,
    "read": _read,
    "delete": _delete,
}


def _say(line: str) -> None:
    # writev, which the driver never calls: a fault in `write` hits the volume, not the answer.
    os.writev(sys.stdout.fileno(), [f"{line}\n".encode("ascii")])


if __name__ == "__main__":
    main()
