"""The switches and the sheet that script makes smooth: nothing of them stops the music."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("stage"))
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def track(stage: Stage) -> str:
    return stage.person("Ana").upload_track(tone(120), "Long.wav")


@pytest.fixture
def context(browser: Browser, stage: Stage) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=stage.url,
        locale="en-GB",
        color_scheme="light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield context
    context.close()


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_the_theme_changes_without_a_new_page(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/tracks")
    light = ground(page)
    page.evaluate("window.stays = true")

    page.get_by_role("button", name="Dark", exact=True).click()

    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert ground(page) != light
    assert page.evaluate("window.stays")
    page.reload()
    assert ground(page) != light


def test_a_link_to_a_moment_plays_from_there(context: BrowserContext, track: str) -> None:
    page = context.new_page()
    page.goto(f"{track}?t=1m12s")

    page.get_by_role("button", name="Play from 1:12").click()

    expect(page.locator(".player-seek time").first).to_have_text("1:12")


def test_the_moment_that_is_heard_can_be_copied(
    context: BrowserContext, stage: Stage, track: str
) -> None:
    page = context.new_page()
    page.goto(f"{track}?t=72")
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Start at 1:12").check()

    page.get_by_role("button", name="Copy link").click()

    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{stage.url}{track}?t=72"
