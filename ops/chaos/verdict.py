"""What must be true when all is over: what was promised is there, and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from ops.chaos.promises import read_promises, sha256_in
from ops.chaos.reading import read_everywhere
from ops.chaos.whole import what_is_missing
from ops.lab.machine import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ops.chaos.ledger import Event
    from ops.chaos.promises import Promises
    from ops.chaos.reading import Copy
    from ops.lab import Lab

_AFTERMATH = 240.0
"""Seconds for purges and for the sweep of what was begun and never finished."""
_INI = "/etc/cdpsfy/site.ini"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts of what was looked at, and all that is wrong."""

    uploads: int
    deletions: int
    copies: int
    """Objects read, times the servers that they were read from."""
    problems: Sequence[str]
    """Each with the track or the digest it is about."""


def judge(lab: Lab, events: Iterable[Event], patience: float = _AFTERMATH) -> Verdict:
    """Compare what the ledger has with what the site lists and every track server holds.

    What takes its time may take `patience` seconds, twice.
    """
    promises = read_promises(events)
    problems = [
        *(f"lost: {track}" for track in promises.lost),
        *(f"deleted and there again: {track}" for track in promises.returned),
        *(f"leads to other bytes: {track}" for track in promises.mistaken),
        *(f"there twice: {digest}" for digest in promises.doubled),
        *_await_silence(lambda: _fsck(lab), patience),
    ]
    copies = read_everywhere(lab, promises.listed.values())
    problems += [found for copy in copies if (found := _wrong(copy))]
    problems += _await_silence(lambda: _remains(lab, promises), patience)
    problems += [text for text in (what_is_missing(lab), _split_brain(lab)) if text]
    return Verdict(len(promises.kept), len(promises.deleted), len(copies), problems)


def _wrong(copy: Copy) -> str:
    if copy.sha256 == sha256_in(copy.address):
        return ""
    what = "wrong bytes" if copy.status == HTTPStatus.OK else f"answer {copy.status}"
    return f"{what} of {copy.server}: {sha256_in(copy.address)}"


def _await_silence(complaints: Callable[[], list[str]], patience: float) -> list[str]:
    """Return what is still complained of after so many seconds."""
    deadline = time.monotonic() + patience
    while (said := complaints()) and time.monotonic() < deadline:
        time.sleep(5)
    return said


def _fsck(lab: Lab) -> list[str]:
    """Compare catalogue and storage; without orphans and unfinished uploads, too."""
    site = lab.machines[lab.topology.serving("web")[0].name]
    _, said = site.attempt(str(ROOT / ".venv/bin/cdpsfy"), "fsck", _INI)
    return [] if said.strip() == "all is well" else [f"fsck: {said.strip()}"]


def _remains(lab: Lab, promises: Promises) -> list[str]:
    """Let the bytes of what was deleted be nowhere."""
    return [
        f"deleted and still on {copy.server} ({copy.status}): {sha256_in(copy.address)}"
        for copy in read_everywhere(lab, promises.deleted.values())
        if copy.status != HTTPStatus.NOT_FOUND
    ]


def _split_brain(lab: Lab) -> str:
    nodes = lab.topology.serving("nas")
    volume = ("gluster", "volume", "heal", lab.topology.cluster["volume"])
    _, said = lab.machines[nodes[0].name].attempt(*volume, "info", "split-brain")
    counts = said.count("Number of entries in split-brain: 0")
    return "" if counts == len(nodes) else f"split-brain: {said.strip()}"
