"""The music goes on over every kind of change of page, in Chromium and in Firefox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.listening import goes_on, play, press, start_watching, wait_until
from tests.functional.web.person import PASSWORD
from tests.hearing import HEARD, NOTE_AUDIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.stage import Stage
    from tests.functional.web.person import Person

pytestmark = pytest.mark.browser
# Firefox ESR cannot be made to prefer anything.
_AS_IT_IS: dict[str, Any] = dict.fromkeys(
    ("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null"
)


@pytest.fixture(params=["browser", "firefox"])
def page(request: pytest.FixtureRequest, stage: Stage, ana: Person) -> Iterator[Page]:  # noqa: ARG001 - her tracks
    browser: Browser = request.getfixturevalue(request.param)
    context = browser.new_context(base_url=stage.url, locale="en-GB", **_AS_IT_IS)
    context.add_init_script(NOTE_AUDIO)
    page = context.new_page()
    page.goto("/tracks")
    yield page
    context.close()


def test_the_music_goes_on_over_six_changes_of_page(page: Page) -> None:
    play(page, "Long")
    start_watching(page)

    page.get_by_role("link", name="Long").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Long")
    goes_on(page)
    page.get_by_role("link", name="Log in", exact=True).click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    goes_on(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Long")
    goes_on(page)
    page.go_forward()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    goes_on(page)
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Log in")
    expect(page.get_by_role("link", name="My tracks")).to_be_visible()
    goes_on(page)
    link = page.get_by_role("link", name="Newest")
    link.evaluate("link => { link.href = '/tracks/nothing' }")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("404")
    goes_on(page)

    assert page.evaluate("stops") == []
    assert page.url.endswith("/tracks/nothing")


def test_a_reload_keeps_the_queue_and_goes_on(page: Page) -> None:
    play(page, "Long")
    press(page, "Add to the queue: Two")
    before = page.evaluate(f"{HEARD}.currentTime")

    page.reload()

    wait_until(page, f"{HEARD}?.currentTime > {before}")
    press(page, "Queue")
    assert page.locator(".player-queue li .title").all_text_contents()[-1] == "Two"
    expect(page.locator(".player-title")).to_have_text("Long")
