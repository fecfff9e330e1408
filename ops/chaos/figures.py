"""What people noticed of each fault, counted from a ledger."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from ops.chaos.history import alarms_during, all_clear, faults_in
from ops.chaos.ledger import What

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ops.chaos.history import Fault
    from ops.chaos.ledger import Event

_OURS = HTTPStatus.INTERNAL_SERVER_ERROR
"""From here on it is not the client's fault."""
PEACE = "nothing"
"""Whom events are blamed on before the first fault."""


@dataclass(slots=True)
class Figures:
    """What happened from the beginning of some faults until the next ones."""

    faults: dict[str, float] = field(default_factory=dict)
    """The kinds, in the order in which they came: the longest seconds until the repair."""
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
    """Those whose form did not come, or whose first answer was no success, at first."""
    refusals: list[tuple[int, str]] = field(default_factory=list)
    """What was answered instead, to deletions too: the status, 0 for none, and the words."""
    music_refused: int = 0
    """Requests for bytes of a track that were answered with 500 and above."""
    answers: int = 0
    failed_answers: int = 0
    """Requests of any kind that got no answer or one of 500 and above."""
    longest_return: float = 0.0
    """Seconds from a repair until the cluster was whole; infinite if it never was."""
    slowest_alarm: float | None = None
    """Seconds until Nagios told of a fault; of those that lasted long enough to be told."""
    slowest_all_clear: float | None = None
    """Seconds from a repair until Nagios had taken back all that it had told of it."""


def by_machine(events: Sequence[Event]) -> dict[str, Figures]:
    """Count the events, each for the machine whose fault it met."""
    return _count_by(lambda fault: fault.machine, events)


def by_fault(events: Sequence[Event]) -> dict[str, Figures]:
    """Count the events, each for the fault that it met, as `nas1.kill`."""
    return _count_by(lambda fault: fault.name, events)


def _count_by(name_of: Callable[[Fault], str], events: Sequence[Event]) -> dict[str, Figures]:
    faults = faults_in(events)
    found: dict[str, Figures] = defaultdict(Figures)
    refused: set[str] = set()
    for event in events:
        fault = _blamed(faults, event)
        _count(found[name_of(fault) if fault else PEACE], event, refused)
    for fault in faults:
        figures = found[name_of(fault)]
        _count_alarms(figures, fault, events)
        figures.faults[fault.kind] = max(figures.faults.get(fault.kind, 0), fault.lasted)
        figures.longest_return = max(figures.longest_return, fault.whole - fault.ended)
    return dict(found)


def _blamed(faults: Sequence[Fault], event: Event) -> Fault | None:
    """Return the fault that was not over when what took so many seconds began; or else the last."""
    began = event.at - event.facts.get("seconds", 0)
    first = _last_before(began, faults)
    return first if first and began < first.whole else _last_before(event.at, faults)


def _last_before(moment: float, faults: Sequence[Fault]) -> Fault | None:
    place = bisect_right(faults, moment, key=lambda fault: fault.began)
    return faults[place - 1] if place else None


def _count(figures: Figures, event: Event, refused: set[str]) -> None:
    _, what, facts = event
    match what:
        case What.UPLOAD_ASKED:
            figures.uploads += 1
        case What.UPLOAD_REFUSED | What.DELETE_REFUSED:
            figures.refusals.append((facts["status"], facts["reason"]))
            if what is What.UPLOAD_REFUSED and facts["sha256"] not in refused:
                refused.add(facts["sha256"])
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
            figures.music_refused += facts["deed"] == "play" and facts["status"] >= _OURS
        case _:
            pass


def _count_alarms(figures: Figures, fault: Fault, events: Sequence[Event]) -> None:
    alarms = alarms_during(fault, events)
    told = [alarm for alarm in alarms if alarm.facts["machine"] == fault.machine]
    if not told:
        return
    figures.slowest_alarm = max(figures.slowest_alarm or 0, told[0].at - fault.began)
    cleared = max(all_clear(alarm, events) for alarm in told)
    figures.slowest_all_clear = max(figures.slowest_all_clear or 0, cleared - fault.ended)


def has_failed(status: int) -> bool:
    """Tell whether an answer's status, 0 for none, is a failure of the cluster."""
    return status == 0 or status >= _OURS
