"""One sees a track before it is heard, and goes to any place in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LONG
from tests.browser.listening import play, press, wait_until
from tests.hearing import HEARD, NOTE_AUDIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.stage import Stage
    from tests.functional.web.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, stage: Stage, ana: Person) -> Iterator[Page]:  # noqa: ARG001 - her tracks
    stage.draw_waveforms()
    context = browser.new_context(base_url=stage.url, locale="en-GB")
    context.add_init_script(NOTE_AUDIO)
    page = context.new_page()
    page.goto("/tracks")
    yield page
    context.close()


def point_at(slider: Locator, part: float) -> None:
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": part * box["width"], "y": box["height"] / 2})


def test_the_bar_shows_the_waveform_and_goes_where_one_points(page: Page) -> None:
    play(page, "Long")
    expect(page.locator(".player .drawn path").first).to_have_attribute("d", re.compile("^M.*v127"))
    slider = page.get_by_role("slider", name="Position")

    point_at(slider, 0.5)

    wait_until(page, f"Math.abs({HEARD}?.currentTime - {LONG / 2}) < 5")
    played = "getComputedStyle(document.querySelector('.player-seek')).getPropertyValue('--played')"
    assert 45 < float(page.evaluate(played).strip("%")) < 55


def test_all_keys_of_a_slider_move_it(page: Page) -> None:
    play(page, "Long")
    press(page, "Pause")
    slider = page.get_by_role("slider", name="Position")
    places = []

    for key in ("Home", "ArrowRight", "PageUp", "ArrowLeft", "PageDown"):
        slider.press(key)
        places.append(round(float(slider.input_value())))

    assert places == [0, 5, 5 + LONG // 10, LONG // 10, 0]
    expect(slider).to_have_attribute("aria-valuetext", "0:00 of 4:00")


def test_a_tracks_page_plays_it_from_where_one_points(page: Page) -> None:
    page.get_by_role("link", name="Long").first.click()
    slider = page.get_by_role("slider", name="Position: Long")

    point_at(slider, 0.25)

    wait_until(page, f"Math.abs({HEARD}?.currentTime - {LONG / 4}) < 6")
    expect(page.locator(".player-title")).to_have_text("Long")
    slider.press("ArrowRight")
    wait_until(page, f"{HEARD}?.currentTime > {LONG / 4 + 3}")


def test_the_next_track_has_its_own_waveform(page: Page) -> None:
    play(page, "One")
    shown = page.locator(".player .drawn path").first
    expect(shown).to_have_attribute("d", re.compile("v127"))

    with page.expect_response("**/peaks"):
        press(page, "Next track")

    expect(page.locator(".player-title")).to_have_text("Two")
    expect(shown).to_have_attribute("d", re.compile("v127"))


def test_a_link_to_a_moment_begins_there(page: Page) -> None:
    page.get_by_role("link", name="Long").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Long")
    page.evaluate("document.querySelector('.play').dataset.start = '90'")

    press(page, "Play")

    wait_until(page, f"{HEARD}?.currentTime > 90")
