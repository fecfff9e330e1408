"""Each machine is in trouble once while people use the site: they do not notice.

And the judge who finds nothing wrong then finds what is.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ops.chaos.figures import by_machine
from ops.chaos.ledger import Event, What, read_ledger
from ops.chaos.marks import missed
from ops.chaos.people import AUTHORITY, people, site_address
from ops.chaos.promises import sha256_in
from ops.chaos.report import summary
from ops.chaos.run import run
from ops.chaos.sequence import each_machine_once
from ops.chaos.verdict import judge
from ops.chaos.whole import await_whole
from ops.lab.machine import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.lab import Lab

SEED = 4
NOWHERE = "/tracks/nowhere"
_PYTHON = str(ROOT / ".venv/bin/python")
_SETTLED = 60.0
"""Seconds for what is on its way to be gone: the grace period of the lab, and a round."""
_DELETE_BYTES = """
import sys
from pathlib import Path
from cdpsfy.deployment import Deployment
Deployment(Path("/etc/cdpsfy/site.ini")).track_service().delete(sys.argv[1])
"""
_DELETE_TRACK = f"""
import sys, tempfile
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from ops.chaos.ledger import Ledger
from ops.chaos.person import Person
site, ca, owner, track = sys.argv[1:]
with Ledger(Path(tempfile.mkdtemp(), "ledger")) as ledger:
    person = Person(site, owner, ledger, ca)
    person.sign_up()
    person.delete(track)
"""


@pytest.mark.timeout(1800)
def test_nothing_is_lost_and_the_music_goes_on_whatever_one_machine_does(lab: Lab) -> None:
    folder = ROOT / "var/chaos" / time.strftime("test-%Y-%m-%d-%H%M%S")
    faults = each_machine_once(lab.topology, SEED)

    events, verdict = run(lab, faults, folder, seed=SEED, say=print)

    figures = by_machine(events)
    problems = missed(lab.topology, events, verdict)
    print(summary(lab.topology, figures, verdict, problems))  # noqa: T201 - shown when it fails
    assert problems == []


@pytest.mark.timeout(900)
def test_the_judge_names_what_is_lost_and_what_is_left_over_and_nothing_else(
    lab: Lab, forget: Callable[[Event], None]
) -> None:
    await_whole(lab)
    events = _some_peace(lab)
    lost, left = _uploaded_last(events)
    forget(lost)
    key, (lost_digest, left_digest) = _key(lost), (_digest(lost), _digest(left))
    lab.machines["web1"].run(_PYTHON, "-c", _DELETE_BYTES, key)
    never = Event(events[-1].at, What.UPLOAD_ACKNOWLEDGED, {"track": NOWHERE, "sha256": "0"})

    verdict = judge(lab, [*events, never, *_deletion_that_was_none(left)], _SETTLED)

    servers = [machine.name for machine in lab.topology.serving("tracks")]
    assert sorted(verdict.problems) == sorted(
        [
            f"lost: {NOWHERE}",
            f"fsck: row without bytes: {key}\n1 row without bytes",
            *(f"answer 404 of {server}: {lost_digest}" for server in servers),
            f"deleted and there again: {left.facts['track']}",
            *(f"deleted and still on {server} (200): {left_digest}" for server in servers),
        ]
    )


@pytest.fixture
def forget(lab: Lab) -> Iterator[Callable[[Event], None]]:
    """Give what lets a track's owner delete it at the end, so that no other test misses it."""
    spoilt: list[Event] = []
    yield spoilt.append
    for track in spoilt:
        who = (site_address(lab.topology), AUTHORITY, track.facts["owner"], track.facts["track"])
        lab.machines["c1"].run(_PYTHON, "-c", _DELETE_TRACK, *who)


def _some_peace(lab: Lab) -> list[Event]:
    """Return the ledger of people who upload and listen while nothing happens."""
    folder = ROOT / "var/chaos" / time.strftime("test-%Y-%m-%d-%H%M%S")
    folder.mkdir(parents=True)
    with people(lab, folder / "people.jsonl", SEED + 1):
        pass
    return read_ledger(folder / "people.jsonl")


def _uploaded_last(events: list[Event]) -> list[Event]:
    """Return where two tracks are that nobody listened to: no server has them in its memory."""
    uploaded = [event.facts["track"] for event in events if event.what is What.UPLOAD_ACKNOWLEDGED]
    listed = {event.facts["track"]: event for event in events if event.what is What.LISTED}
    return [listed[track] for track in uploaded[-2:]]


def _deletion_that_was_none(track: Event) -> list[Event]:
    return [
        Event(track.at, what, track.facts) for what in (What.DELETE_ASKED, What.DELETE_ACKNOWLEDGED)
    ]


def _digest(track: Event) -> str:
    return sha256_in(track.facts["address"])


def _key(track: Event) -> str:
    return str(track.facts["address"].partition("?")[0].rpartition("/")[2])
