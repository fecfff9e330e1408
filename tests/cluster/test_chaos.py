"""Each machine is in trouble once while people use the site: they do not notice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ops.chaos.figures import by_machine
from ops.chaos.marks import missed
from ops.chaos.report import summary
from ops.chaos.run import run
from ops.chaos.sequence import each_machine_once
from ops.lab.machine import ROOT

if TYPE_CHECKING:
    from ops.lab import Lab

SEED = 4


@pytest.mark.timeout(1800)
def test_nothing_is_lost_and_the_music_goes_on_whatever_one_machine_does(lab: Lab) -> None:
    folder = ROOT / "var/chaos" / time.strftime("test-%Y-%m-%d-%H%M%S")
    faults = each_machine_once(lab.topology, SEED)

    events, verdict = run(lab, faults, folder, seed=SEED, say=print)

    figures = by_machine(events)
    problems = missed(lab.topology, events, verdict)
    print(summary(lab.topology, figures, verdict, problems))  # noqa: T201 - shown when it fails
    assert problems == []
