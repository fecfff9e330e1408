"""Covers in a real browser: the page's policy lets them in, and they are pictures."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_the_whole_job import sign_up
from tests.unit.pictures.samples import JPEG

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_cover_is_sent_seen_changed_and_removed(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    picture = {"name": "cover.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    sign_up(page, "Carmen")
    page.goto("/tracks/new")
    with as_file(files("cdpsfy.demo").joinpath("tracks", "09-eight-bits-to-cadiz.wav")) as song:
        page.get_by_label("Audio files").set_input_files(song)
        page.get_by_label("Cover (if you like)").set_input_files(picture)  # type: ignore[arg-type]
        page.get_by_role("button", name="Upload", exact=True).click()
        page.get_by_role("link", name="Listen").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Cádiz")
    shown = page.locator("article .cover img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.get_by_role("link", name="Edit details").click()
    page.get_by_label("Picture").set_input_files(picture)  # type: ignore[arg-type]
    page.get_by_role("button", name="Change cover").click()
    expect(page.get_by_role("status").first).to_contain_text("The cover is changed.")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.get_by_role("link", name="Edit details").click()
    page.get_by_role("button", name="Remove cover").click()

    expect(page.get_by_role("status").first).to_contain_text("The cover is removed.")
    expect(shown).to_have_count(0)
    drawn = page.locator("article .cover").evaluate(
        "cover => getComputedStyle(cover, '::before').backgroundImage"
    )
    assert "gradient" in drawn
    assert complaints == []
