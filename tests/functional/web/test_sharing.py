"""What a link to the site leads to: a preview elsewhere, a moment of a track, a person, an app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests

from cdpsfy.models import Track, Visibility

if TYPE_CHECKING:
    from typing import Any

    from cdpsfy.database import Database
    from tests.functional.web.person import Person


def told(page: Any) -> dict[str, str]:
    """Return what a page's head tells to machines, by its name."""
    pattern = r'<meta (?:property|name)="([^"]+)" content="([^"]*)"'
    return dict(re.findall(pattern, page.text))


def test_a_link_to_a_track_has_a_preview(ana: Person, visitor: Person, song: bytes) -> None:
    address = ana.upload_track(song)

    page = visitor.browser.get(address)

    head = told(page)
    title = page.html.title.text.split(" \N{EN DASH} ")
    assert title == ["Nanas para tres discos", "Las Tres Réplicas", "CDPSfy"]
    assert head["og:title"] == "Nanas para tres discos"
    assert "Las Tres Réplicas" in head["og:description"]
    assert head["og:url"] == page.html.find(rel="canonical")["href"] == f"http://localhost{address}"
    assert head["twitter:card"] == "summary"
    assert visitor.browser.get(head["og:image"]).content_type.startswith("image/")


def test_the_address_of_the_sound_stays_and_its_ticket_does_not(
    ana: Person, visitor: Person, song: bytes
) -> None:
    head = told(visitor.browser.get(ana.upload_track(song)))

    answer = visitor.browser.get(head["og:audio"], status=303)

    assert requests.get(answer.location, timeout=5).content == song
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert head["og:audio:type"] == "audio/mpeg"


def test_only_a_public_track_is_for_search_engines(
    ana: Person, database: Database, song: bytes
) -> None:
    address = ana.upload_track(song)
    assert "robots" not in told(ana.browser.get(address))

    with database.writing.begin() as db:
        db.query(Track).update({"visibility": Visibility.UNLISTED})

    assert told(ana.browser.get(address))["robots"] == "noindex"


@pytest.mark.parametrize("moment", ["0m12s", "12", "12s", "0:12", "0:00:12"])
def test_a_link_leads_to_a_moment(ana: Person, song: bytes, moment: str) -> None:
    page = ana.browser.get(f"{ana.upload_track(song)}?t={moment}")

    page.mustcontain('data-start="12"', "Play from 0:12")
    assert page.html.audio["src"].endswith("#t=12")


@pytest.mark.parametrize("moment", ["", "soon", "-5", "1:2:3:4", "9h", "٣", "1" * 5000])
def test_a_moment_that_is_none_is_the_beginning(ana: Person, song: bytes, moment: str) -> None:
    page = ana.browser.get(ana.upload_track(song), {"t": moment})

    page.mustcontain('data-start="0"')
    assert "#t=" not in page.html.audio["src"]


def test_a_person_has_a_page(ana: Person, visitor: Person, song: bytes) -> None:
    ana.upload_track(song)

    page = visitor.browser.get("/people/Ana")

    page.mustcontain("1 track", "here since", "Nanas para tres discos")
    assert told(page)["og:type"] == "profile"


def test_months_and_numbers_are_those_of_the_language(ana: Person) -> None:
    page = ana.browser.get("/people/Ana", headers={"Accept-Language": "es"})

    assert re.search(r"0 pistas · aquí desde [a-z]+ de 20\d\d", " ".join(page.text.split()))


def test_the_site_can_be_installed_in_the_readers_language(visitor: Person) -> None:
    link = visitor.browser.get("/").html.find(rel="manifest")["href"]

    answer = visitor.browser.get(link, headers={"Accept-Language": "es"})

    assert answer.content_type == "application/manifest+json"
    assert answer.json["lang"] == "es"
    assert answer.json["start_url"] == "/"
    assert {icon["purpose"] for icon in answer.json["icons"]} == {"any", "maskable"}
    for icon in answer.json["icons"]:
        size = int(icon["sizes"].partition("x")[0]).to_bytes(4, "big")
        assert visitor.browser.get(icon["src"]).body[16:24] == size + size
