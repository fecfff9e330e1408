"""What Nagios told during a run, from the file that it writes to in the lab."""

from __future__ import annotations

import math
import time
from datetime import datetime
from typing import TYPE_CHECKING

from ops.chaos.history import all_clear
from ops.chaos.ledger import Event, What

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.lab import Lab

_GOOD = {"OK", "UP"}
_FILE = "file:"
_READ = 'if test -e "$0"; then cat "$0"; else cd "$(dirname "$0")"; fi'
_ASK_AGAIN = 5.0
"""Seconds."""


class NoNotices(Exception):
    """What Nagios told cannot be read; the message says why."""


def await_all_clear(lab: Lab, since: float, until: float) -> list[Event]:
    """Return what was told since then, once all of it is taken back, or at last (Unix times [s]).

    Raises:
        NoNotices: it cannot be read.
    """
    while True:
        told = _alarms_of(lab, since)
        if time.time() > until or not _pending(told):
            return told
        time.sleep(_ASK_AGAIN)


def _pending(told: list[Event]) -> bool:
    alarms = [event for event in told if event.what is What.ALARM]
    return any(math.isinf(all_clear(alarm, told)) for alarm in alarms)


def _alarms_of(lab: Lab, since: float) -> list[Event]:
    notify = lab.topology.cluster["notify"]
    monitors = lab.topology.serving("monitor")
    if not (monitors and notify.startswith(_FILE)):
        raise NoNotices(f"[cluster] notify is {notify}: a run needs a file of its Nagios")
    machine, path = lab.machines[monitors[0].name], notify.removeprefix(_FILE)
    # The file is there from the first notice on; its folder, and Nagios who writes there, are.
    code, text = machine.attempt("sh", "-c", _READ, path)
    if code:
        raise NoNotices(f"{machine}: {path} cannot be read: {text.strip()}")
    return [event for event in parse(text) if event.at >= since]


def parse(text: str) -> Iterator[Event]:
    """Yield each line, which is time, machine, service, state and words, with tabs between."""
    for line in text.splitlines():
        moment, machine, service, state, _ = line.split("\t", 4)
        what = What.ALL_CLEAR if state in _GOOD else What.ALARM
        facts = {"machine": machine, "service": service, "state": state}
        yield Event(datetime.fromisoformat(moment).timestamp(), what, facts)
