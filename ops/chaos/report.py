"""Tells what came of a run, as a table in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.chaos.figures import PEACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.chaos.figures import Figures
    from ops.chaos.verdict import Verdict
    from ops.topology import Topology

_HEADINGS = (
    "in trouble",
    "how",
    "for so long [s]",
    "acknowledged",
    "plays failed",
    "longest silence heard [s]",
    "longest gap in delivery [s]",
    "uploads failed at first",
    "requests failed",
    "whole after repair [s]",
    "Nagios: alarm, all clear [s]",
)


def summary(
    topology: Topology,
    figures: Mapping[str, Figures],
    verdict: Verdict,
    missed: Sequence[str],
) -> str:
    """Return the table of a run, what was verified, and the marks that were missed."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *_rows(topology, figures)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    marks = "\n".join(f"- {mark}" for mark in missed) or "Every mark was reached."
    return f"{_verified(verdict)}\n\n{table}\n\n{marks}\n"


def _verified(verdict: Verdict) -> str:
    return (
        f"{verdict.uploads} acknowledged uploads and {verdict.deletions} acknowledged deletions, "
        f"{verdict.copies} copies read from the track servers by themselves and compared: "
        f"{len(verdict.problems)} problems."
    )


def _rows(topology: Topology, all_figures: Mapping[str, Figures]) -> list[tuple[str, ...]]:
    order = [PEACE, *topology.machines]
    last = len(order)
    names = sorted(all_figures, key=lambda name: order.index(name) if name in order else last)
    return [_row(name, all_figures[name]) for name in names]


def _row(name: str, figures: Figures) -> tuple[str, ...]:
    return (
        name,
        " ".join(figures.faults),
        " ".join(f"{seconds:.0f}" for seconds in figures.faults.values()),
        str(figures.acknowledged),
        f"{len(figures.failed_plays) + len(figures.refused_plays)} of {figures.plays}",
        f"{figures.longest_silence:.1f}",
        f"{figures.longest_gap:.1f}",
        f"{figures.failed_uploads} of {figures.uploads}",
        f"{figures.failed_answers} of {figures.answers}",
        f"{figures.longest_return:.0f}" if figures.faults else "",
        ", ".join(_alarms(figures)),
    )


def _alarms(figures: Figures) -> list[str]:
    both = (figures.slowest_alarm, figures.slowest_all_clear)
    return [f"{seconds:.0f}" for seconds in both if seconds is not None]
