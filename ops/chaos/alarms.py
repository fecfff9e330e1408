"""What Nagios told during a run, from the file that it writes to in the lab."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ops.chaos.ledger import Event, What

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.lab import Lab

_GOOD = {"OK", "UP"}
_FILE = "file:"


def alarms_of(lab: Lab, since: float) -> list[Event]:
    """Return what was told since then (Unix time [s]); nothing where Nagios writes no file."""
    notify = lab.topology.cluster["notify"]
    monitors = lab.topology.serving("monitor")
    if not (monitors and notify.startswith(_FILE)):
        return []
    path = notify.removeprefix(_FILE)
    code, text = lab.machines[monitors[0].name].attempt("cat", path)
    return [] if code else [event for event in parse(text) if event.at >= since]


def parse(text: str) -> Iterator[Event]:
    """Yield each line, which is time, machine, service, state and words, with tabs between."""
    for line in text.splitlines():
        moment, machine, service, state, _ = line.split("\t", 4)
        what = What.ALL_CLEAR if state in _GOOD else What.ALARM
        facts = {"machine": machine, "service": service, "state": state}
        yield Event(datetime.fromisoformat(moment).timestamp(), what, facts)
