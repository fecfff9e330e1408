"""Starts the process that reads a picture, waits for it, and never for long."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO

import structlog

from cdpsfy.pictures.reasons import NotACover, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

log = structlog.get_logger(__name__)
LONGEST = 10 * 1024 * 1024
"""Bytes of a picture."""
_DEADLINE = 15.0
"""Seconds from its start to its end, on a machine that is busy."""
_PATIENCE = 5.0
"""Seconds that a picture waits for its turn."""
_TURNS = threading.BoundedSemaphore(2)
"""How many may be read at once, as each may take a gigabyte."""


def shrink(data: bytes, sides: Sequence[int]) -> list[bytes]:
    """Return the middle square of a picture as JPEG, once for each side [pixels].

    Raises:
        NotACover: it was refused, or could not be read in time.
    """
    if len(data) > LONGEST:
        raise NotACover(Reason.TOO_LONG)
    if not _TURNS.acquire(timeout=_PATIENCE):
        raise NotACover(Reason.BUSY)
    try:
        output = _run(data, sides)
    finally:
        _TURNS.release()
    answer = json.loads(output.readline())
    if "reason" in answer:
        raise NotACover(Reason(answer["reason"]))
    return [output.read(length) for length in answer["lengths"]]


def _run(data: bytes, sides: Sequence[int]) -> BinaryIO:
    # Isolated: nothing of the environment, and nothing that lies in the working directory.
    command = [sys.executable, "-I", "-m", "cdpsfy.pictures", *map(str, sides)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and numbers
            command, input=data, capture_output=True, timeout=_DEADLINE, env={}, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotACover(Reason.TOO_HEAVY) from error
    if done.returncode != 0:
        log.warning("picture_process_ended", code=done.returncode, said=done.stderr.decode()[-300:])
        raise NotACover(Reason.TOO_HEAVY)
    return io.BytesIO(done.stdout)
