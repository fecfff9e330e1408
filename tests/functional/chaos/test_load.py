"""People use a real site while its track service is in trouble, and their ledger tells of it."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.chaos.ledger import Event, Ledger, What, read_ledger
from ops.chaos.load import Crowd, Load
from ops.chaos.promises import read_promises
from tests.deployment import RunningSite

if TYPE_CHECKING:
    from collections.abc import Iterator

CROWD = Crowd(listeners=4, uploaders=1, long_tracks=2, long_track=3_000_000, pause=0.5)
LONGER_THAN_A_PLAYER_WAITS = 7.0


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Event]]:
    """Return the ledger of some seconds of life, with a frozen track service for half of them."""
    folder = tmp_path_factory.mktemp("site")
    site = RunningSite(folder)
    site.start()
    try:
        with Ledger(folder / "ledger") as ledger:
            load = Load(site.url, ledger, seed=3, crowd=CROWD)
            load.prepare()
            load.start()
            time.sleep(3)
            freeze(site)
            time.sleep(3)
            load.stop()
        yield read_ledger(folder / "ledger")
    finally:
        site.stop()


def test_every_play_ends_whole_and_right(events: list[Event]) -> None:
    ends = [event.facts for event in events if event.what is What.PLAY_ENDED]

    assert len(ends) >= CROWD.listeners
    assert [end["problem"] for end in ends] == [""] * len(ends)


def test_the_gap_is_noted_and_not_heard(events: list[Event]) -> None:
    gaps = [event.facts["seconds"] for event in events if event.what is What.GAP]

    assert max(gaps) > LONGER_THAN_A_PLAYER_WAITS / 2
    assert not [event for event in events if event.what is What.SILENCE]


def test_what_was_promised_is_there_once(events: list[Event]) -> None:
    promises = read_promises(events)

    assert promises.kept
    assert promises.deleted
    assert promises.kept.keys() <= promises.listed.keys()
    assert [*promises.lost, *promises.returned, *promises.mistaken, *promises.doubled] == []


def test_everything_that_was_begun_was_acknowledged(events: list[Event]) -> None:
    counts = Counter(event.what for event in events)

    assert counts[What.UPLOAD_ACKNOWLEDGED] == counts[What.UPLOAD_ASKED]
    assert counts[What.DELETE_ACKNOWLEDGED] == counts[What.DELETE_ASKED]


def freeze(site: RunningSite) -> None:
    """Stop the track service's process for a while."""
    pid = track_service(site)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(LONGER_THAN_A_PLAYER_WAITS)
    os.kill(pid, signal.SIGCONT)


def track_service(site: RunningSite) -> int:
    (pid,) = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if (words := _words(folder)) and str(site.ini) in words and "--app-name" in words
    ]
    return pid


def _words(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_text().split("\0")
    except OSError:
        return []
