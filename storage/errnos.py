"""What an errno of a volume means: once more, no room, or away."""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from storage.errors import Full, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.files import Files

T = TypeVar("T")

_PAUSES = {
    errno.ENOTCONN: (0.2,),
    errno.EBADFD: (0.2,),
    errno.EIO: (0.2, 0.6),
    errno.ESTALE: (0.1, 0.2, 0.4, 0.8),
}
"""Seconds before each further try. The first three come up once while a replica leaves or joins,
EIO also for new files, while a volume grows and its folders are shared out anew; ESTALE as long as
this client has not heard that another one deleted the file, about a second."""

TRANSIENT = frozenset(_PAUSES)
"""Errors that a file opened anew may not have."""


def patiently(call: Callable[[], T]) -> T:
    """Return what the call returns, trying again after an error that passes.

    Raises:
        FileNotFoundError: also for a file that stays stale: it was deleted.
        OSError: as the last try did.
    """
    tries = 0
    while True:
        try:
            return call()
        except OSError as error:
            pauses = _PAUSES.get(error.errno or 0, ())
            if tries == len(pauses) and error.errno == errno.ESTALE:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from error
            if tries >= len(pauses):
                raise
        time.sleep(pauses[tries])
        tries += 1


@contextmanager
def volume_errors(files: Files) -> Iterator[None]:
    """Say what an OSError of the volume means.

    Only calls to the volume stand below it: a client's hang-up in `source.read` is an OSError,
    too, and not a dead disk. Names that are there or not there are left to the caller.

    Raises:
        Full: no room.
        Unavailable: any other OSError.
    """
    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        raise meaning(files, error) from error


def meaning(files: Files, error: OSError) -> Full | Unavailable:
    """Return the storage error that an OSError of these files stands for, with advice."""
    reason = error.strerror or error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Full(f"{files} is full ({reason}): delete tracks, or make it larger")
    return Unavailable(f"{files} does not answer as it should ({reason}): {files.advice(error)}")
