"""Playlists: what everybody may do with them, and what nobody sees of another's."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from webtest import TestApp

from cdpsfy.models import Track
from cdpsfy.web.services import accounts
from tests.functional.web.person import PASSWORD, Person, form_with

if TYPE_CHECKING:
    from cdpsfy.database import Database

XSS = """"><script>alert('x')</script><img src=x onerror="alert(1)">"""


@pytest.fixture
def track(ana: Person, song: bytes) -> str:
    """The public id of Ana's track."""
    return ana.upload_track(song).rpartition("/")[2]


def _make(
    person: Person, name: str = "Nanas", visibility: str = "private", tracks: str = ""
) -> str:
    """Return the path of a new playlist."""
    fields = {"name": name, "description": "", "visibility": visibility, "tracks": tracks}
    answer = person.post("/playlists/new", fields, status=303)
    return str(answer.location.removeprefix("http://localhost"))


def _share(owner: Person, place: str, name: str, role: str) -> None:
    owner.post(f"{place}/members", {"person": name, "role": role}, status=303)


def _titles(person: Person, place: str) -> list[str]:
    page = person.browser.get(place).text
    return [unescape(rest.split("</strong>")[0]) for rest in page.split("<strong>")[1:]]


def _entries(person: Person, place: str) -> list[str]:
    page = person.browser.get(place).text
    return [rest.split('"')[0] for rest in page.split('data-entry="')[1:]]


def test_a_track_is_added_from_its_page_without_javascript(ana: Person, track: str) -> None:
    page = ana.browser.get(f"/tracks/{track}").click("Add to a playlist")
    form = form_with("name", page)
    form["name"] = "Nanas"
    place = form.submit(status=303).location
    again = ana.browser.get(f"/tracks/{track}/add")
    again.mustcontain("has it already")

    form_with("tracks", again).submit(status=303).follow().mustcontain("Added.")

    assert _titles(ana, place) == ["Nanas para tres discos"] * 2


def test_entries_move_and_go_by_their_buttons(ana: Person, track: str, song: bytes) -> None:
    other = ana.upload_track(song).rpartition("/")[2]
    ana.post(f"/tracks/{other}/edit", {"title": "Other"}, status=303)
    place = _make(ana, tracks=f"{track} {other}")

    form = ana.browser.get(place).forms
    row = next(form for form in form.values() if "/entries/" in form.action)
    row.submit("move", value="down", status=303).follow()
    moved = _titles(ana, place)
    row.submit("_method", value="delete", status=303).follow().mustcontain("Removed.")

    assert moved == ["Other", "Nanas para tres discos"]
    assert _titles(ana, place) == ["Other"]
    row.submit("move", value="up", status=409).mustcontain("Somebody else has changed")


def test_a_deleted_playlist_comes_back_as_it_was(ana: Person, ben: Person, track: str) -> None:
    place = _make(ana, visibility="public", tracks=track)
    _share(ana, place, "Ben", "editor")
    ana.post(place, {"_method": "delete"}, status=303).follow().mustcontain("thirty days")
    ana.browser.get(place, status=404)
    ben.post(f"{place}/entries", {"tracks": track}, status=404)
    ben.post(f"{place}/restore", status=404)

    ana.post(f"{place}/restore", status=303)

    assert _titles(ben, place) == ["Nanas para tres discos"]
    ana.post(f"{place}/restore", status=404)


def test_what_is_shared_is_among_ones_own_until_one_leaves(ana: Person, ben: Person) -> None:
    place = _make(ana)
    _share(ana, place, "bEN", "listener")
    ben.browser.get("/playlists/mine").mustcontain("Nanas", "Ana")

    form = next(f for f in ben.browser.get(place).forms.values() if f.action.endswith("/leave"))
    form.submit(status=303).follow().mustcontain("no longer shared", no="<strong>Nanas")

    ben.browser.get(place, status=404)
    ana.browser.get(f"{place}/members").mustcontain("shared with nobody")


