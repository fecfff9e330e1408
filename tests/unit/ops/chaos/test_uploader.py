"""What people wished and did not get is in the ledger, and nobody vanishes in silence."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ops.chaos.ledger import Ledger, What, read_ledger
from ops.chaos.listener import Track
from ops.chaos.load import Crowd, Load
from ops.chaos.person import Person
from ops.chaos.songs import make_song
from ops.chaos.uploader import GaveUp, Uploader
from tests.unit.ops.chaos.troubled import TroubledServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SONG = make_song(1, 1000)


@pytest.fixture
def site() -> Iterator[str]:
    """Give a site that has pages, and no form on them."""
    with TroubledServer(SONG, []) as server:
        yield server.url


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (lambda uploader: uploader.upload(SONG), (What.UPLOAD_ASKED, What.UPLOAD_REFUSED)),
        (
            lambda uploader: uploader.delete(Track("/tracks/1", SONG.sha256)),
            (What.DELETE_ASKED, What.DELETE_REFUSED),
        ),
    ],
)
def test_a_wish_is_in_the_ledger_though_its_form_never_came(
    site: str, tmp_path: Path, wish: Callable[[Uploader], object], said: tuple[What, What]
) -> None:
    no_patience = threading.Event()
    no_patience.set()

    with Ledger(tmp_path / "ledger") as ledger, pytest.raises(GaveUp):
        wish(Uploader(Person(site, "Ana", ledger), ledger, no_patience))

    events = [event for event in read_ledger(tmp_path / "ledger") if event.what is not What.ANSWER]
    assert tuple(event.what for event in events) == said
    assert events[1].facts["reason"] == "no field csrf_token on this page"


def test_what_ends_a_life_before_its_time_ends_the_load(tmp_path: Path) -> None:
    crowd = Crowd(listeners=1, uploaders=0, deleters=0)
    with Ledger(tmp_path / "ledger") as ledger:
        load = Load("http://127.0.0.1:1", ledger, seed=1, crowd=crowd)
        load.start()  # without anything to listen to

        with pytest.raises(IndexError):
            load.stop()
