"""The same search finds the same on every database, in the same order."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from sqlalchemy import MetaData, Table, event, func, insert, select, update
from ulid import ULID

from cdpsfy import migrate
from cdpsfy.database import open_database
from cdpsfy.models import SearchTerms, Track, User
from cdpsfy.web.services import accounts, catalogue, deletion
from cdpsfy.web.services.position import Position
from cdpsfy.web.services.search import albums, browsing, finding, index
from tests.deployment import ROOT

if TYPE_CHECKING:
    from cdpsfy.database import Database

pytestmark = pytest.mark.database

MOMENT = datetime(2015, 1, 1, tzinfo=UTC)

# Title, artist, album, genre, year, uploader; the last one is the newest.
CATALOGUE = [
    ("Canción de cuna", "Las Tres Réplicas", "Nanas", "Folk", 1999, "Ana"),
    ("Cuna", "Los Canción", "", "Folk", None, "Ana"),
    ("Cancionero", "", "", "", None, "Ben Cancio"),
    ("La última canción", "Ñandú", "", "", None, "Ana"),
    ("CANCIO\u0301N", "", "", "", None, "Ben Cancio"),
    ("Marea", "", "Canciones del mar", "", 1999, "Ana"),
    ("Vals", "", "", "Canción de autor", None, "Ana"),
    ("The The", "The The", "The the", "the", None, "Ana"),
    ("To be or not to be", "Who", "", "", None, "Ana"),
    ("A", "E", "", "", None, "Ana"),
    ("Straße nach Westen", "Mötley Ænima", "", "", None, "Ana"),
    ("夜の七時", "東京事変", "", "", None, "Ana"),
    ("東京", "", "", "", None, "Ana"),
    ("Достопримечательности", "Ёлка", "", "", None, "Ana"),
    ("한국 음악", "", "", "", None, "Ana"),
    ("हिन्दी गीत", "", "", "", None, "Ana"),
    ("I ❤\ufe0f 🎸", "", "", "", None, "Ana"),
    ("99 Luftballons, No. 1", "R.E.M.", "AC/DC", "Hip-hop", 2015, "Ana"),
    ("x" * 200, "", "", "", None, "Ana"),
    ("\U00020bb7", "", "", "", None, "Ana"),
    ("!!!", "!!!", "", "", None, "Ana"),
    ("snake_case 100%", "O'Brien", "", "", None, "Ana"),
]

IN_TITLES = ["CANCIÓN", "Cancionero", "Canción de cuna", "La última canción"]
EVERYWHERE = [*IN_TITLES, "Cuna", "Marea", "Vals"]
SEARCHES = {
    # Whole titles, titles that begin so, titles, artists, albums, genres, uploaders.
    "cancion": EVERYWHERE,
    "CANCIÓN": EVERYWHERE,
    "cancio": EVERYWHERE,
    "canciones": ["Marea"],
    "cuna": ["Cuna", "Canción de cuna"],
    "cuna cancion": ["Canción de cuna", "Cuna"],
    "cancion folk": ["Cuna", "Canción de cuna"],
    "canc de c": ["Canción de cuna", "Marea", "Vals"],
    "folk 1999": [],
    "ben": ["CANCIÓN", "Cancionero"],
    "ben canc": ["CANCIÓN", "Cancionero"],
    "ben marea": [],
    # Words that a database leaves out by itself, or takes for too short.
    "the": ["The The"],
    "the the the": ["The The"],
    "la": ["La última canción", "Canción de cuna"],
    "to be": ["To be or not to be"],
    "or": ["To be or not to be"],
    "who": ["To be or not to be"],
    "i": ["I ❤ 🎸"],
    "e": ["99 Luftballons, No. 1", "A"],
    "9": ["99 Luftballons, No. 1"],
    "99": ["99 Luftballons, No. 1"],
    "n 1": ["99 Luftballons, No. 1"],
    "r.e.m": ["99 Luftballons, No. 1"],
    "ac/dc": ["99 Luftballons, No. 1"],
    "hip hop": ["99 Luftballons, No. 1"],
    "nandu": ["La última canción"],
    "ñandú": ["La última canción"],
    "strasse": ["Straße nach Westen"],
    "straße west": ["Straße nach Westen"],
    "motley aen": ["Straße nach Westen"],
    "東京": ["東京", "夜の七時"],
    "七時": ["夜の七時"],
    "の": ["夜の七時"],
    "夜の七時": ["夜の七時"],
    "夜七": [],
    "東京 夜": ["夜の七時"],
    "\U00020bb7": ["\U00020bb7"],
    "достопримечательность": ["Достопримечательности"],
    "ДОСТО елка": ["Достопримечательности"],
    "음악": ["한국 음악"],
    "हिन्दी": ["हिन्दी गीत"],
    "🎸": ["I ❤ 🎸"],
    "❤": ["I ❤ 🎸"],
    "x" * 199: ["x" * 200],
    "x" * 5000: ["x" * 200],
    "case": ["snake_case 100%"],
    "snake_case": ["snake_case 100%"],
    "obrien": [],
    "o'brien": ["snake_case 100%"],
    # What means something to a database.
    "": [],
    "   ": [],
    "!!!": [],
    '"': [],
    "*": [],
    "%": [],
    "_": [],
    "canc*": EVERYWHERE,
    '"cuna': ["Cuna", "Canción de cuna"],
    "+cuna -cancion": ["Canción de cuna", "Cuna"],
    "cuna NOT cancion": [],
    "cuna & !cancion": ["Canción de cuna", "Cuna"],
    "cuna:*": ["Cuna", "Canción de cuna"],
    "title:cuna": [],
    "'; DROP TABLE tracks; --": [],
    "cuna)": ["Cuna", "Canción de cuna"],
    "\\cuna": ["Cuna", "Canción de cuna"],
    "cuna\0": ["Cuna", "Canción de cuna"],
}


@pytest.fixture
def database(every_database: Database) -> Database:
    return every_database


def _add(database: Database, rows: list[tuple[str, str, str, str, int | None, str]]) -> None:
    with database.writing.begin() as db:
        for title, artist, album, genre, year, uploader in rows:
            owner = accounts.find(db, uploader) or accounts.sign_up(
                db, uploader, "three sad tigers"
            )
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
                title=title,
                artist=artist,
                album=album,
                genre=genre,
                year=year,
            )
            db.add(track)
            index.refresh(db, track)


def _add_album(database: Database, rows: list[tuple[str, int | None, int | None, str]]) -> None:
    """Add tracks of the album "Nanas", each with its disc, its number and who uploads it."""
    _add(database, [(title, "Los Dos", "Nanas", "", 1999, who) for title, _, _, who in rows])
    with database.writing.begin() as db:
        for title, disc, number, _ in rows:
            places = {"disc": disc, "number": number}
            db.execute(update(Track).where(Track.title == title).values(places))


def _on_album(database: Database) -> list[str]:
    heard: list[str] = []
    after: Any = None
    while not heard or after:
        with database.reading() as db:
            page = albums.tracks_of(db, "nánas", after=after)
        heard += [track.title for track in page.tracks]
        after = page.after
    return heard


def _titles(database: Database, words: str) -> list[str]:
    with database.reading() as db:
        return [_shown(track.title) for track in finding.find(db, words).tracks]


def _shown(title: str) -> str:
    return title.replace("O\u0301", "Ó").replace("\ufe0f", "")


def _same(database: Database, kind: str, name: str) -> list[str]:
    with database.reading() as db:
        return [_shown(track.title) for track in browsing.tracks_of(db, kind, name).tracks]


def _only_track(database: Database) -> Track:
    with database.reading() as db:
        return db.scalars(select(Track)).one()


def test_every_search_finds_what_it_should_in_order(database: Database) -> None:
    _add(database, CATALOGUE)

    found = {words: _titles(database, words) for words in SEARCHES}

    assert found == SEARCHES


def test_a_name_leads_to_all_that_bear_them_but_for_case_and_accents(database: Database) -> None:
    _add(database, CATALOGUE)

    assert _same(database, "artist", "los CANCION") == ["Cuna"]
    assert _same(database, "artist", "los") == []
    assert _same(database, "genre", "folk") == ["Cuna", "Canción de cuna"]
    assert _same(database, "album", "nanas") == ["Canción de cuna"]
    assert _same(database, "year", "1999") == ["Marea", "Canción de cuna"]
    assert _same(database, "year", "199") == []
    assert _same(database, "artist", "!!!") == []


def test_an_album_is_heard_by_disc_and_number(database: Database) -> None:
    _add_album(
        database,
        [
            ("loose", None, None, "Ana"),
            ("of the second disc", 2, 1, "Ana"),
            ("tenth", 1, 10, "Ana"),
            ("second", None, 2, "Ana"),
            ("first", 1, 1, "Ana"),
            ("loose, too", None, None, "Ana"),
        ],
    )

    heard = _on_album(database)

    assert heard == ["first", "second", "tenth", "loose", "loose, too", "of the second disc"]


def test_albums_of_the_same_name_come_one_behind_the_other(database: Database) -> None:
    _add_album(
        database,
        [
            ("Ana's second", 1, 2, "Ana"),
            ("Ben's second", 1, 2, "Ben"),
            ("Ben's first", 1, 1, "Ben"),
            ("Ana's first", 1, 1, "Ana"),
        ],
    )

    heard = _on_album(database)

    assert heard == ["Ana's first", "Ana's second", "Ben's first", "Ben's second"]


def test_pages_of_an_album_follow_each_other(database: Database) -> None:
    numbered = [(f"numbered {number:03}", None, number, "Ana") for number in range(1, 61)]
    loose = [(f"without {number:03}", None, None, "Ana") for number in range(60)]
    _add_album(database, [*loose, *numbered[::-1]])

    heard = _on_album(database)

    assert heard == [title for title, *_ in numbered + loose]


def test_an_album_says_what_all_of_it_has_in_common(database: Database) -> None:
    _add(database, [("Vals", "Los Dos", "Nanas", "", 1999, "Ana") for _ in range(60)])
    with database.writing.begin() as db:
        db.execute(update(Track).where(Track.id % 2 == 0).values(seconds=60))
    with database.reading() as db:
        alike = albums.extent_of(db, "Nanas")
    _add(database, [("Vals", "Otros", "Nanas", "", None, "Ben")])
    with database.reading() as db:
        mixed = albums.extent_of(db, "nanas")

    assert alike == albums.Extent(60, 1800.0, "Los Dos", 1999)
    assert mixed == albums.Extent(61, 1800.0, "", None)


def test_names_are_listed_once_in_order(database: Database) -> None:
    _add(database, CATALOGUE)
    _add(database, [("Vals", "THE THE", "", "FOLK", 1999, "Ana")])

    with database.reading() as db:
        listed = {kind: browsing.names(db, kind).names for kind in ("artist", "genre", "year")}

    assert [row[1] for row in listed["artist"]] == [
        "E",
        "Las Tres Réplicas",
        "Los Canción",
        "Mötley Ænima",
        "Ñandú",
        "O'Brien",
        "R.E.M.",
        "THE THE",
        "Who",
        "Ёлка",
        "東京事変",
    ]
    assert [tuple(row[:2]) for row in listed["genre"]] == [
        ("cancion-de-autor", "Canción de autor"),
        ("folk", "FOLK"),
        ("hip-hop", "Hip-hop"),
        ("the", "the"),
    ]
    assert [tuple(row[:2]) for row in listed["year"]] == [("1999", 1999), ("2015", 2015)]


def test_pages_of_names_follow_each_other(database: Database) -> None:
    _add(
        database,
        [("Vals", f"Artist {number % 120:03}", "", "", 1999, "Ana") for number in range(150)],
    )
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        with database.reading() as db:
            page = browsing.names(db, "artist", after=after)
        seen += [row[1] for row in page.names]
        after = page.after

    assert seen == [f"Artist {number:03}" for number in range(120)]


def test_an_empty_catalogue_has_no_names(database: Database) -> None:
    with database.reading() as db:
        assert browsing.names(db, "artist") == browsing.Names([], None)


def test_pages_follow_each_other_through_all_tiers(database: Database) -> None:
    numbers = range(35)
    _add(database, [("Nana", "", "", "", None, "Ana") for _ in numbers])
    _add(database, [("Nana nueva", "", "", "", None, "Ana") for _ in numbers])
    _add(database, [("Vals", "Nana", "", "", None, "Ana") for _ in numbers])
    _add(database, [("Otra", "", "", "", None, "Nana") for _ in numbers])
    seen: list[tuple[str, int]] = []
    after: Position | None = None
    for page in itertools.count():
        with database.reading() as db:
            found = finding.find(db, "nana", after=after)
        seen += [(track.title, track.id) for track in found.tracks]
        assert len(found.tracks) == (50 if page < 2 else 40)
        if found.after is None:
            break
        after = Position.parse(str(found.after))

    titles = [title for title, _ in seen]
    assert titles == ["Nana"] * 35 + ["Nana nueva"] * 35 + ["Vals"] * 35 + ["Otra"] * 35
    for start in range(0, 140, 35):
        ids = [track_id for _, track_id in seen[start : start + 35]]
        assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize("count", [50, 100])
def test_a_full_page_with_nothing_after_it_is_the_last(database: Database, count: int) -> None:
    _add(database, [("Nana", "", "", "", None, "Ana")] * count)

    with database.reading() as db:
        first = finding.find(db, "nana")
        last = first if first.after is None else finding.find(db, "nana", after=first.after)

    assert len(last.tracks) == 50
    assert last.after is None


def test_an_edit_is_found_by_what_is_new(database: Database) -> None:
    _add(database, CATALOGUE[:1])
    details = {"title": "Vals", "artist": "", "album": "", "genre": "", "year": None}

    with database.writing.begin() as db:
        catalogue.edit(db, db.scalars(select(Track)).one(), details)

    assert _titles(database, "vals") == ["Vals"]
    assert _titles(database, "cuna") == _same(database, "year", "1999") == []


def test_a_change_that_is_taken_back_leaves_the_index_as_it_was(database: Database) -> None:
    _add(database, CATALOGUE[:1])
    details = {"title": "Vals", "artist": "", "album": "", "genre": "", "year": None}

    with database.writing() as db:
        catalogue.edit(db, db.scalars(select(Track)).one(), details)
        db.rollback()

    assert _titles(database, "vals") == []
    assert _titles(database, "cuna") == ["Canción de cuna"]


def test_what_is_deleted_is_away_until_it_is_back(database: Database) -> None:
    _add(database, CATALOGUE[:1])
    track = _only_track(database)
    with database.writing.begin() as db:
        deletion.delete_track(db, db.get_one(Track, track.id), 60)
    deleted = _titles(database, "cuna")
    with database.writing.begin() as db:
        deletion.restore_track(db, db.get_one(Track, track.id))

    assert deleted == []
    assert _titles(database, "cuna") == ["Canción de cuna"]
    assert _same(database, "genre", "folk") == ["Canción de cuna"]


def test_terms_that_a_deleted_track_should_not_have_are_of_no_use(database: Database) -> None:
    _add(database, CATALOGUE[:1])
    with database.writing.begin() as db:
        db.scalars(select(Track)).one().deleted_at = func.now()

    assert _titles(database, "cuna") == _same(database, "genre", "folk") == []


def test_two_who_edit_at_once_leave_what_the_row_says(database: Database) -> None:
    _add(database, CATALOGUE[:1])
    barrier = threading.Barrier(2)

    def edit(title: str) -> None:
        details = {"title": title, "artist": "", "album": "", "genre": "", "year": None}
        with database.writing() as db:
            barrier.wait(10)
            catalogue.edit(db, db.scalars(select(Track)).one(), details)
            db.commit()

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(edit, ["Vals", "Tango"]))
        title = _only_track(database).title
        other = {"Vals": "Tango", "Tango": "Vals"}[title]
        assert _titles(database, title) == [title]
        assert _titles(database, other) == []


def test_the_migration_indexes_what_is_there(database: Database, every_ini: dict[str, str]) -> None:
    _fill_as_before_there_was_search(database, every_ini)

    migrate.upgrade(database, every_ini)

    assert _titles(database, "ana cancion 2499") == ["Canción 2499"]
    assert _titles(database, "2498") == []
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(SearchTerms)) == 2499


def test_the_migration_of_many_tracks_is_many_transactions(mariadb: str) -> None:
    """A node of Galera keeps each in memory, and sends it to the others as a whole."""
    ini = {"sqlalchemy.url": mariadb, "alembic.script_location": str(ROOT / "migrations")}
    database, seen = open_database(ini, patient=True), []
    migrate.upgrade(database, ini)
    _fill_as_before_there_was_search(database, ini)

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO search_terms"):
            with database.reading() as db:
                seen.append(db.scalar(select(func.count()).select_from(SearchTerms)))

    event.listen(database.engine, "before_cursor_execute", look)
    migrate.upgrade(database, ini)
    event.remove(database.engine, "before_cursor_execute", look)
    migrate.downgrade(database, ini)
    database.close()

    assert seen == [0, 1000, 2000]


def _fill_as_before_there_was_search(database: Database, ini: dict[str, str]) -> None:
    """Go back to the first schema, with 2,500 tracks of Ana; 2498 is deleted."""
    config = migrate._config(ini)
    with database.engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        # The class has columns that its table has not yet.
        tracks = Table("tracks", MetaData(), autoload_with=connection)
        connection.execute(insert(User), {"id": 1, **_bare_person()})
        connection.execute(insert(tracks), [_bare_track(number) for number in range(2500)])


def test_what_was_deleted_behind_our_back_is_in_no_list_after_all(database: Database) -> None:
    _add(database, CATALOGUE[:1])
    with database.writing.begin() as db:
        db.scalars(select(Track)).one().deleted_at = func.now()
    with database.writing() as db:
        list(index.refresh_all(db))

    with database.reading() as db:
        assert browsing.names(db, "artist").names == []
        assert db.scalar(select(func.count()).select_from(SearchTerms)) == 0


def test_what_was_changed_behind_our_back_is_found_after_all(database: Database) -> None:
    with database.writing.begin() as db:
        db.execute(insert(User), {"id": 1, **_bare_person()})
        db.execute(insert(Track), [_bare_track(number) for number in range(250)])
    with database.writing() as db:
        before = _titles(database, "cancion 120")

        refreshed = list(index.refresh_all(db))

    assert before == []
    assert refreshed == [100, 100, 50]
    assert _titles(database, "cancion 120") == ["Canción 120"]


def _bare_person() -> dict[str, Any]:
    return {
        "name": "Ana",
        "name_key": "ana",
        "password_hash": "-",
        "is_admin": False,
        "created_at": MOMENT,
    }


def _bare_track(number: int) -> dict[str, Any]:
    """Return what the first schema has of a track, with all that cannot be left out."""
    return {
        "public_id": f"{number:012}",
        "owner_id": 1,
        "key": f"{number:064x}-{ULID()}",
        "url": "http://localhost",
        "size": 1,
        "sha256": f"{number:064x}",
        "form": str(ULID()),
        "content_type": "audio/mpeg",
        "title": f"Canción {number}",
        "artist": "",
        "album": "",
        "genre": "",
        "created_at": MOMENT,
        "deleted_at": MOMENT if number == 2498 else None,
    }
