"""Reads whole objects, and tells one that cannot be read from a volume that is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.errors import Corrupt, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.driver import Driver

_HEALTH_TIMEOUT = 10.0
"""Seconds; as long as an operation may take while a node is frozen."""


def read_whole(driver: Driver, key: str, take: Callable[[bytes], object]) -> None:
    """Give every block of an object to take, in order.

    Raises:
        NotFound: it is absent, or a leftover.
        Corrupt: it fails its checksum.
        Unavailable: it cannot be read right now.
    """
    with driver.open(key) as reader:
        for block in reader.blocks():
            take(block)


def read_or_blame(driver: Driver, read: Callable[[], object]) -> None:
    """Call read; when it finds an object unavailable, find out whether the volume is.

    A truncated file and a bad sector are Unavailable, too, and would stop every run at the same
    object. So the volume is asked how it is, and the object is read once more.

    Raises:
        Corrupt: the object cannot be read, though the volume answers; or as read raises it.
        Unavailable: the volume does not answer.
    """
    for last in (False, True):
        try:
            read()
        except Unavailable as error:
            if not driver.health(_HEALTH_TIMEOUT).ok:
                raise
            if last:
                raise Corrupt(f"the volume answers, but {error}") from error
        else:
            return
