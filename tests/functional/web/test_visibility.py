"""Who sees a track: everyone, who has its link, or its owner alone; on all pages, for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cdpsfy.web.services import accounts
from tests.functional.web.person import PASSWORD, Person, form_with

if TYPE_CHECKING:
    from cdpsfy.database import Database

LISTS = (
    "/",
    "/tracks",
    "/most-played",
    "/most-liked",
    "/search?q=nanas",
    "/people",
    "/people/Ana",
    "/artists",
    "/albums",
    "/genres",
    "/years",
)
"""Where everyone looks: for the track, its artist and the like, or its uploader."""
OWN = ("/tracks/mine", "/liked", "/recent")


@pytest.fixture
def root(visitor: Person, database: Database) -> Person:
    with database.writing.begin() as db:
        accounts.sign_up(db, "Root", PASSWORD, is_admin=True)
    visitor.log_in("Root")
    return visitor


@pytest.fixture
def stranger(app: object) -> Person:
    from webtest import TestApp  # noqa: PLC0415 - beside the fixture of the same app

    return Person(TestApp(app))


def upload(ana: Person, song: bytes, visibility: str) -> str:
    files = [("track", "song.mp3", song)]
    answer = ana.post("/tracks", {"visibility": visibility}, upload_files=files, status=303)
    return str(answer.location.removeprefix("http://localhost"))


def change(ana: Person, address: str, visibility: str) -> None:
    form = form_with("title", ana.browser.get(f"{address}/edit"))
    form["visibility"] = visibility
    form.submit(status=303)


def shows(person: Person, path: str) -> bool:
    """Whether a list has anything in it: there is but one track on the site."""
    return bool(person.browser.get(path).html.select("main [data-list] li"))


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
def test_every_list_shows_what_is_public_and_nothing_else(
    ana: Person, ben: Person, root: Person, stranger: Person, song: bytes, visibility: str
) -> None:
    address = upload(ana, song, visibility)
    ana.post(f"{address}/like", status=303)
    ana.post(f"{address}/plays", status=204)

    for person in (stranger, ben, root):
        shown = [path for path in LISTS if shows(person, path)]
        assert shown == (list(LISTS) if visibility == "public" else [])
    for path in OWN:
        assert shows(ana, path)
        assert not shows(ben, path)
    assert shows(ana, "/people/Ana")


@pytest.mark.parametrize(
    ("visibility", "others"), [("public", 200), ("unlisted", 200), ("private", 404)]
)
def test_its_page_and_tickets_are_for_who_may_hear_it(
    ana: Person,
    ben: Person,
    root: Person,
    stranger: Person,
    song: bytes,
    visibility: str,
    others: int,
) -> None:
    address = upload(ana, song, visibility)

    for path in (address, f"{address}/ticket"):
        ana.browser.get(path, status=200)
        for person in (ben, root, stranger):
            person.browser.get(path, status=others)
    for person in (ben, root):
        for action in ("like", "plays", "edit"):
            answer = person.post(f"{address}/{action}", {"title": "x"}, expect_errors=True)
            assert (answer.status_int == 404) is (visibility == "private")


def test_search_engines_are_kept_from_what_is_not_public(ana: Person, song: bytes) -> None:
    address = upload(ana, song, "public")
    robots = []
    for visibility in ("public", "unlisted", "private"):
        change(ana, address, visibility)
        robots.append("noindex" in ana.browser.get(address))

    assert robots == [False, True, True]


def test_a_track_is_found_and_lost_as_its_owner_wishes(
    ana: Person, stranger: Person, song: bytes
) -> None:
    address = upload(ana, song, "public")
    ana.post(f"{address}/like", status=303)
    ana.post(f"{address}/plays", status=204)
    seen = []
    for visibility in ("private", "public", "unlisted", "public"):
        change(ana, address, visibility)
        seen.append([shows(stranger, path) for path in LISTS])

    assert seen == [[False] * len(LISTS), [True] * len(LISTS)] * 2


def test_who_plays_a_track_that_becomes_private_gets_no_other_ticket(
    ana: Person, ben: Person, song: bytes
) -> None:
    address = upload(ana, song, "public")
    ben.browser.get(f"{address}/ticket", status=200)
    ben.post(f"{address}/like", status=303)
    ben.post(f"{address}/plays", status=204)

    change(ana, address, "private")

    ben.browser.get(f"{address}/ticket", status=404)
    assert not shows(ben, "/liked")
    assert not shows(ben, "/recent")


def test_what_has_a_link_stays_with_who_likes_it(ana: Person, ben: Person, song: bytes) -> None:
    address = upload(ana, song, "unlisted")
    ben.post(f"{address}/like", status=303)

    assert shows(ben, "/liked")
    assert not shows(ben, "/most-liked")


@pytest.mark.parametrize(
    ("visibility", "mark"), [("public", None), ("unlisted", "Only by link"), ("private", "Private")]
)
def test_the_owner_sees_who_else_does(
    ana: Person, song: bytes, visibility: str, mark: str | None
) -> None:
    address = upload(ana, song, visibility)

    for path in ("/tracks/mine", "/people/Ana", address):
        marks = [found.text for found in ana.browser.get(path).html.select(".mark")]
        assert marks == ([mark] if mark else [])
    form = form_with("visibility", ana.browser.get(f"{address}/edit"))
    assert form["visibility"].value == visibility


@pytest.mark.parametrize("visibility", ["", "secret", "PRIVATE"])
def test_a_visibility_that_is_none_is_refused(
    ana: Person, stranger: Person, song: bytes, visibility: str
) -> None:
    """Rather than shown to everyone."""
    ana.post(
        "/tracks", {"visibility": visibility}, upload_files=[("track", "a.mp3", song)], status=400
    )
    address = upload(ana, song, "private")

    ana.post(f"{address}/edit", {"title": "Nana", "visibility": visibility}, status=422)

    stranger.browser.get(address, status=404)
    assert not shows(stranger, "/tracks")


def test_the_form_offers_the_choice_and_means_everyone(ana: Person) -> None:
    form = form_with("track", ana.browser.get("/tracks/new"))

    assert form["visibility"].value == "public"
    assert [option for option, _, _ in form["visibility"].options] == [
        "public",
        "unlisted",
        "private",
    ]


def test_a_form_that_says_nothing_changes_nothing_of_it(ana: Person, song: bytes) -> None:
    address = upload(ana, song, "private")

    ana.post(f"{address}/edit", {"title": "Nana"}, status=303)

    assert ana.browser.get(address).html.select_one(".mark").text == "Private"
