"""Reads every object of a volume, and tells which ones are no longer what they were."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from storage.errors import Corrupt, NotFound
from storage.reading import read_or_blame, read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.driver import Driver, Entry
    from storage.throttle import Throttle

STALE = 86400.0
"""Seconds after which nobody writes or sweeps a leftover any more: a lease lasts an hour."""


class Verdict(StrEnum):
    """What a check can find."""

    WHOLE = "whole"
    GONE = "deleted meanwhile"
    UNDER_WAY = "under way"
    LEFTOVER = "leftover older than a day"
    REPAIRED = "repaired"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Checked:
    """One object, or one copy of it, and what the check found."""

    key: str
    verdict: Verdict
    size: int = 0
    """Bytes that were there to check."""
    detail: str = ""
    """One sentence for an operator, where there is something to say."""


def scrub(driver: Driver, throttle: Throttle, after: str = "") -> Iterator[Checked]:
    """Read every object whose key is greater than after, ascending by key.

    Raises:
        Unavailable: the volume stopped answering.
    """
    for entry in driver.list(after):
        yield _check(driver, entry, throttle)


def judge_unmarked(key: str, size: int, modified: float) -> Checked:
    """Say what a file without a mark is by its age; modified is Unix seconds, UTC."""
    verdict = Verdict.UNDER_WAY if time.time() - modified < STALE else Verdict.LEFTOVER
    return Checked(key, verdict, size, key)


def _check(driver: Driver, entry: Entry, throttle: Throttle) -> Checked:
    if not entry.committed:
        return judge_unmarked(entry.key, entry.size, entry.modified)
    try:
        read_or_blame(
            driver,
            lambda: read_whole(driver, entry.key, lambda block: throttle.take(len(block))),
        )
    except NotFound:
        return Checked(entry.key, Verdict.GONE)
    except Corrupt as error:
        return Checked(entry.key, Verdict.DAMAGED, entry.size, str(error))
    return Checked(entry.key, Verdict.WHOLE, entry.size)
