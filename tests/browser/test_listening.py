"""Hearts, plays, lists that grow and results that change as one types, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from cdpsfy.models import Track, TrackCounts
from cdpsfy.web.services.search import index
from tests.browser.stage import Stage, tone
from tests.hearing import HEARD, NOTE_AUDIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SECONDS = 10
COPIES = 70


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Ana's song, and above it many of hers that nobody can hear."""
    stage = Stage(tmp_path_factory.mktemp("stage"))
    stage.person("Ana").upload_track(tone(SECONDS), "Song.wav")
    with stage._app.registry["database"].writing.begin() as db:
        song = db.scalars(select(Track)).one()
        columns = [column.name for column in Track.__table__.c if column.name != "id"]
        for number in range(COPIES):
            copy = {name: getattr(song, name) for name in columns}
            copy |= {"public_id": f"{number:012}", "key": f"{number}", "form": f"{number}"}
            track = Track(**{**copy, "title": f"Copy {number:02}"})
            db.add(track)
            index.refresh(db, track)
    yield stage
    stage.close()


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    context = browser.new_context(base_url=stage.url, locale="en-GB")
    context.add_init_script(NOTE_AUDIO)
    yield context.new_page()
    context.close()


def wait_until(page: Page, condition: str, seconds: int = 30) -> None:
    """Ask again and again; `wait_for_function` needs eval, which the page's policy forbids."""
    for _ in range(10 * seconds):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def plays(stage: Stage) -> int:
    with stage._app.registry["database"].reading() as db:
        return sum(db.scalars(select(TrackCounts.plays)))


def test_what_is_heard_and_liked_is_kept_while_the_music_plays(page: Page, stage: Stage) -> None:
    cookies = stage.person("Ben").browser.cookies
    page.context.add_cookies(
        [
            {"name": name, "value": value.strip('"'), "url": stage.url}
            for name, value in cookies.items()
        ]
    )
    page.goto("/people")
    page.get_by_role("searchbox").fill("song")
    heart = page.get_by_role("button", name="Like: Song")
    page.get_by_role("button", name="Play: Song").click()
    wait_until(page, f"{HEARD}?.currentTime > 0.2")
    page.evaluate(f"window.firstHeard = {HEARD}")

    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    bar = page.get_by_role("region", name="Player").get_by_role("button", name="Like", exact=True)
    expect(bar).to_have_attribute("aria-pressed", "true")
    assert plays(stage) == 0
    wait_until(page, f"firstHeard.currentTime > {SECONDS / 2 + 0.5} || firstHeard.ended")
    page.get_by_role("link", name="Recently played").click()

    expect(page.locator("main [data-track]")).to_have_count(1)
    assert plays(stage) == 1
    page.get_by_role("link", name="Liked", exact=True).click()
    expect(page.locator("main [data-track]")).to_have_count(1)
    bar.click()
    expect(page.get_by_role("button", name="Like: Song")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("link", name="Recently played").click()
    page.get_by_text("Clear history").click()
    page.get_by_role("button", name="Yes, clear it").click()
    expect(page.get_by_text("Your history is cleared.")).to_be_visible()
    assert page.evaluate(f"audios.indexOf(firstHeard) === audios.indexOf({HEARD} ?? firstHeard)")


def test_a_list_grows_as_one_scrolls_and_is_as_long_on_the_way_back(page: Page) -> None:
    page.goto("/tracks")
    rows = page.locator("main [data-track]")
    expect(rows).to_have_count(50)

    page.mouse.wheel(0, 20_000)
    expect(rows).to_have_count(COPIES + 1)
    expect(page.locator("#said")).to_have_text("More was added to the list.")
    expect(page.locator("main .more")).to_have_count(0)
    expect(page.get_by_role("button", name="Play: Song")).to_have_count(1)
    page.get_by_role("link", name="Copy 03").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy 03")
    page.go_back()

    expect(rows).to_have_count(COPIES + 1)
    expect(page.get_by_role("link", name="Copy 03")).to_be_in_viewport()
    page.get_by_role("link", name="Copy 02").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy 02")


def test_results_follow_what_is_typed_and_one_step_leads_back(page: Page) -> None:
    page.goto("/people")
    field = page.get_by_role("searchbox")
    heading = page.get_by_role("heading", level=1)

    field.press_sequentially("copy 0", delay=250)
    expect(heading).to_contain_text("copy 0")
    expect(page.locator("main [data-track]")).to_have_count(10)
    field.press_sequentially("7", delay=50)
    expect(page.locator("main [data-track]")).to_have_count(1)
    expect(field).to_be_focused()
    assert page.url.endswith("/search?q=copy+07")
    expect(page.locator("#said")).to_contain_text("copy 07")
    field.press("ArrowDown")
    expect(page.get_by_role("link", name="Copy 07")).to_be_focused()
    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("People")
