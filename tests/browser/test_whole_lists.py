"""Lists as a whole in Chromium: play all, shuffle, add all, beyond the page that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.listening import wait_until
from tests.browser.stage import Stage, tone
from tests.hearing import HEARD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from tests.functional.web.person import Person

pytestmark = pytest.mark.browser

TITLES = [f"Track {number:02}" for number in range(60, 0, -1)]
"""The newest first; more than a page has."""


@pytest.fixture(scope="module")
def ana(stage: Stage) -> Person:
    ana = stage.person("Ana")
    sound = tone(5)
    for title in reversed(TITLES):
        ana.upload_track(sound, f"{title}.wav")
    return ana


@pytest.fixture
def page(anas_page: Page) -> Page:
    """She sees her own page: fifty of her tracks."""
    anas_page.goto("/people/Ana")
    expect(anas_page.locator("#main [data-track]")).to_have_count(50)
    return anas_page


def queued(page: Page) -> list[str]:
    page.get_by_role("button", name="Queue", exact=True).click()
    return page.locator(".player-queue li .title").all_text_contents()


def test_all_is_played_also_what_the_page_does_not_show(page: Page) -> None:
    page.get_by_role("button", name="Play all").click()

    wait_until(page, f"{HEARD}?.currentTime > 0.2")
    assert queued(page) == TITLES


def test_all_is_shuffled(page: Page) -> None:
    page.locator("#main").get_by_role("button", name="Shuffle").click()

    wait_until(page, f"{HEARD}?.currentTime > 0.2")
    heard = queued(page)
    assert sorted(heard, reverse=True) == TITLES
    assert heard != TITLES


def test_all_is_added_to_a_new_playlist(page: Page) -> None:
    page.get_by_role("link", name="Add all to a playlist").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".hint")).to_have_text("Ana")

    dialog.get_by_label("New playlist").fill("All of mine")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Your playlist is made: All of mine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All of mine")
    expect(page.get_by_text("60 tracks")).to_be_visible()


@pytest.mark.parametrize(
    "fail",
    [lambda route: route.abort(), lambda route: route.fulfill(status=503, body="no")],
    ids=["no answer", "503"],
)
def test_what_the_site_can_give_is_played_and_the_rest_is_told(
    page: Page, fail: Callable[[Route], None]
) -> None:
    page.route("**/people/Ana?after=*", fail)

    page.get_by_role("button", name="Play all").click()

    wait_until(page, f"{HEARD}?.currentTime > 0.2")
    expect(page.locator(".toast")).not_to_be_empty()
    assert queued(page) == TITLES[:50]
