"""`python -m ops chaos`: torment the running lab, and tell what came of it."""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ops.chaos.alarms import NoNotices
from ops.chaos.figures import by_machine
from ops.chaos.marks import missed
from ops.chaos.people import PeopleTrouble
from ops.chaos.plot import plot
from ops.chaos.report import summary
from ops.chaos.run import InUse, run
from ops.chaos.sequence import UnknownFault, each_machine_once, named, rounds_of_all
from ops.chaos.whole import NotWhole
from ops.lab import open_lab
from ops.lab.machine import ROOT
from ops.marked_page import NoMarks, around_marks, put_into

if TYPE_CHECKING:
    from ops.chaos.faults import Fault
    from ops.topology import Topology

TROUBLE = (InUse, NoMarks, NoNotices, NotWhole, PeopleTrouble, UnknownFault)
"""What keeps a run from being made; each says it in a sentence."""
_MARKS = "chaos"


@click.command("chaos")
@click.option("--seed", type=int, help="Decides all; a run says which one it took.")
@click.option("--rounds", type=int, default=0, help="Every fault so often; 0: each machine once.")
@click.option("--only", default="", help="These faults in this order, as nas1.freeze,*.kill")
@click.option("--lasts", type=float, help="Seconds until somebody repairs what needs it (20).")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A page that has marks for the table; the plot goes beside it, as chaos.svg.",
)
def chaos(
    seed: int | None, rounds: int, only: str, lasts: float | None, report: Path | None
) -> None:
    """Break the running lab while people use it; exit 1 when they were promised too much."""
    if report is not None:
        around_marks(report, _MARKS)  # not found out after hours
    seed = secrets.randbelow(10**6) if seed is None else seed
    lab = open_lab()
    faults = _faults(lab.topology, seed, rounds, only)
    if lasts:
        faults = [fault.lasting(lasts) for fault in faults]
    folder = ROOT / "var/chaos" / time.strftime("%Y-%m-%d-%H%M%S")
    click.echo(f"seed {seed}: {' '.join(fault.name for fault in faults)}")
    events, verdict = run(lab, faults, folder, seed=seed, say=click.echo)
    figures = by_machine(events)
    problems = missed(lab.topology, events, verdict)
    text = summary(lab.topology, figures, verdict, problems)
    (folder / "report.md").write_text(text, "utf-8")
    (folder / "chaos.svg").write_text(plot(events), "utf-8")
    if report is not None:
        put_into(report, _MARKS, text)
        report.with_name("chaos.svg").write_text(plot(events), "utf-8")
    click.echo(text)
    sys.exit(1 if problems else 0)


def _faults(topology: Topology, seed: int, rounds: int, only: str) -> list[Fault]:
    if only:
        return named(topology, only.split(","))
    if rounds:
        return rounds_of_all(topology, seed, rounds)
    return each_machine_once(topology, seed)
