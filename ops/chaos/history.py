"""The faults of a run as its ledger has them, and what Nagios told of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ops.chaos.ledger import What

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.chaos.ledger import Event


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the run; times are Unix seconds, infinite for what did not happen."""

    name: str
    machine: str
    began: float
    ended: float = math.inf
    whole: float = math.inf
    until: float = math.inf
    """When the next one began."""

    @property
    def kind(self) -> str:
        """As `kill`."""
        return self.name.partition(".")[2]

    @property
    def lasted(self) -> float:
        """Seconds from its beginning until it was repaired."""
        return self.ended - self.began


def faults_in(events: Iterable[Event]) -> list[Fault]:
    """Return the faults of a ledger in their order."""
    faults: list[Fault] = []
    for at, what, facts in events:
        match what:
            case What.FAULT_BEGAN:
                faults[-1:] = [replace(fault, until=at) for fault in faults[-1:]]
                faults.append(Fault(facts["fault"], facts["machine"], at))
            case What.FAULT_ENDED:
                faults[-1] = replace(faults[-1], ended=at)
            case What.WHOLE_AGAIN:
                faults[-1] = replace(faults[-1], whole=at)
            case _:
                pass
    return faults


def alarms_during(fault: Fault, events: Iterable[Event]) -> list[Event]:
    """Return what Nagios told, of whomever, from a fault's beginning to the next one's."""
    # Nagios tells whole seconds.
    return [
        event
        for event in events
        if event.what is What.ALARM and int(fault.began) <= event.at < fault.until
    ]


def all_clear(alarm: Event, events: Sequence[Event]) -> float:
    """Return when (Unix time [s]) an alarm was taken back; infinity if it was not."""
    about = ("machine", "service")
    clears = (
        event.at
        for event in events
        if event.what is What.ALL_CLEAR
        and event.at >= alarm.at
        and all(event.facts[name] == alarm.facts[name] for name in about)
    )
    return next(clears, math.inf)
