"""Finding music by words, by artist, album, genre and year, and by person."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from ulid import ULID

from cdpsfy.models import Track, User
from cdpsfy.web.services.search import index
from tests.functional.web.person import form_with

if TYPE_CHECKING:
    from cdpsfy.database import Database
    from tests.functional.web.person import Person

XSS = """"><script>alert('x')</script><img src=x onerror="alert(1)">"""


def _add(database: Database, count: int, **details: Any) -> None:
    """Let the only person have tracks that nobody uploaded."""
    with database.writing.begin() as db:
        owner = db.scalars(select(User)).one()
        for _ in range(count):
            ulid = str(ULID())
            track = Track(
                public_id=ulid[-12:],
                owner_id=owner.id,
                key=ulid,
                url="http://localhost",
                size=1,
                sha256=ulid,
                form=ulid,
                content_type="audio/mpeg",
                **{"title": f"Track {ulid}", **details},
            )
            db.add(track)
            index.refresh(db, track)


def _titles(page: Any) -> list[str]:
    return [unescape(rest.split("</strong>")[0]) for rest in page.text.split("<strong>")[1:]]


def _search(person: Person, words: str) -> Any:
    form = form_with("q", person.browser.get("/"))
    form["q"] = words
    return form.submit(status=200)


def test_an_upload_is_found_at_once_by_everybody(ana: Person, visitor: Person, song: bytes) -> None:
    ana.upload(song)

    page = _search(visitor, "NANÁS repli")

    assert _titles(page) == ["Nanas para tres discos"]
    page.mustcontain('id="results"', 'value="NANÁS repli"')


def test_an_edited_track_is_found_by_what_it_says_now(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)
    details = {"title": "Canción", "artist": "Tigres", "album": ""}
    ana.post(f"{address}/edit", details, status=303)

    assert _titles(_search(ana, "cancion tigres")) == ["Canción"]
    assert _titles(_search(ana, "nanas")) == []


def test_a_deleted_track_is_found_when_it_is_back(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)
    ana.post(address, {"_method": "delete"}, status=303)
    gone = _titles(_search(ana, "nanas"))
    ana.post(f"{address}/restore", status=303)

    assert gone == []
    assert _titles(_search(ana, "nanas")) == ["Nanas para tres discos"]


def test_a_deleted_track_that_its_owner_edits_stays_away(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)
    ana.post(address, {"_method": "delete"}, status=303)

    ana.post(f"{address}/edit", {"title": "Canción"}, status=303)

    assert _titles(_search(ana, "cancion")) == []


def test_a_page_of_results_leads_to_the_next(ana: Person, database: Database) -> None:
    _add(database, 60, title="Vals & más")
    _add(database, 60, artist="Vals & más")
    seen = []
    page = _search(ana, "vals & más")
    while True:
        seen += _titles(page)
        if 'rel="next"' not in page:
            break
        page = page.click(href="after=")

    assert len(seen) == 120
    assert len(set(seen[60:])) == 60
    assert set(seen[:60]) == {"Vals & más"}


@pytest.mark.parametrize("path", ["/search", "/search?q=", "/search?q=+%00+", "/search?q=%22%2a"])
def test_no_words_are_asked_for_some_or_find_nothing(visitor: Person, path: str) -> None:
    page = visitor.browser.get(path, status=200)

    assert _titles(page) == []
    page.mustcontain('class="empty"')


@pytest.mark.parametrize("words", ["x" * 5000, "x " * 5000, '"' * 100, "a* OR (b AND", "' -- %"])
def test_whatever_is_asked_for_is_only_words(ana: Person, database: Database, words: str) -> None:
    _add(database, 1)

    page = ana.browser.get("/search", {"q": words}, status=200)

    assert _titles(page) == []


@pytest.mark.parametrize("after", ["", "1", "1.", "x.1", "1.-1", "1.1.1", "1." + "9" * 40, "٣.٣"])
def test_a_place_that_cannot_be_is_not_found(visitor: Person, after: str) -> None:
    visitor.browser.get("/search", {"q": "x", "after": after}, status=404)


