"""Albums: their tracks in the order in which they are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from cdpsfy.models import Track
from tests.functional.web.person import form_with

if TYPE_CHECKING:
    from cdpsfy.database import Database
    from tests.functional.web.person import Person


def _upload_album(person: Person, database: Database, song: bytes, numbers: list[int]) -> None:
    """Upload a song as often as there are numbers; each is its title, too."""
    for number in numbers:
        address = person.upload_track(song + bytes(number))
        with database.writing.begin() as db:
            track = update(Track).where(Track.public_id == address.rpartition("/")[2])
            db.execute(track.values(number=number, title=f"Number {number}"))


def _places(database: Database) -> tuple[int | None, int | None]:
    with database.reading() as db:
        track = db.scalars(select(Track)).one()
        return track.disc, track.number


def _edit(person: Person, address: str, status: int = 303, **fields: str) -> Any:
    form = form_with("number", person.browser.get(f"{address}/edit"))
    for name, value in fields.items():
        form[name] = value
    return form.submit(status=status)


def test_a_file_tells_its_number(ana: Person, database: Database, song: bytes) -> None:
    address = ana.upload_track(song)

    assert _places(database) == (None, 2)
    assert form_with("number", ana.browser.get(f"{address}/edit"))["number"].value == "2"


def test_the_owner_says_where_on_the_album_a_track_is(
    ana: Person, database: Database, song: bytes
) -> None:
    address = ana.upload_track(song)

    _edit(ana, address, disc="2", number="7")
    told = _places(database)
    _edit(ana, address, disc="", number="")

    assert told == (2, 7)
    assert _places(database) == (None, None)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"number": "0"}, "A number from 1 to 999."),
        ({"number": "1000"}, "A number from 1 to 999."),
        ({"disc": "100"}, "A number from 1 to 99."),
        ({"number": "first"}, "Not a valid integer value."),
    ],
)
def test_a_place_that_no_album_has_is_refused(
    ana: Person, database: Database, song: bytes, fields: dict[str, str], complaint: str
) -> None:
    address = ana.upload_track(song)

    _edit(ana, address, 422, **fields).mustcontain(complaint)

    assert _places(database) == (None, 2)


def test_an_album_is_shown_in_its_order(
    ana: Person, visitor: Person, database: Database, song: bytes
) -> None:
    _upload_album(ana, database, song, [3, 1, 2])

    page = visitor.browser.get("/albums/nanas-para-tres-discos", status=200)

    shown = [row.strong.text for row in page.html.select("li[data-track]")]
    assert shown == ["Number 1", "Number 2", "Number 3"]
    page.mustcontain("3 tracks", "/artists/las-tres-replicas", "/years/2015")


def test_an_albums_page_that_cannot_be_is_not_found(
    ana: Person, visitor: Person, song: bytes
) -> None:
    ana.upload(song)

    for after in ("1", "x", "1.x", "9.9.9"):
        visitor.browser.get("/albums/nanas-para-tres-discos", {"after": after}, status=404)
    visitor.browser.get("/albums/no-such-album", status=404)


def test_albums_and_artists_are_listed_with_covers(
    ana: Person, visitor: Person, song_with_picture: bytes
) -> None:
    ana.upload(song_with_picture)

    albums = visitor.browser.get("/albums").html.select_one(".cards li")
    artists = visitor.browser.get("/artists").html.select_one(".cards li")

    assert albums.select_one("img")["src"] == artists.select_one("img")["src"]
    assert [part.text for part in albums.select(".words > *")] == [
        "Nanas para tres discos",
        "Las Tres Réplicas",
    ]
    assert artists.strong.text == "Las Tres Réplicas"


def test_only_who_is_logged_in_is_offered_to_collect_a_whole_list(
    ana: Person, visitor: Person, song: bytes
) -> None:
    ana.upload(song)

    for path in ("/tracks", "/albums/nanas-para-tres-discos", "/genres/music-box", "/people/Ana"):
        visitor.browser.get(path).mustcontain("Play all", no="Add all to a playlist")
        ana.browser.get(path).mustcontain("Play all", "Add all to a playlist")
