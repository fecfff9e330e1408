"""What is not to happen, whatever one machine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.chaos.figures import Figures
    from ops.chaos.verdict import Verdict
    from ops.topology import Topology

_UNNOTICED_BY_UPLOADERS = ("tracks", "nas", "database")
"""Roles of machines that may be in trouble while people upload as if nothing were."""


def missed(topology: Topology, figures: Mapping[str, Figures], verdict: Verdict) -> list[str]:
    """Return the marks that a run did not reach, each in a sentence."""
    return [*verdict.problems, *(line for name in figures for line in _of(topology, figures, name))]


def _of(topology: Topology, all_figures: Mapping[str, Figures], name: str) -> Iterator[str]:
    figures = all_figures[name]
    machine = topology.machines.get(name)
    for problem in figures.failed_plays:
        yield f"{name}: a play failed: {problem}"
    # Without any database there is no page to play from; what plays goes on.
    for problem in figures.refused_plays if machine else ():
        yield f"{name}: a play did not begin: {problem}"
    if figures.longest_silence:
        yield f"{name}: a listener heard nothing for {figures.longest_silence:.1f} s"
    if machine and machine.role in _UNNOTICED_BY_UPLOADERS and figures.failed_uploads:
        yield f"{name}: {figures.failed_uploads} uploads failed at first"
