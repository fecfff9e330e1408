"""Searches and lists of 1,000,000 tracks, and of 10,000: the time of a page, by the other's.

With SQLite it is CPU time, which others on the machine do not lengthen; with a server it passes in
the server, and is the clock's.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import insert, literal, select, text
from webtest import TestApp

from cdpsfy import migrate
from cdpsfy.database import open_database
from cdpsfy.models import Like, Track, TrackCounts, User
from cdpsfy.web import make_app
from cdpsfy.web.services import accounts
from tests.bench.figures import Figure, Mark
from tests.bench.names import Vocabulary, add_named_tracks
from tests.database.postgresql import PostgreSQL
from tests.database.server import MariaDB
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cdpsfy.database import Database
    from tests.bench.plan import Plan

_FEW, _MANY = 10_000, 1_000_000
_BEFORE_SEARCH = "0001"
_LIKES = 100
"""By so many at most is a track liked: many are liked by as many."""
_LIKED = "/liked"
_REQUESTS = 10
_PAIRS = 2
"""In a round."""


def figures(folder: Path, plan: Plan, say: Callable[[str], None], system: str) -> Iterator[Figure]:
    """Yield a line of each kind of search, and of each list, in this database system.

    The marks are SQLite's; of the others it is only told.
    """
    if not plan.everything:
        say(f"left out: searches among {_MANY:,} tracks (make bench)")
        return
    vocabulary = Vocabulary()
    seconds = _cpu_seconds if system == "sqlite" else _clock_seconds
    with _database(system, folder, "few") as few, _database(system, folder, "many") as many:
        small = _site(few, _FEW, vocabulary, say)
        large = _site(many, _MANY, vocabulary, say)
        for name, path, bound in _pages(vocabulary):
            ratios = [
                seconds(large, path) / seconds(small, path) for _ in range(_PAIRS * plan.rounds)
            ]
            mark = Mark(bound, at_most=True) if system == "sqlite" else None
            yield Figure(name, f"times that of {_FEW:,}", ratios, mark)


@contextmanager
def _database(system: str, folder: Path, name: str) -> Iterator[str]:
    """Give the address of an empty database, which goes at the end."""
    place = folder / name
    place.mkdir()
    if system == "sqlite":
        yield f"sqlite:///{place}/site.sqlite"
        return
    server = MariaDB(place) if system == "mariadb" else PostgreSQL()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def _pages(vocabulary: Vocabulary) -> Iterator[tuple[str, str, float]]:
    frequent, usual, rare = (vocabulary.words[rank] for rank in (0, 100, 10_000))
    yield f"newest page, {_MANY:,} tracks", "/tracks", 2
    yield "search, the most frequent word", f"/search?q={frequent}", 4
    yield "search, a usual word", f"/search?q={usual}", 4
    yield "search, a rare word", f"/search?q={rare}", 4
    yield "search, a genre", "/search?q=electronic", 4
    yield "search, two frequent words", f"/search?q={frequent}+{vocabulary.words[1]}", 4
    yield "search, the first letter", f"/search?q={frequent[0]}", 4
    yield "search, three letters", f"/search?q={usual[:3]}", 4
    yield "most played", "/most-played", 2
    yield "most liked", "/most-liked", 2
    yield "most liked, further on", f"/most-liked?after={_LIKES // 2}.{_FEW // 2}", 2
    yield "liked by one person, all of them", _LIKED, 2


def _site(url: str, count: int, vocabulary: Vocabulary, say: Callable[[str], None]) -> TestApp:
    ini = {
        "cdpsfy.ticket_keys": "bench:a-secret-of-the-benchmarks-and-nothing-else",
        "cdpsfy.tracks_url": "http://localhost",
        "cdpsfy.log_format": "json",
        "sqlalchemy.url": url,
        "alembic.script_location": str(ROOT / "migrations"),
    }
    # As `cdpsfy init` does: an index of a million takes longer than any page may.
    patient = open_database(ini, patient=True)
    config = migrate._config(ini)
    with patient.engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, _BEFORE_SEARCH)
    add_named_tracks(patient, count, vocabulary)
    start = time.monotonic()
    migrate.upgrade(patient, ini)
    say(f"{count:,} tracks were indexed within {time.monotonic() - start:.0f} s")
    cookie = _like_all(patient)
    _know_the_tables(patient)
    patient.close()
    app = make_app(ini)
    logging.getLogger("cdpsfy.request").setLevel(logging.WARNING)  # a line a request hides ours
    site = TestApp(app)
    site.set_cookie("session", cookie)
    return site


def _know_the_tables(database: Database) -> None:
    """Let PostgreSQL gather what it knows of its tables, as it does by itself within minutes."""
    if database.engine.dialect.name == "postgresql":
        with database.writing.begin() as db:
            db.execute(text("ANALYZE"))


def _like_all(database: Database) -> str:
    """Let one person like and hear everything, and return the cookie of their browser."""
    likes = (1 + Track.id * 7919 % _LIKES).label("likes")
    with database.writing.begin() as db:
        listener = db.get_one(User, 1)
        counts = select(Track.id, likes, likes * 10)
        db.execute(insert(TrackCounts).from_select(["track_id", "likes", "plays"], counts))
        liked = select(literal(1), Track.id, Track.created_at).order_by(Track.id)
        db.execute(insert(Like).from_select(["user_id", "track_id", "liked_at"], liked))
        return accounts.log_in(db, listener, browser="bench", address="")


def _seconds(clock: Callable[[], float], site: TestApp, path: str) -> float:
    visitor = site if path == _LIKED else TestApp(site.app)
    before = clock()
    for _ in range(_REQUESTS):
        visitor.get(path, status=200)
    return clock() - before


_cpu_seconds = partial(_seconds, time.process_time)
_clock_seconds = partial(_seconds, time.perf_counter)
