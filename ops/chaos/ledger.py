"""A journal of what people asked for and were promised; it survives the crash of its writer."""

from __future__ import annotations

import json
import os
import threading
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType


class What(StrEnum):
    """The kinds of lines."""

    ANSWER = "answer"
    """To one request: `deed`, `status` (0: there was none), `seconds`."""
    UPLOAD_ASKED = "upload asked"
    UPLOAD_REFUSED = "upload refused"
    """After so many `seconds`, for a `reason`; so is a deletion."""
    UPLOAD_ACKNOWLEDGED = "upload acknowledged"
    DELETE_ASKED = "delete asked"
    DELETE_REFUSED = "delete refused"
    DELETE_ACKNOWLEDGED = "delete acknowledged"
    PLAY_ASKED = "play asked"
    PLAY_ENDED = "play ended"
    """Whole and right, or with the reason why not in `problem`."""
    GAP = "gap"
    """A listener who wanted bytes got none for so many `seconds`, up to this moment."""
    SILENCE = "silence"
    """What a listener had ahead was used up for so many `seconds`."""
    LISTED = "listed"
    """A track in its owner's list at the end, and its `address` with a ticket."""
    FAULT_PLANNED = "fault planned"
    """What a run is to do; the order is that of the plan."""
    FAULT_BEGAN = "fault began"
    FAULT_ENDED = "fault ended"
    """It is repaired; the cluster may still be on its way back."""
    WHOLE_AGAIN = "whole again"
    NOT_WHOLE = "not whole"
    """The cluster did not come back in time, for the reason in `problem`."""
    ALARM = "alarm"
    """Nagios told that a `service` of a `machine`, or with `-` the machine, is in trouble."""
    ALL_CLEAR = "all clear"


class WrongLedger(Exception):
    """A line within the journal cannot be read; the message names it."""


class Event(NamedTuple):
    """One line."""

    at: float
    """Unix time [s]."""
    what: What
    facts: Mapping[str, Any]


class Ledger:
    """Appends to one file, whoever writes: thread-safe, and a context manager."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b", buffering=0)
        self._lock = threading.Lock()
        self._cut_torn_line()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def note(self, what: What, **facts: object) -> None:
        """Write a line that the writer's death leaves alone, and a power cut perhaps not."""
        line = json.dumps({"at": round(time.time(), 4), "what": what, **facts}) + "\n"
        with self._lock:
            self._file.write(line.encode())

    def promise(self, what: What, **facts: object) -> None:
        """Write a line that is on the disk when this returns."""
        self.note(what, **facts)
        os.fsync(self._file.fileno())

    def _cut_torn_line(self) -> None:
        """Forget what a dying writer began: nobody was promised anything by half a line."""
        self._file.seek(0)
        self._file.truncate(self._file.read().rfind(b"\n") + 1)


def read_ledger(*paths: Path) -> list[Event]:
    """Return the events of one run, from all its journals, by time.

    Raises:
        WrongLedger: a line other than the last one cannot be read.
    """
    return sorted((event for path in paths for event in _events(path)), key=lambda event: event.at)


def _events(path: Path) -> Iterator[Event]:
    whole_lines = path.read_bytes().rpartition(b"\n")[0]
    for number, line in enumerate(whole_lines.splitlines(), 1):
        try:
            facts = json.loads(line)
            yield Event(facts.pop("at"), What(facts.pop("what")), facts)
        except (ValueError, LookupError, AttributeError) as error:
            raise WrongLedger(f"{path}, line {number}: {error}") from error
