"""Searches among 1,000,000 tracks and among 10,000: the CPU time of the page, one by the other."""

from __future__ import annotations

import logging
import tempfile
import time
from typing import TYPE_CHECKING

from alembic import command
from webtest import TestApp

from cdpsfy import migrate
from cdpsfy.web import make_app
from tests.bench.figures import Figure, Mark
from tests.bench.names import Vocabulary, add_named_tracks
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.bench.plan import Plan

_FEW, _MANY = 10_000, 1_000_000
_BEFORE_SEARCH = "0001"
_REQUESTS = 10
_PAIRS = 2
"""In a round."""


def figures(folder: Path, plan: Plan, say: Callable[[str], None]) -> Iterator[Figure]:
    """Yield a line of each kind of search, and one of the newest tracks."""
    if not plan.everything:
        say(f"left out: searches among {_MANY:,} tracks (make bench)")
        return
    vocabulary = Vocabulary()
    with (
        tempfile.TemporaryDirectory(dir=folder) as few,
        tempfile.TemporaryDirectory(dir=folder) as many,
    ):
        small = _site(few, _FEW, vocabulary, say)
        large = _site(many, _MANY, vocabulary, say)
        for name, path, bound in _pages(vocabulary):
            ratios = [
                _seconds(large, path) / _seconds(small, path) for _ in range(_PAIRS * plan.rounds)
            ]
            yield Figure(name, f"times that of {_FEW:,}", ratios, Mark(bound, at_most=True))


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


def _site(folder: str, count: int, vocabulary: Vocabulary, say: Callable[[str], None]) -> TestApp:
    ini = {
        "cdpsfy.ticket_keys": "bench:a-secret-of-the-benchmarks-and-nothing-else",
        "cdpsfy.tracks_url": "http://localhost",
        "cdpsfy.log_format": "json",
        "sqlalchemy.url": f"sqlite:///{folder}/site.sqlite",
        "alembic.script_location": str(ROOT / "migrations"),
    }
    app = make_app(ini)
    logging.getLogger("cdpsfy.request").setLevel(logging.WARNING)  # a line a request hides ours
    database = app.registry["database"]
    config = migrate._config(ini)
    with database.engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, _BEFORE_SEARCH)
    add_named_tracks(database, count, vocabulary)
    start = time.monotonic()
    migrate.upgrade(database, ini)
    say(f"{count:,} tracks were indexed within {time.monotonic() - start:.0f} s")
    return TestApp(app)


def _seconds(site: TestApp, path: str) -> float:
    before = time.process_time()
    for _ in range(_REQUESTS):
        site.get(path, status=200)
    return time.process_time() - before