def test_a_member_is_given_another_role_or_none(ana: Person, ben: Person, track: str) -> None:
    place = _make(ana)
    _share(ana, place, "Ben", "listener")
    ben.post(f"{place}/entries", {"tracks": track}, status=403)

    _share(ana, place, "Ben", "editor")
    ben.post(f"{place}/entries", {"tracks": track}, status=303)
    added = ana.browser.get(place)
    ana.post(f"{place}/members", {"person": "Ben", "_method": "delete"}, status=303)

    added.mustcontain("added by Ben")
    ben.browser.get(place, status=404)
    assert _titles(ana, place) == ["Nanas para tres discos"]


def test_who_cannot_be_invited_is_told(ana: Person) -> None:
    place = _make(ana)

    for fields in ({"person": ""}, {"person": "Nobody"}, {"person": "Ana"}, {"person": "Ben"}):
        role = "owner" if fields["person"] == "Ben" else "editor"
        page = ana.post(f"{place}/members", {**fields, "role": role}, status=422)
        page.mustcontain('class="complaints"')


IMPOSSIBLE = [
    {"name": "", "visibility": "public"},
    {"name": "x" * 101, "visibility": "public"},
    {"name": "Nanas", "description": "x" * 1001, "visibility": "public"},
    {"name": "Nanas", "visibility": "secret"},
]


def test_what_a_playlist_cannot_be_is_told(ana: Person) -> None:
    for fields in IMPOSSIBLE:
        ana.post("/playlists/new", fields, status=422).mustcontain('class="complaints"')

    ana.browser.get("/playlists/mine").mustcontain("You have no playlists yet")


def test_what_people_write_is_text_and_nothing_else(ana: Person, visitor: Person) -> None:
    place = _make(ana, XSS[:100], "public")
    details = {"name": XSS[:100], "description": XSS, "visibility": "public"}
    ana.post(f"{place}/edit", details, status=303)

    for address in (place, "/playlists", "/playlists?q=script", "/search?q=alert", "/people/Ana"):
        visitor.browser.get(address).mustcontain("&lt;script&gt;", no="<script>alert")
    for address in (f"{place}/edit", f"{place}/members", "/playlists/mine"):
        ana.browser.get(address).mustcontain("&lt;script&gt;", no="<script>alert")
    visitor.browser.get(f"{place}.xspf").mustcontain(no="<script")


@dataclass
class Step:
    """A request, and how it ends for each role in turn, anonymous to admin."""

    method: str
    path: str
    ends: tuple[int, int, int, int, int, int]
    fields: dict[str, str]


# Of a private playlist: anonymous, stranger, listener, editor, owner, admin.
_HIDDEN = (404, 404, 200, 200, 200, 404)
_EDITED = (404, 404, 403, 303, 303, 404)
_OWNED = (404, 404, 403, 403, 303, 404)
STEPS = [
    Step("GET", "", _HIDDEN, {}),
    Step("GET", ".m3u8", _HIDDEN, {}),
    Step("GET", ".xspf", _HIDDEN, {}),
    Step("GET", "/queue", _HIDDEN, {}),
    Step("GET", "/edit", (404, 404, 403, 403, 200, 404), {}),
    Step("GET", "/members", (404, 404, 403, 403, 200, 404), {}),
    Step("POST", "/entries", _EDITED, {"tracks": "TRACK"}),
    Step("POST", "/entries/ENTRY", _EDITED, {"move": "down"}),
    Step("POST", "/entries/ENTRY", _EDITED, {"move": "behind", "behind": ""}),
    Step("POST", "/edit", _OWNED, {"name": "Nanas", "visibility": "private"}),
    Step("POST", "/members", _OWNED, {"person": "Cleo", "role": "listener"}),
    Step("POST", "/members", _OWNED, {"person": "Cleo", "_method": "delete"}),
    Step("POST", "/restore", (303, 404, 404, 404, 404, 404), {}),
    Step("POST", "/leave", (404, 404, 303, 303, 403, 404), {}),
    Step("POST", "", _OWNED, {"_method": "delete"}),
]


@pytest.fixture
def people(app: object, ana: Person, database: Database) -> list[Person]:
    """Anonymous, stranger, listener, editor, owner, admin."""
    others = [Person(TestApp(app)).sign_up(name) for name in ("Cleo", "Lis", "Edi")]
    with database.writing.begin() as db:
        accounts.sign_up(db, "Root", PASSWORD, is_admin=True)
    admin = Person(TestApp(app))
    admin.log_in("Root")
    return [Person(TestApp(app)), *others, ana, admin]


