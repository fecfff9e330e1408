"""64 KiB at the end of a 50 MB track against the same at its start, in CPU time."""

from __future__ import annotations

import io
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from webtest import TestApp

from cdpsfy.settings import TicketKey
from cdpsfy.tickets import TicketSigner
from cdpsfy.tracks import make_app
from storage.filesystem import FilesystemDriver

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRET = "a-secret-of-the-benchmarks-and-nothing-else"
_SIZE = 50_000_000
_LENGTH = 64 * 1024
_PAIRS = 40
_REQUESTS = 20


def figures() -> Iterator[str]:
    """Yield the ratio's line."""
    with tempfile.TemporaryDirectory() as folder:
        driver = FilesystemDriver.from_settings({"path": folder})
        driver.initialise()
        data = io.BytesIO(random.Random(1).randbytes(_SIZE))  # noqa: S311 - any bytes
        key = driver.put(data, "audio/mpeg").key
        ticket = TicketSigner([TicketKey("bench", _SECRET)]).play(key)
        app = _app(Path(folder))
        ratios = [_ratio(app, f"/tracks/{key}?ticket={ticket}") for _ in range(_PAIRS)]
    low, high = min(ratios), max(ratios)
    yield (
        f"64 KiB at the end / at the start of 50 MB, CPU time: median "
        f"{statistics.median(ratios):.2f} (mark 1.25) of {_PAIRS} pairs, {low:.2f} to {high:.2f}"
    )


def _app(folder: Path) -> TestApp:
    return TestApp(
        make_app(
            {
                "cdpsfy.ticket_keys": f"bench:{_SECRET}",
                "cdpsfy.tracks_url": "http://localhost",
                "cdpsfy.log_format": "json",
                "storage.driver": "filesystem",
                "storage.path": str(folder),
            }
        )
    )


def _ratio(app: TestApp, path: str) -> float:
    start = _seconds(app, path, 0)
    return _seconds(app, path, _SIZE - _LENGTH) / start


def _seconds(app: TestApp, path: str, offset: int) -> float:
    headers = {"Range": f"bytes={offset}-{offset + _LENGTH - 1}"}
    before = time.process_time()
    for _ in range(_REQUESTS):
        app.get(path, headers=headers, status=206)
    return time.process_time() - before
