"""Strangers write markup wherever they may write: Chromium shows it as text, and runs nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.stage import tone
from tests.browser.walk import log_in, pages
from tests.unit.tracks.audio_samples import id3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.stage import Stage
    from tests.functional.web.person import Person

pytestmark = pytest.mark.browser

NAME = "'\"><img src=x onerror=attack(1)>"
"""As a name, of at most 40 characters."""
TEXT = "'\"></a></title></textarea><script>attack(2)</script><img src=x onerror=attack(3)>{{7*7}}"
"""As any other text, of at most 100."""
FILE = "<img src=x onerror=attack(4)>.wav"
LINK = "javascript:attack(5)//"
TAGS = (b"TIT2", b"TPE1", b"TALB", b"TCON")
NO_PAGES = ("/healthz", "/readyz", "/metrics", "/static/site.css")
ADDRESSES = (
    f"/search?q={quote(TEXT)}",
    f"/search?q={quote(LINK)}",
    f"/search?q=x&after={quote(TEXT)}",
    f"/tracks?after={quote(TEXT)}",
    f"/artists?after={quote(TEXT)}",
    f"/artists/{quote(TEXT, safe='')}",
    f"/people/{quote(TEXT, safe='')}",
    f"/tracks/{quote(TEXT, safe='')}",
    f"/{quote(TEXT)}",
    f"/login?next={quote(LINK)}",
)
MOST = 80
"""Pages."""

WATCH = """
    window.alert = attack;
    addEventListener("securitypolicyviolation", (event) => attack(`policy: ${event.blockedURI}`));
"""
INJECTED = """() => [...document.querySelectorAll(
    "img[src=x], [onerror], [onload], [onclick], a[href^='javascript:'], body script:not([src])"
)].map((element) => element.outerHTML)"""
SHOWN = """() => [
    document.title,
    document.body.textContent,
    ...[...document.querySelectorAll("input, textarea")].map((field) => field.value),
    ...[...document.querySelectorAll("[aria-label]")].map((element) => element.ariaLabel),
].join("\\n")"""
FORMS = """() => {
    const types = ["text", "search", "url", "textarea"];
    window.textFields = (form) => [...form.elements].filter(({ type }) => types.includes(type));
    return [...document.forms].map((form) => textFields(form).map((field) => field.name));
}"""
SEND = """([number, text]) => {
    for (const field of textFields(document.forms[number])) field.value = text;
    // As a browser without JavaScript would, and without asking whether the text may be sent.
    setTimeout(() => document.forms[number].submit());
}"""


@pytest.fixture(scope="module")
def eve(stage: Stage) -> Person:
    """She writes it into her name, into the tags of a file, and into the name of another."""
    eve = stage.person(NAME)
    demo = files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()
    frames = demo[demo.index(b"\xff\xfb") :]
    eve.upload_track(id3(500, b"".join(map(_tag, TAGS))) + frames, "tagged.mp3")
    eve.upload_track(tone(1), FILE)
    return eve


def _tag(name: bytes) -> bytes:
    """Return a frame of ID3v2.4 in UTF-8."""
    return name + (len(TEXT) + 1).to_bytes(4, "big") + b"\0\0\x03" + TEXT.encode()


@pytest.fixture
def attacks() -> list[str]:
    """Hold what ran, and what only the policy kept from running."""
    return []


@pytest.fixture
def page(browser: Browser, stage: Stage, eve: Person, attacks: list[str]) -> Iterator[Page]:
    context = browser.new_context(base_url=stage.url, locale="en-GB")
    log_in(context, eve, stage.url)
    context.expose_function("attack", lambda what: attacks.append(str(what)))
    context.add_init_script(WATCH)
    page = context.new_page()
    yield page
    context.close()


def test_what_people_wrote_runs_on_no_page(page: Page, attacks: list[str]) -> None:
    shown = ""
    for address in pages(page):
        assert page.evaluate(INJECTED) == [], address
        shown += page.evaluate(SHOWN)

    assert attacks == []
    assert all(text in shown for text in (NAME, TEXT, FILE.removesuffix(".wav")))


def test_every_text_field_of_every_form_is_for_text(page: Page, attacks: list[str]) -> None:
    known: set[tuple[str, ...]] = set()
    for address in pages(page):
        for number, fields in enumerate(map(tuple, page.evaluate(FORMS))):
            if fields and fields not in known:
                known.add(fields)
                page.goto(address)
                _send(page, number)

                assert TEXT in page.evaluate(SHOWN), (address, fields)
                assert page.evaluate(INJECTED) == [], (address, fields)

    assert attacks == []
    assert {("q",), ("username",), ("title", "artist", "album", "genre")} <= known


def _send(page: Page, number: int) -> None:
    """Write into all text fields of a form, and send it, whatever it says of what it takes."""
    with page.expect_navigation():
        page.evaluate(FORMS)
        page.evaluate(SEND, [number, TEXT])


def test_what_is_written_into_an_address_runs_on_no_page(page: Page, attacks: list[str]) -> None:
    for address in ADDRESSES:
        page.goto(address)

        assert page.evaluate(INJECTED) == [], address
    assert attacks == []


def test_the_player_shows_titles_as_text(page: Page, attacks: list[str]) -> None:
    page.goto("/tracks")
    for button in page.get_by_role("button", name="Add to the queue").all():
        button.click()
    page.get_by_role("button", name=f"Play: {TEXT}").first.click()
    page.get_by_role("button", name="Queue", exact=True).click()

    expect(page.locator(".player-title")).to_have_text(TEXT)
    expect(page.locator(".player-queue li").filter(has_text="onerror")).not_to_have_count(0)
    assert page.evaluate(INJECTED) == []
    assert attacks == []


def test_the_upload_page_shows_file_names_as_text(page: Page, attacks: list[str]) -> None:
    page.goto("/tracks/new")
    good = {"name": FILE, "mimeType": "audio/wav", "buffer": tone(1, 300)}
    bad = {"name": f"bad {FILE}", "mimeType": "audio/wav", "buffer": b"<script>attack(6)</script>"}
    page.get_by_label("Audio files").set_input_files([good, bad])  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload", exact=True).click()

    expect(page.get_by_role("link", name="Listen")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text(f"bad {FILE}")
    assert page.evaluate(INJECTED) == []
    assert attacks == []
