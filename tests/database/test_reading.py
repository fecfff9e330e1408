"""A page of a list reads the rows that it shows, however many others there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from cdpsfy import migrate
from cdpsfy.database import open_database
from cdpsfy.models import User
from cdpsfy.web.services import catalogue, likes, popularity
from cdpsfy.web.services.search import browsing
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
    "liked by somebody": lambda db: likes.liked(db, db.get_one(User, 1)),
    "of a genre": lambda db: browsing.tracks_of(db, "genre", "rock"),
    "genres": lambda db: browsing.names(db, "genre"),
    "artists": lambda db: browsing.names(db, "artist"),
    "albums, further on": lambda db: browsing.names(db, "album", after="s"),
    "people": browsing.people,
}
ROWS = [
    "INSERT INTO track_counts (track_id, plays, likes) SELECT id, 1 + id % 7, 1 FROM tracks",
    "INSERT INTO likes (user_id, track_id, liked_at) SELECT 1, id, created_at FROM tracks LIMIT 99",
    "INSERT INTO facets SELECT 'artist', LOWER(artist), id FROM tracks",
    "INSERT INTO facets SELECT 'album', LOWER(album), id FROM tracks",
    "INSERT INTO facets SELECT 'genre', LOWER(genre), id FROM tracks",
    "ANALYZE TABLE tracks, users, track_counts, likes, facets",
]
BOUND = 10 * catalogue.PAGE
"""Rows, of all tables together; who walks through a list reads four times as many, or more."""


@pytest.fixture
def database(mariadb: str) -> Iterator[Database]:
    ini = {"sqlalchemy.url": mariadb, "alembic.script_location": str(ROOT / "migrations")}
    database = open_database(ini, patient=True)
    migrate.upgrade(database, ini)
    add_named_tracks(database, TRACKS, Vocabulary())
    with database.writing.begin() as db:
        for statement in ROWS:
            db.execute(text(statement))
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
