"""Every page of the site, as the table of permissions names them, in a real Chromium.

Each is met in both languages and both themes, at a desk and on the smallest phone: axe finds none
of what WCAG 2.2 AA forbids, the browser nothing against the policy, and nothing scrolls sideways.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.functional.web.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("en-GB", 1280), ("es-ES", 320)]
"""Language, and the width of the window [CSS pixels]; WCAG 1.4.10 wants 320 to be enough."""
NOTE_VIOLATIONS = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass(frozen=True)
class Served:
    """The site of the table, and where browsers reach it."""

    scene: Scene
    url: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    song = files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()
    scene = Scene(tmp_path_factory.mktemp("scene"), song)
    server = waitress.create_server(scene.app, host="127.0.0.1", port=0, threads=8)

    def serve() -> None:
        # Its sockets may be closed as it waits for them.
        with suppress(OSError):
            server.run()

    threading.Thread(target=serve, daemon=True).start()
    yield Served(scene, f"http://127.0.0.1:{server.effective_port}")
    server.close()
    scene.close()


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def context(
    request: pytest.FixtureRequest, browser: Browser, served: Served
) -> Iterator[BrowserContext]:
    language, width = request.param
    context = browser.new_context(
        base_url=served.url,
        locale=language,
        # So high that nothing lies half below the bars at the foot: axe takes it for too small.
        viewport={"width": width, "height": 2400},
        reduced_motion="reduce",  # a colour on its way to another is no colour to judge
    )
    context.add_init_script(NOTE_VIOLATIONS)
    yield context
    context.close()


def become(context: BrowserContext, served: Served, role: str) -> None:
    context.clear_cookies()
    name, _, value = served.scene.cast.cookies[role].partition("=")
    if value:
        context.add_cookies([{"name": name, "value": value, "url": served.url}])


def complaints(page: Page) -> list[str]:
    """Return all that anybody has against a page as it is now, in both themes."""
    page.emulate_media(color_scheme="light")
    found = against_rules(page, RULES)
    page.emulate_media(color_scheme="dark")
    found += against_rules(page, ["color-contrast"])
    found += page.evaluate("window.violations")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("it scrolls sideways")
    return [f"{page.url}: {complaint}" for complaint in found]


def against_rules(page: Page, rules: list[str]) -> list[str]:
    results = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['html']} ({node['failureSummary']})"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def test_nobody_has_anything_against_any_page(context: BrowserContext, served: Served) -> None:
    page = context.new_page()
    found = []
    for role, address in [*served.scene.pages(), ("anonymous", "/nothing/here")]:
        become(context, served, role)
        page.goto(address)
        expect(page.locator("html")).to_have_class("scripted", timeout=30_000)
        found += complaints(page)

    assert found == []


def test_nor_against_what_opens_on_a_page(context: BrowserContext, served: Served) -> None:
    become(context, served, "owner")
    page = context.new_page()
    page.goto(served.scene.address("/tracks/{track}", "owner", "public"))
    found = []
    page.locator(".play [data-queue=now]").click()
    found += complaints(page)
    for opener, shut in (
        (page.locator("[popovertarget=person-menu]"), page.locator("#person-menu")),
        (page.locator("[popovertarget=share]").first, page.locator("#share")),
        (page.locator("[data-do=help]"), page.locator(".player-help")),
        (page.locator("[data-do=queue]"), page.locator(".player-queue")),
    ):
        opener.focus()
        page.keyboard.press("Enter")
        expect(shut).to_be_visible()
        found += complaints(page)
        page.keyboard.press("Escape")
        expect(shut).to_be_hidden()
        expect(opener).to_be_focused()

    assert found == []
