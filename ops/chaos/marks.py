"""What is not to happen, whatever one machine does."""

from __future__ import annotations

import re
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING

from ops.chaos.figures import by_fault
from ops.chaos.unfinished import unfinished
from ops.chaos.untold import untold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.chaos.figures import Figures
    from ops.chaos.ledger import Event
    from ops.chaos.verdict import Verdict
    from ops.topology import Topology

_WITHOUT_DATABASE = {"database.cut", "database.power"}
_NOTICED_BY_UPLOADERS = {*_WITHOUT_DATABASE, "balancers.move", "all.restart"}
"""An upload that is on its way through a balancer when the address moves is cut off."""
_ROLES_ON_THE_WAY = ("balancer", "web")
"""Roles of machines that an upload goes through, and is cut off with."""
_NOT_NOW = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
_SENTENCE = re.compile(r"[^\W\d_]+,?( \S+)+[.!?]")


def missed(topology: Topology, events: Sequence[Event], verdict: Verdict) -> list[str]:
    """Return the marks that a run did not reach, each in a sentence."""
    noticed = (_noticed(topology, *found) for found in by_fault(events).items())
    return [
        *verdict.problems,
        *unfinished(events),
        *chain.from_iterable(noticed),
        *untold(topology, events),
    ]


def _noticed(topology: Topology, name: str, figures: Figures) -> Iterator[str]:
    yield from _heard(name, figures)
    yield from _answered(topology, name, figures)


def _heard(name: str, figures: Figures) -> Iterator[str]:
    """Tell what listeners should not have noticed."""
    for problem in figures.failed_plays:
        yield f"{name}: a play failed: {problem}"
    # Without any database there is no page to play from; what plays goes on.
    for problem in figures.refused_plays if name not in _WITHOUT_DATABASE else ():
        yield f"{name}: a play did not begin: {problem}"
    if figures.longest_silence:
        yield f"{name}: a listener heard nothing for {figures.longest_silence:.1f} s"
    if figures.music_refused:
        yield f"{name}: {figures.music_refused} requests for music were answered 5xx"


def _answered(topology: Topology, name: str, figures: Figures) -> Iterator[str]:
    """Tell what uploaders and deleters should not have been told."""
    if figures.failed_uploads and not _may_be_noticed(topology, name):
        yield f"{name}: {figures.failed_uploads} uploads failed at first"
    allowed = {HTTPStatus.SERVICE_UNAVAILABLE} if name in _WITHOUT_DATABASE else _NOT_NOW
    for status, words in dict.fromkeys(figures.refusals):
        if status and not (status in allowed and _SENTENCE.fullmatch(words)):
            yield f"{name}: no clear error: {status} {words}".rstrip()


def _may_be_noticed(topology: Topology, name: str) -> bool:
    machine = topology.machines.get(name.partition(".")[0])
    return name in _NOTICED_BY_UPLOADERS or (
        machine is not None and machine.role in _ROLES_ON_THE_WAY
    )
