"""Which faults Nagios did not tell of, or not rightly, or did not take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.chaos.history import alarms_during, all_clear, faults_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.chaos.history import Fault
    from ops.chaos.ledger import Event
    from ops.topology import Topology

_LONG = 60.0
"""Seconds that a fault lasts for its alarm to be certain."""
_TOLD_WITHIN = 60.0
CLEAR_WITHIN = 120.0
"""Seconds, from the beginning and from the repair."""
_KINDS = {"freeze", "cut", "power", "storage-cut"}
"""In other ones nothing is away for long, or it is being replaced all the while, or nobody misses
what is away: one way to one hearer."""


def untold(topology: Topology, events: Sequence[Event]) -> Iterator[str]:
    """Yield what was missing, each in a sentence."""
    for fault in faults_in(events):
        if fault.kind in _KINDS and fault.lasted >= _LONG:
            yield from _of(topology, fault, events)


def _of(topology: Topology, fault: Fault, events: Sequence[Event]) -> Iterator[str]:
    """Compare with what was told of its machines; `cluster` is nobody's in particular."""
    concerned = {fault.machine, *(machine.name for machine in topology.serving(fault.machine))}
    told = alarms_during(fault, events)
    right = [alarm for alarm in told if alarm.facts["machine"] in concerned]
    if not right or right[0].at - fault.began > _TOLD_WITHIN:
        yield f"{fault.name}: Nagios told nothing of it within {_TOLD_WITHIN:.0f} s"
    for alarm in told:
        if alarm.facts["machine"] in topology.machines.keys() - concerned:
            yield f"{fault.name}: Nagios told of {_name(alarm)}"
    for alarm in right:
        if all_clear(alarm, events) - fault.ended > CLEAR_WITHIN:
            yield f"{fault.name}: {_name(alarm)} was not clear after {CLEAR_WITHIN:.0f} s"


def _name(alarm: Event) -> str:
    return f"{alarm.facts['machine']}, {alarm.facts['service']}"
