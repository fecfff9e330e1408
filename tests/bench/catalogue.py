"""A page of 50 rows with 100 and with 100,000 tracks: the statements it issues and its CPU time."""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
from typing import TYPE_CHECKING

from sqlalchemy import event
from webtest import TestApp

from cdpsfy import migrate
from cdpsfy.web import make_app
from tests.bench.rows import add_tracks
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_FEW, _MANY = 100, 100_000
_PAIRS = 20
_REQUESTS = 10


def figures() -> Iterator[str]:
    """Yield the ratio's line."""
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        small, large = _site(few, _FEW), _site(many, _MANY)
        counts = [_statements(site) for site in (small, large)]
        ratios = [_seconds(large) / _seconds(small) for _ in range(_PAIRS)]
    yield (
        f"catalogue page, {_MANY} / {_FEW} tracks, CPU time: median "
        f"{statistics.median(ratios):.2f} of {_PAIRS} pairs, {min(ratios):.2f} to "
        f"{max(ratios):.2f}; statements {counts[1]} / {counts[0]}"
    )


def _site(folder: str, count: int) -> TestApp:
    ini = {
        "cdpsfy.ticket_keys": "bench:a-secret-of-the-benchmarks-and-nothing-else",
        "cdpsfy.tracks_url": "http://localhost",
        "cdpsfy.log_format": "json",
        "sqlalchemy.url": f"sqlite:///{folder}/site.sqlite",
        "alembic.script_location": str(ROOT / "migrations"),
    }
    app = make_app(ini)
    logging.getLogger("cdpsfy.request").setLevel(logging.WARNING)  # a line a request hides ours
    migrate.upgrade(app.registry["database"], ini)
    add_tracks(app.registry["database"], count)
    return TestApp(app)


def _statements(site: TestApp) -> int:
    seen: list[object] = []
    engine = site.app.registry["database"].engine
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    site.get("/tracks", status=200)
    return len(seen)


def _seconds(site: TestApp) -> float:
    before = time.process_time()
    for _ in range(_REQUESTS):
        site.get("/tracks", status=200)
    return time.process_time() - before