def test_a_private_playlist_is_there_for_whom_it_is_for(
    people: list[Person], ana: Person, track: str
) -> None:
    ended = []
    for person in people:
        place = _make(ana, tracks=track)
        _share(ana, place, "Lis", "listener")
        _share(ana, place, "Edi", "editor")
        entry = _entries(ana, place)[0]
        ended.append([_try(person, step, place, entry, track) for step in STEPS])

    for role, ends in enumerate(ended):
        expected = [step.ends[role] for step in STEPS]
        # Who has left it finds it gone in the step that follows.
        assert ends == [*expected[:-1], 404 if role in (2, 3) else expected[-1]], role


def _try(person: Person, step: Step, place: str, entry: str, track: str) -> int:
    path = place + step.path.replace("ENTRY", entry)
    if step.method == "GET":
        return int(person.browser.get(path, expect_errors=True).status_int)
    fields = {name: value.replace("TRACK", track) for name, value in step.fields.items()}
    return int(person.post(path, fields, expect_errors=True).status_int)


def test_a_private_playlist_is_on_no_page_of_others(
    people: list[Person], ana: Person, track: str
) -> None:
    place = _make(ana, "Secreta", tracks=track)
    open_pages = ["/", "/playlists", "/playlists?q=secreta", "/search?q=secreta", "/people/Ana"]
    anonymous, stranger, *_, admin = people

    for person in (anonymous, stranger, admin):
        own_pages = [] if person is anonymous else ["/playlists/mine", f"/tracks/{track}/add"]
        for page in [*open_pages, f"/tracks/{track}", *own_pages]:
            text = person.browser.get(page).text
            assert place not in text
            assert "Secreta" not in text


def test_an_unlisted_playlist_is_there_for_who_has_the_address(
    ana: Person, ben: Person, visitor: Person, track: str
) -> None:
    place = _make(ana, "Oculta", "unlisted", track)

    for person in (ben, visitor):
        assert _titles(person, place) == ["Nanas para tres discos"]
        for page in ("/playlists", "/playlists?q=oculta", "/search?q=oculta", "/people/Ana"):
            assert place not in person.browser.get(page).text
    ben.post(f"{place}/entries", {"tracks": track}, status=403)


def test_anothers_entry_is_reached_by_no_other_playlist(
    ana: Person, ben: Person, track: str
) -> None:
    hers, his = _make(ana, tracks=track), _make(ben, tracks=track)
    entry = _entries(ana, hers)[0]

    for fields in ({"move": "up"}, {"move": "behind"}, {"_method": "delete"}):
        ben.post(f"{his}/entries/{entry}", fields, status=409)
    mine = _entries(ben, his)[0]
    ben.post(f"{his}/entries/{mine}", {"move": "behind", "behind": entry}, status=409)

    assert _entries(ana, hers) == [entry]


def test_an_entry_that_cannot_be_is_refused(ana: Person, track: str) -> None:
    place = _make(ana, tracks=track)

    for entry, status in (("0", 409), ("x", 404), ("-1", 404), ("9" * 30, 404), ("1e3", 404)):
        ana.post(f"{place}/entries/{entry}", {"move": "up"}, status=status)
    ana.post(f"{place}/entries/{_entries(ana, place)[0]}", {"move": "away"}, status=400)
    ana.browser.get(f"{place}?after=x", status=404)


def _see(database: Database, track: str, visibility: str) -> None:
    with database.writing.begin() as db:
        db.execute(update(Track).where(Track.public_id == track).values(visibility=visibility))


