"""Real browsers before a real deployment, and before a stage on which all may happen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, tone
from tests.components import CHROMIUM, require_program
from tests.deployment import RunningSite
from tests.functional.web.person import PASSWORD
from tests.hearing import NOTE_AUDIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Playwright

    from tests.functional.web.person import Person


LONG, SHORT = 240, 6
"""Seconds. The long one is more than a browser fetches ahead."""


# For a module each: one that waits until the end of all tests keeps a processor busy.
@pytest.fixture(scope="module")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    browser = chromium.launch(executable_path=require_program("chromium"), args=CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.firefox.launch(
        channel="moz-firefox",  # Debian's, by WebDriver BiDi, and not one that was patched
        executable_path=require_program("firefox-esr"),
        firefox_user_prefs={"media.autoplay.default": 0},
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    site = RunningSite(tmp_path_factory.mktemp("site"))
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("stage"))
    yield stage
    stage.close()


@pytest.fixture
def page(browser: Browser, site: RunningSite) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def ana(stage: Stage) -> Person:
    """She has one long track and three short ones; the newest is first on pages."""
    ana = stage.person("Ana")
    for number, name in enumerate(("Three", "Two", "One"), 1):
        ana.upload_track(tone(SHORT, 200 * number), f"{name}.wav")
    ana.upload_track(tone(LONG), "Long.wav")
    return ana


@pytest.fixture
def context(browser: Browser, stage: Stage, ana: Person) -> Iterator[BrowserContext]:  # noqa: ARG001 - her tracks
    context = browser.new_context(base_url=stage.url, locale="en-GB")
    context.add_init_script(NOTE_AUDIO)
    yield context
    context.close()


@pytest.fixture
def anas_page(context: BrowserContext) -> Page:
    """Ana has logged in and looks at what is new."""
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Newest")).to_be_visible()
    return page
