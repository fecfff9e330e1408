"""A phone of 390 by 844 pixels: nothing scrolls sideways, and a thumb reaches everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.stage import tone
from tests.browser.walk import log_in, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 390, 844
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
"""Nowhere to break it."""
SMALLEST = 24
"""CSS pixels of a target (WCAG 2.2, 2.5.8); links within a text may be smaller."""
SCROLLED = "document.documentElement.scrollWidth"
UNREACHED = """(smallest) => {
    const visible = (element) => element.checkVisibility({ visibilityProperty: true })
        && !element.closest(".skip") && element.getBoundingClientRect().width > 1;
    const targets = [...document.querySelectorAll("a, button, input, select, textarea, summary")];
    return targets.filter(visible).filter((element) => {
        element.scrollIntoView({ block: "center", behavior: "instant" });
        const [{ x, y, width, height }] = element.getClientRects();  // a link may have two lines
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        const small = width < smallest || height < smallest;
        const inText = element.localName === "a" && getComputedStyle(element).display === "inline";
        const wrapped = element.closest("label") ?? element;
        return !(wrapped.contains(top) || element.labels?.[0]?.contains(top)) || (small && !inText);
    }).map((element) => element.outerHTML.slice(0, 200));
}"""


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    """Show a page to somebody with long names for everything, and a track in the player."""
    person = stage.person("w" * 40)
    details = {"title": LONG, "artist": LONG, "album": LONG, "genre": LONG, "year": "1999"}
    for _ in range(3):
        person.post(f"{person.upload_track(tone(5), 'Song.wav')}/edit", details, status=303)
    context = browser.new_context(
        base_url=stage.url,
        locale="es-ES",
        viewport={"width": WIDTH, "height": HEIGHT},
        has_touch=True,
        is_mobile=True,
    )
    log_in(context, person, stage.url)
    page = context.new_page()
    page.goto("/tracks")
    page.locator("[data-queue=now]").first.tap()
    expect(page.locator(".player-title")).to_have_text(LONG)
    yield page
    context.close()


def test_no_page_scrolls_sideways_and_a_thumb_reaches_everything_beside_the_player(
    page: Page,
) -> None:
    for address in pages(page):
        expect(page.locator(".player:visible"), address).to_be_visible()
        assert page.evaluate(SCROLLED) <= WIDTH, address
        assert page.evaluate(UNREACHED, SMALLEST) == [], address
