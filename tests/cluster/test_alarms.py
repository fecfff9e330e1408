"""Every alarm by its fault: the right ones come, no others do, and they clear after the repair."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.cluster.faults_to_tell import LONG, SHORT, Fault
from tests.cluster.monitor import Monitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.lab.cluster import Lab

TOLD_WITHIN = 60
CLEAR_WITHIN = 120
"""Seconds after the fault, and after its repair."""
AFTERMATH = 20
"""Seconds in which nothing more may be told."""
NOT_RUN_YET = {
    *((f"nas{number}", "scrub") for number in (1, 2, 3)),
    ("cluster", "fsck"),
}
"""A new lab waits for the first run of its timers."""


@pytest.fixture(scope="module")
def monitor(lab: Lab) -> Monitor:
    return Monitor(lab)


@pytest.fixture
def well(lab: Lab, monitor: Monitor) -> Iterator[None]:
    """Begin and end with a cluster that is well."""
    monitor.await_well(CLEAR_WITHIN, NOT_RUN_YET)
    monitor.begin()
    yield
    lab.fabric.clear()


@pytest.mark.usefixtures("well")
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "fault",
    [*SHORT, *(pytest.param(fault, marks=pytest.mark.long) for fault in LONG)],
    ids=lambda fault: fault.name,
)
def test_the_right_alarm_comes_and_clears(lab: Lab, monitor: Monitor, fault: Fault) -> None:
    fault.inflict(lab)
    try:
        told = monitor.await_told(fault.alarms, TOLD_WITHIN)
        time.sleep(AFTERMATH)
    finally:
        fault.repair(lab)
    ended = monitor.await_told(fault.ends, CLEAR_WITHIN)
    clear = monitor.await_well(CLEAR_WITHIN, NOT_RUN_YET)
    time.sleep(AFTERMATH)

    assert sorted(monitor.told()) == sorted([*fault.alarms, *fault.ends])
    assert ended + clear <= CLEAR_WITHIN
    print(f"{fault.name}: told {told:.0f} s, clear {ended + clear:.0f} s")  # noqa: T201 - a figure
