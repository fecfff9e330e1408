"""A page of a list reads the rows that it shows, however many others there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from cdpsfy import migrate
from cdpsfy.database import open_database
from cdpsfy.models import TrackCounts, User
from cdpsfy.web.services import catalogue, popularity
from tests.bench.names import Vocabulary, add_named_tracks
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from cdpsfy.database import Database

pytestmark = pytest.mark.database

TRACKS = 2_000
LISTS: dict[str, Callable[[Session], object]] = {
    "newest": catalogue.newest,
    "older": lambda db: catalogue.newest(db, after=TRACKS // 2),
    "of a person": lambda db: catalogue.of_owner(db, db.get_one(User, 1)),
    "most played": popularity.most_played,
    "most liked": popularity.most_liked,
}
BOUND = 8 * catalogue.PAGE
"""Rows, of all tables together; who walks through a list reads ten times as many, or more."""


@pytest.fixture
def database(mariadb: str) -> Iterator[Database]:
    ini = {"sqlalchemy.url": mariadb, "alembic.script_location": str(ROOT / "migrations")}
    database = open_database(ini, patient=True)
    migrate.upgrade(database, ini)
    add_named_tracks(database, TRACKS, Vocabulary())
    with database.writing.begin() as db:
        tracks = db.scalars(text("SELECT id FROM tracks"))
        db.add_all(TrackCounts(track_id=track, plays=1 + track % 7, likes=1) for track in tracks)
        db.execute(text("ANALYZE TABLE tracks, users, track_counts"))
    yield database
    migrate.downgrade(database, ini)
    database.close()


def _rows_read(db: Session, show: Callable[[Session], object]) -> int:
    db.execute(text("FLUSH LOCAL STATUS"))
    show(db)
    counts = db.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'")).all()
    return sum(int(count) for _, count in counts)


def test_mariadb_reads_what_a_page_shows(database: Database) -> None:
    with database.reading() as db:
        read = {name: _rows_read(db, show) for name, show in LISTS.items()}

    assert {name: rows for name, rows in read.items() if not 0 < rows < BOUND} == {}
