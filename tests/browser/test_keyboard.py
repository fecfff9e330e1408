"""All of it without a mouse: sign up, upload, find, play, log out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.stage import tone
from tests.functional.web.person import PASSWORD
from tests.hearing import HEARD, NOTE_AUDIO

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

MOST = 60
"""How often somebody presses Tab before giving up."""
FOCUSED = """() => {
    const element = document.activeElement;
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const label = element.labels?.[0];
    return {
        name: element.ariaLabel ?? (label ?? element).textContent.trim(),
        visible: element.contains(top) || label?.contains(top) || top?.contains(element),
        marked: outlineStyle !== "none" && outlineWidth !== "0px",
    };
}"""


def _go_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so; it is seen wherever it is."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["visible"], f"under something else: {focused['name']}"
        assert focused["marked"], f"not seen to have the focus: {focused['name']}"
        if focused["name"] == name:
            return
    raise AssertionError(f"Tab does not lead to {name}")


def _fill(page: Page, name: str, text: str) -> None:
    _go_to(page, name)
    page.keyboard.type(text)


def _press(page: Page, name: str) -> None:
    _go_to(page, name)
    page.keyboard.press("Enter")


def test_everything_is_done_by_keyboard(browser: Browser, stage: Stage, tmp_path: Path) -> None:
    context = browser.new_context(base_url=stage.url, locale="en-GB")
    context.add_init_script(NOTE_AUDIO)
    page = context.new_page()
    page.goto("/")

    _press(page, "Sign up")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign up")
    _fill(page, "Name", "Kay")
    _fill(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Welcome!")).to_be_visible()

    song = tmp_path / "Nocturne.wav"
    song.write_bytes(tone(5))
    page.once("filechooser", lambda chooser: chooser.set_files(song))
    _press(page, "Audio files")
    expect(page.get_by_label("Audio files")).to_have_value(re.compile(r"Nocturne\.wav$"))
    _press(page, "Upload")
    expect(page.get_by_role("link", name="Listen")).to_be_visible()

    page.goto("/")
    _fill(page, "Search", "noct")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Results for")).to_be_visible()
    _press(page, "Play: Nocturne")
    expect(page.locator(".player-title")).to_have_text("Nocturne")
    for _ in range(100):
        if page.evaluate(f"{HEARD}?.currentTime > 0.2"):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(f"{HEARD}?.currentTime > 0.2")

    page.goto("/")
    _press(page, "Kay")
    _press(page, "Log out")
    expect(page.get_by_role("status").filter(has_text="logged out")).to_be_visible()
    context.close()
