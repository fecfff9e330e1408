"""Spanish and English, by the browser's wish or by the switch; no sentence is missing."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.functional.web.conftest import ROOT

if TYPE_CHECKING:
    from tests.functional.web.person import Person

WEB = ROOT / "cdpsfy" / "web"


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


def test_every_sentence_is_translated() -> None:
    po = (WEB / "locale" / "es" / "LC_MESSAGES" / "cdpsfy.po").read_bytes()
    translated = {message.id for message in read_po(BytesIO(po)) if message.string}
    methods = [("**.py", "python"), ("**.jinja2", "jinja2")]
    keywords = {"_": None, "gettext": None}

    used = {message for _, _, message, _, _ in extract_from_dir(WEB, methods, keywords=keywords)}

    assert used <= translated
