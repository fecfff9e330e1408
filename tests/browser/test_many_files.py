"""Twenty files at once, chosen or dropped: each with its progress, and told what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.stage import tone
from tests.browser.walk import log_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

COUNT = 20
LINE = 1024 * 1024
"""Bytes that the browser sends in a second, so that one sees progress."""
NOTE_PROGRESS = """() => {
    window.progress = {};
    window.noting = setInterval(() => {
        for (const bar of document.querySelectorAll("#progress progress")) {
            (progress[bar.ariaLabel] ??= []).push(bar.value);
        }
    }, 5);
}"""


@pytest.fixture
def page(browser: Browser, stage: Stage, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Show the upload page to somebody who has never uploaded anything."""
    context = browser.new_context(base_url=stage.url, locale="en-GB")
    log_in(context, stage.person(request.function.__name__[-30:]), stage.url)
    page = context.new_page()
    page.goto("/tracks/new")
    yield page
    context.close()


@pytest.fixture
def songs(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"Song {number:02}.wav" for number in range(COUNT)]
    for number, file in enumerate(files):
        file.write_bytes(tone(2, 200 + number))
    return files


def test_twenty_files_show_their_progress_and_one_that_is_no_music_stops_none(
    page: Page, songs: list[Path]
) -> None:
    songs[7].write_bytes(b"<html>no music</html>" * 20_000)
    line = page.context.new_cdp_session(page)
    conditions = {
        "offline": False,
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": LINE,
    }
    line.send("Network.emulateNetworkConditions", conditions)
    page.evaluate(NOTE_PROGRESS)

    page.get_by_label("Audio files").set_input_files(songs)
    page.get_by_role("button", name="Upload", exact=True).click()

    rows = page.locator("#progress li")
    expect(rows).to_have_count(COUNT)
    expect(rows.get_by_role("link", name="Listen")).to_have_count(COUNT - 1, timeout=60_000)
    expect(rows.nth(7)).to_contain_text("no audio")
    for name, values in page.evaluate("progress").items():
        sent = values[: values.index(max(values)) + 1]
        assert sent == sorted(sent), name
        assert any(0 < value < 1 for value in sent), name
    page.goto("/tracks/mine")
    titles = page.locator("main li[data-track] strong").all_text_contents()
    assert titles == [f"Song {n:02}" for n in reversed(range(COUNT)) if n != 7]


def test_files_may_be_dropped_anywhere_on_the_page(page: Page, songs: list[Path]) -> None:
    beside_the_form = page.get_by_role("heading", level=1).bounding_box()
    assert beside_the_form is not None

    _drop(page, songs[:3], beside_the_form["x"] + 5, beside_the_form["y"] + 5)

    expect(page.get_by_role("link", name="Listen")).to_have_count(3)
    assert page.url.endswith("/tracks/new")
    assert page.locator(".over").count() == 0


def _drop(page: Page, files: list[Path], x: float, y: float) -> None:
    """Drag files from outside of the browser, and let them go."""
    hand = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    for what in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": what, "x": x, "y": y, "data": data})
