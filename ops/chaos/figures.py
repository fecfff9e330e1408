"""What people noticed of each fault, counted from a ledger."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from ops.chaos.ledger import What

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.chaos.ledger import Event

PEACE = "nothing"
"""Whom events are blamed on before the first fault."""


@dataclass(slots=True)
class Figures:
    """What happened from the beginning of a machine's faults until the next ones."""

    faults: list[str] = field(default_factory=list)
    """As `kill`, in the order in which they came."""
    acknowledged: int = 0
    """Uploads and deletions."""
    plays: int = 0
    failed_plays: list[str] = field(default_factory=list)
    """Why each did not go on."""
    refused_plays: list[str] = field(default_factory=list)
    """Why each did not begin."""
    longest_gap: float = 0.0
    """Seconds in which somebody who wanted bytes got none."""
    longest_silence: float = 0.0
    """Seconds that were heard of it."""
    uploads: int = 0
    failed_uploads: int = 0
    """Those whose first answer was no success, whatever came of it later."""
    answers: int = 0
    failed_answers: int = 0
    """Requests of any kind that got no answer or one of 500 and above."""
    longest_return: float = 0.0
    """Seconds from a repair until the cluster was whole."""
    slowest_alarm: float | None = None
    """Seconds until Nagios told of a fault; of those that lasted long enough to be told."""
    slowest_all_clear: float | None = None
    """Seconds from a repair until Nagios had taken back all that it had told of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the run; times are Unix seconds."""

    name: str
    machine: str
    began: float
    ended: float
    whole: float
    """Infinite if the cluster did not come back."""


def faults_in(events: Iterable[Event]) -> list[Fault]:
    """Return the faults of a ledger in their order."""
    faults: list[Fault] = []
    for at, what, facts in events:
        match what:
            case What.FAULT_BEGAN:
                never = float("inf")
                faults.append(Fault(facts["fault"], facts["machine"], at, never, never))
            case What.FAULT_ENDED:
                faults[-1] = Fault(faults[-1].name, faults[-1].machine, faults[-1].began, at, at)
            case What.WHOLE_AGAIN:
                last = faults[-1]
                faults[-1] = Fault(last.name, last.machine, last.began, last.ended, at)
            case _:
                pass
    return faults


def by_machine(events: Sequence[Event]) -> dict[str, Figures]:
    """Count the events, each for the machine whose fault was the last to begin before it."""
    faults = faults_in(events)
    begins = [fault.began for fault in faults]
    found: dict[str, Figures] = defaultdict(Figures)
    refused: set[str] = set()
    for event in events:
        place = bisect_right(begins, event.at)
        figures = found[faults[place - 1].machine if place else PEACE]
        _count(figures, event, refused)
    for fault, end in zip(faults, [*begins[1:], float("inf")], strict=True):
        figures = found[fault.machine]
        _count_alarms(figures, fault, [event for event in events if event.at < end], events)
        figures.faults.append(fault.name.partition(".")[2])
        figures.longest_return = max(figures.longest_return, fault.whole - fault.ended)
    return dict(found)


def _count(figures: Figures, event: Event, refused: set[str]) -> None:
    _, what, facts = event
    match what:
        case What.UPLOAD_ASKED:
            figures.uploads += 1
        case What.UPLOAD_REFUSED if facts["form"] not in refused:
            refused.add(facts["form"])
            figures.failed_uploads += 1
        case What.UPLOAD_ACKNOWLEDGED | What.DELETE_ACKNOWLEDGED:
            figures.acknowledged += 1
        case What.PLAY_ENDED:
            figures.plays += 1
            if facts["problem"]:
                plays = figures.failed_plays if facts["bytes"] else figures.refused_plays
                plays.append(facts["problem"])
        case What.GAP:
            figures.longest_gap = max(figures.longest_gap, facts["seconds"])
        case What.SILENCE:
            figures.longest_silence = max(figures.longest_silence, facts["seconds"])
        case What.ANSWER:
            figures.answers += 1
            figures.failed_answers += has_failed(facts["status"])
        case _:
            pass


def _count_alarms(
    figures: Figures, fault: Fault, before_the_next: Sequence[Event], events: Sequence[Event]
) -> None:
    told = [
        event
        for event in before_the_next
        if event.what is What.ALARM
        and event.at >= int(fault.began)  # Nagios tells whole seconds
        and event.facts["machine"] == fault.machine
    ]
    if not told:
        return
    figures.slowest_alarm = max(figures.slowest_alarm or 0, told[0].at - fault.began)
    cleared = max(_all_clear(alarm, events) for alarm in told)
    figures.slowest_all_clear = max(figures.slowest_all_clear or 0, cleared - fault.ended)


def _all_clear(alarm: Event, events: Sequence[Event]) -> float:
    about = ("machine", "service")
    clears = (
        event.at
        for event in events
        if event.what is What.ALL_CLEAR
        and event.at >= alarm.at
        and all(event.facts[name] == alarm.facts[name] for name in about)
    )
    return next(clears, float("inf"))


def has_failed(status: int) -> bool:
    """Tell whether an answer's status, 0 for none, is a failure of the cluster."""
    return status == 0 or status >= HTTPStatus.INTERNAL_SERVER_ERROR