def test_anothers_track_is_shown_where_that_lists_it_nowhere(
    ana: Person, ben: Person, visitor: Person, database: Database, track: str
) -> None:
    places = {
        visibility: _make(ben, "Lullabies", visibility, track)
        for visibility in ("public", "unlisted")
    }
    heard_by_others = {
        ("public", "public"): True,
        ("unlisted", "public"): False,
        ("unlisted", "unlisted"): True,
        ("private", "public"): False,
        ("private", "unlisted"): False,
    }

    for (visibility, playlist), is_heard in heard_by_others.items():
        _see(database, track, visibility)
        place = places[playlist]

        assert _titles(visitor, place) == ["Nanas para tres discos"] * is_heard
        assert len(visitor.browser.get(f"{place}/queue").json) == int(is_heard)
        assert ("Nanas" in visitor.browser.get(f"{place}.m3u8")) is is_heard
        assert ("Nanas" in visitor.browser.get(f"{place}.xspf")) is is_heard
        assert _titles(ana, place) == ["Nanas para tres discos"]
        hidden = visibility == "private"
        shown_to_owner = "Not available" if hidden else "Nanas para tres discos"
        assert _titles(ben, place) == [shown_to_owner]


def test_a_deleted_track_is_away_until_it_is_back_in_its_place(
    ana: Person, ben: Person, visitor: Person, track: str
) -> None:
    place = _make(ben, "Lullabies", "public", f"{track} {track}")
    ana.post(f"/tracks/{track}", {"_method": "delete"}, status=303)
    away = _titles(visitor, place), _titles(ben, place)
    ben.post(f"{place}/entries", {"tracks": track}, status=404)
    ben.post(f"{place}/entries/{_entries(ben, place)[0]}", {"_method": "delete"}, status=303)

    ana.post(f"/tracks/{track}/restore", status=303)

    assert away == ([], ["Not available"] * 2)
    assert _titles(visitor, place) == ["Nanas para tres discos"]


def test_anothers_private_track_cannot_be_added(
    ana: Person, ben: Person, database: Database, track: str
) -> None:
    place = _make(ben)
    _see(database, track, "private")

    ben.browser.get(f"/tracks/{track}/add", status=404)
    ben.post(f"{place}/entries", {"tracks": track}, status=404)
    ben.post("/playlists/new", {"name": "x", "visibility": "public", "tracks": track}, status=404)
    ana.browser.get(f"/tracks/{track}/add", status=200)

    assert _entries(ben, place) == []
    assert "<strong>x</strong>" not in ben.browser.get("/playlists/mine")


def test_who_is_not_logged_in_is_asked_to(visitor: Person, track: str) -> None:
    for path in (f"/tracks/{track}/add", "/playlists/new", "/playlists/import", "/playlists/mine"):
        assert "/login" in visitor.browser.get(path, status=303).location


def test_a_dialog_is_answered_in_json(ana: Person, track: str) -> None:
    headers = {"Accept": "application/json"}
    made = ana.post(
        "/playlists/new",
        {"name": "Nanas", "visibility": "private", "tracks": track},
        headers=headers,
    ).json
    added = ana.post(f"{made['url']}/entries", {"tracks": track}, headers=headers).json
    entry = _entries(ana, made["url"])[1]
    moved = ana.post(f"{made['url']}/entries/{entry}", {"move": "up"}, headers=headers).json
    bad = ana.post("/playlists/new", {"name": ""}, headers=headers, status=422).json

    assert (made["notice"], added["notice"]) == (
        "Your playlist is made: Nanas",
        "Added to “Nanas”.",
    )
    assert moved == {"version": 3}
    assert "cannot be empty" in bad["detail"]
    assert _entries(ana, made["url"])[0] == entry


def test_more_tracks_than_a_playlist_has_are_refused(ana: Person, track: str) -> None:
    place = _make(ana)

    page = ana.post(f"{place}/entries", {"tracks": f"{track} " * 10_001}, status=422)

    page.mustcontain("10,000 tracks at most")
    assert _entries(ana, place) == []


def test_the_address_of_a_tracks_audio_leads_to_a_fresh_ticket(
    ana: Person, visitor: Person, database: Database, track: str
) -> None:
    answer: Any = visitor.browser.get(f"/tracks/{track}/audio", status=303)
    _see(database, track, "private")

    assert "?ticket=" in answer.location
    assert answer.headers["Cache-Control"] == "private, no-store"
    visitor.browser.get(f"/tracks/{track}/audio", status=404)
    ana.browser.get(f"/tracks/{track}/audio", status=303)