def test_what_is_asked_for_is_shown_as_text(ana: Person, song: bytes, database: Database) -> None:
    ana.upload(song)
    _add(database, 1, title=XSS, artist=XSS, album=XSS, genre=XSS)

    found = ana.browser.get("/search", {"q": XSS}, status=200)
    nothing = ana.browser.get("/search", {"q": f"nothing {XSS}"}, status=200)
    page = found.click(href="/tracks/[A-Z0-9]{12}$")
    browsed = page.click("script", index=0)

    assert _titles(found) == _titles(browsed) == [XSS]
    for answer in (found, nothing, page, browsed):
        assert "<script>alert" not in answer
        assert "<img src=x" not in answer


@pytest.mark.parametrize(
    ("field", "name", "link"),
    [
        ("artist", "Tres Tigres/Ñu", "/artists/tres-tigres-nu"),
        ("album", "Lo mejor", "/albums/lo-mejor"),
        ("genre", "Folk", "/genres/folk"),
        ("year", 1999, "/years/1999"),
    ],
)
def test_a_track_leads_to_others_like_it(
    ana: Person, database: Database, field: str, name: str | int, link: str
) -> None:
    _add(database, 1, title="One", **{field: name})
    _add(database, 1, title="Another", **{field: name})
    _add(database, 1, title="Stranger")

    page = ana.browser.get("/tracks").click("One").click(str(name))

    assert page.request.path == link
    assert _titles(page) == (["One", "Another"] if field == "album" else ["Another", "One"])
    page.mustcontain(f"<h1>{name}</h1>")


def test_a_name_without_words_is_no_link(ana: Person, database: Database) -> None:
    _add(database, 1, title="One", artist="!!!")

    ana.browser.get("/tracks").click("One").mustcontain('<p class="artist">!!!</p>')


def test_a_long_list_of_an_artist_leads_on(ana: Person, database: Database) -> None:
    _add(database, 60, artist="Tigres")

    page = ana.browser.get("/artists/tigres", status=200)

    assert len(_titles(page)) == 50
    assert len(_titles(page.click(href="after="))) == 10


def test_names_lead_to_their_tracks(ana: Person, database: Database) -> None:
    for number in range(60):
        _add(database, 1, title="One", artist=f"Tigre {number:02}", genre="<b>Folk</b>")

    page = ana.browser.get("/").click("Browse", index=0)
    rest = page.click(href="after=")

    assert page.request.path == "/artists"
    assert "Tigre 49" in page
    assert "Tigre 50" not in page
    assert _titles(rest.click("Tigre 59")) == ["One"]
    rest.click("Genres").mustcontain("&lt;b&gt;Folk", no="<b>Folk")


@pytest.mark.parametrize("path", ["/artists", "/albums", "/genres", "/years"])
def test_an_empty_list_invites_to_upload(visitor: Person, path: str) -> None:
    visitor.browser.get(path).mustcontain("Be the first!", "/tracks/new")


@pytest.mark.parametrize(
    "path",
    ["/artists/nobody", "/artists/-", "/years/%22", "/composers/bach", "/people/Nobody"],
)
def test_what_nobody_has_is_not_found(ana: Person, path: str) -> None:
    ana.browser.get(path, status=404)


def test_a_track_leads_to_its_uploader(ana: Person, visitor: Person, song: bytes) -> None:
    ana.upload(song)

    page = visitor.browser.get("/tracks").click("Nanas").click("Ana", index=0)

    assert page.request.path == "/people/Ana"
    assert _titles(page) == ["Nanas para tres discos"]
    page.mustcontain("<h1>Ana</h1>")


def test_a_person_without_tracks_has_a_page(ana: Person, visitor: Person) -> None:  # noqa: ARG001
    visitor.browser.get("/people/ana").mustcontain("Ana has no tracks yet.")


def test_a_name_with_a_slash_has_a_page(visitor: Person, song: bytes) -> None:
    visitor.sign_up("a/b ?").upload(song)

    visitor.browser.get("/tracks").click("Nanas").click("a/b", href="/people/", index=0)
