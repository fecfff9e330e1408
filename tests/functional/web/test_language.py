"""Spanish and English, by the browser's wish or by the switch; no sentence is missing."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from webtest import TestApp

from tests.functional.web.conftest import ROOT

if TYPE_CHECKING:
    from webtest import TestResponse

    from tests.functional.web.person import Person
    from tests.functional.web.scene import Scene

WEB = ROOT / "cdpsfy" / "web"
NAME = re.compile(
    r"html|CDPSfy|M3U8|XSPF|English|Español|owner|editor|listener|song|list|"
    r"(public|unlisted|private|deleted|gone)[a-z]+"
)
"""What is the same in every language: of the site, of people, of their tracks."""


@pytest.mark.parametrize(("wish", "language"), [("es-MX", "es"), ("en-GB", "en"), ("fr", "en")])
def test_the_browsers_language_is_spoken(visitor: Person, wish: str, language: str) -> None:
    page = visitor.browser.get("/", headers={"Accept-Language": wish})

    page.mustcontain(f'<html lang="{language}">')


def test_the_switch_is_remembered(visitor: Person) -> None:
    answer = visitor.post(
        "/language", {"language": "es"}, headers={"Referer": "http://localhost:80/tracks"}
    )

    assert answer.status_int == 303
    visitor.browser.get("/tracks").mustcontain('<html lang="es">', "Novedades")


def test_the_switch_leads_nowhere_else(visitor: Person) -> None:
    answer = visitor.post(
        "/language", {"language": "es"}, headers={"Referer": "http://evil.example//x"}
    )

    assert answer.location == "http://localhost/"


def test_a_refusal_gives_its_reason_in_spanish(ana: Person) -> None:
    ana.browser.extra_environ["HTTP_ACCEPT_LANGUAGE"] = "es"

    ana.upload(b"<html><body>", status=415).mustcontain("Esto es una página web (HTML), no audio.")


@pytest.mark.parametrize(
    ("language", "complaint"),
    [
        ("es", "Una contraseña tiene de 12 a 128 caracteres."),
        ("en", "A password has 12 to 128 characters."),
    ],
)
def test_a_complaint_tells_the_bounds(visitor: Person, language: str, complaint: str) -> None:
    visitor.browser.extra_environ["HTTP_ACCEPT_LANGUAGE"] = language

    page = visitor.post("/signup", {"username": "Eve", "password": "short"}, status=422)

    page.mustcontain(f"<li>{complaint}</li>")


def test_every_sentence_is_translated() -> None:
    po = (WEB / "locale" / "es" / "LC_MESSAGES" / "cdpsfy.po").read_bytes()
    translated = {message.id for message in read_po(BytesIO(po)) if all(message.string or [""])}
    methods = [("**.py", "python"), ("**.jinja2", "jinja2")]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}

    used = {message for _, _, message, _, _ in extract_from_dir(WEB, methods, keywords=keywords)}

    assert used <= translated


def test_no_page_says_the_same_in_both_languages(scene: Scene) -> None:
    """What was never marked for translation is found by where it shows."""
    site = TestApp(scene.app)
    found = []
    for role, address in scene.pages():
        cookie = scene.cast.cookies[role]
        english, spanish = (
            _said(site.get(address, headers={"Cookie": f"language={name}; {cookie}"}))
            for name in ("en", "es")
        )
        found += [(address, text) for text in english & spanish if not NAME.fullmatch(text)]

    assert found == []


def test_scripts_have_no_sentences_of_their_own() -> None:
    for script in (WEB / "static").rglob("*.js"):
        if script.parent.name != "vendor":
            code = re.sub(r"^\s*//.*$|// .*$", "", script.read_text("utf-8"), flags=re.MULTILINE)

            assert re.findall(r"""["`][A-Z][a-z]+ [a-z][^"`]*["`]""", code) == [], script.name


def _said(page: TestResponse) -> set[str]:
    """Return what a page shows, and what it tells to scripts and screen readers, if in words."""
    tags = page.html.find_all()
    texts = [
        str(tag.get(name, "")) for tag in tags for name in ("aria-label", "title", "placeholder")
    ]
    texts += [
        value
        for tag in tags
        for name, value in tag.attrs.items()
        if name.startswith("data-") and " " in value
    ]
    texts += [tag["content"] for tag in page.html.find_all("meta", {"name": "description"})]
    texts += page.html.find_all(string=True)
    parts = [part.strip() for text in texts for part in re.split(r"\N{EN DASH}|: |{\w+}", text)]
    return {part for part in parts if re.search(r"[^\W\d_]{3}", part)}
