"""Playlists on every database: their order while several change it, and what is found."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select, update
from ulid import ULID

from cdpsfy.models import (
    Playlist,
    PlaylistEntry,
    PlaylistMember,
    PlaylistWord,
    Role,
    Track,
    User,
    Visibility,
)
from cdpsfy.models.meta import now
from cdpsfy.web.services import accounts, deletion
from cdpsfy.web.services.playlists import (
    access,
    entries,
    finding,
    listing,
    members,
    playlists,
)
from cdpsfy.web.services.playlists.locking import Gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdpsfy.database import Database

pytestmark = pytest.mark.database


@pytest.fixture
def database(every_database: Database) -> Database:
    return every_database


@pytest.fixture
def ana(database: Database) -> User:
    return _sign_up(database, "Ana")


@pytest.fixture
def ben(database: Database) -> User:
    return _sign_up(database, "Ben")


def _sign_up(database: Database, name: str) -> User:
    with database.writing.begin() as db:
        return accounts.sign_up(db, name, "three sad tigers")


def _track(number: int, owner: User) -> Track:
    return Track(
        public_id=f"{number:012}",
        owner_id=owner.id,
        key=f"{number:064x}-{ULID()}",
        url="http://localhost",
        size=1,
        sha256=f"{number:064x}",
        form=str(ULID()),
        content_type="audio/mpeg",
        title=f"{number}",
        seconds=10.0,
    )


def _fill(database: Database, owner: User, count: int) -> Playlist:
    """Return a public playlist of an owner's tracks 0, 1, …, all public."""
    with database.writing.begin() as db:
        db.add_all(_track(number, owner) for number in range(count))
        db.flush()
        details = {"name": "Nanas", "visibility": Visibility.PUBLIC}
        playlist = playlists.create(db, owner, details)
        entries.add(db, playlist, owner, [f"{number:012}" for number in range(count)])
    return playlist


def _titles(database: Database, playlist: Playlist, viewer: User | None = None) -> list[str]:
    with database.reading() as db:
        seen = access.find(db, playlist.public_id, viewer)
        assert seen is not None
        return [row.title for row in listing.tracks(db, seen)]


def _entry(database: Database, title: str) -> int:
    with database.reading() as db:
        query = select(PlaylistEntry.id).join(Track, PlaylistEntry.track_id == Track.id)
        return db.scalars(query.where(Track.title == title)).one()


def _change(database: Database, what: Callable[..., object], *about: Any, **named: Any) -> None:
    with database.writing.begin() as db:
        what(db, *about, **named)


def _at_once(*acts: Callable[[], object]) -> list[object]:
    """Begin all in the same moment; return what each returned, or the error that ended it."""
    barrier = threading.Barrier(len(acts))

    def act(one: Callable[[], object]) -> object:
        barrier.wait(10)
        try:
            return one()
        except (Gone, entries.NoEntry, entries.NoTrack) as error:
            return type(error)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_an_entry_moves_and_the_others_stay(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 4)
    first, last = _entry(database, "0"), _entry(database, "3")

    _change(database, entries.move, playlist, last, behind=first)
    behind = _titles(database, playlist)
    _change(database, entries.move, playlist, last, behind=None)
    front = _titles(database, playlist)
    _change(database, entries.step, playlist, first, 1)
    _change(database, entries.step, playlist, last, -1)

    assert behind == ["0", "3", "1", "2"]
    assert front == ["3", "0", "1", "2"]
    assert _titles(database, playlist) == ["3", "1", "0", "2"]


def test_steps_lead_from_one_end_to_the_other_and_no_further(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 3)
    first = _entry(database, "0")

    for _ in range(3):
        _change(database, entries.step, playlist, first, 1)
    down = _titles(database, playlist)
    for _ in range(3):
        _change(database, entries.step, playlist, first, -1)

    assert down == ["1", "2", "0"]
    assert _titles(database, playlist) == ["0", "1", "2"]


def test_there_is_always_room_between_two(database: Database, ana: User) -> None:
    """Each move halves what is left between the first two: it is used up several times."""
    playlist = _fill(database, ana, 12)
    order = [str(number) for number in range(12)]
    first = _entry(database, "0")

    for number in range(80):
        title = str(1 + number % 11)
        _change(database, entries.move, playlist, _entry(database, title), behind=first)
        order.remove(title)
        order.insert(1, title)

    assert _titles(database, playlist) == order


def test_the_same_track_may_be_in_it_twice(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 2)

    _change(database, entries.add, playlist, ana, ["000000000000"])

    assert _titles(database, playlist) == ["0", "1", "0"]


def test_a_full_playlist_takes_no_more_and_none_of_them(
    database: Database, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist = _fill(database, ana, 3)
    monkeypatch.setattr(entries, "MOST", 4)

    with pytest.raises(entries.Full):
        _change(database, entries.add, playlist, ana, ["000000000000", "000000000001"])

    assert _titles(database, playlist) == ["0", "1", "2"]


def test_many_who_change_it_at_once_neither_lose_nor_double_any(
    database: Database, ana: User
) -> None:
    playlist = _fill(database, ana, 12)
    ids = {title: _entry(database, title) for title in map(str, range(12))}
    chance = random.Random(6)  # noqa: S311 - no secret
    moving = [str(number) for number in range(8)]

    def move() -> None:
        for _ in range(6):
            one, other = chance.sample(moving, 2)
            _change(database, entries.move, playlist, ids[one], behind=ids[other])

    def remove() -> None:
        for title in ("8", "9", "10", "11"):
            _change(database, entries.remove, playlist, ids[title])

    def add() -> None:
        for _ in range(4):
            _change(database, entries.add, playlist, ana, ["000000000000"])

    ended = _at_once(move, move, remove, add)

    assert ended == [None] * 4
    assert sorted(_titles(database, playlist)) == sorted([*moving, *["0"] * 4])
    with database.reading() as db:
        assert db.scalars(select(Playlist.version)).one() == 1 + 12 + 4 + 4


def test_two_who_move_to_the_same_place_both_get_there(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 4)
    first, third, fourth = (_entry(database, title) for title in ("0", "2", "3"))

    ended = _at_once(
        lambda: _change(database, entries.move, playlist, third, behind=first),
        lambda: _change(database, entries.move, playlist, fourth, behind=first),
    )

    assert ended == [None, None]
    assert _titles(database, playlist) in (["0", "2", "3", "1"], ["0", "3", "2", "1"])


def test_an_entry_that_is_moved_while_another_removes_it_is_gone(
    database: Database, ana: User
) -> None:
    playlist = _fill(database, ana, 6)
    for title in ("3", "4", "5"):
        entry = _entry(database, title)

        moved, removed = _at_once(
            partial(_change, database, entries.move, playlist, entry, behind=None),
            partial(_change, database, entries.remove, playlist, entry),
        )

        assert moved in (None, entries.NoEntry)
        assert removed is None
    assert _titles(database, playlist) == ["0", "1", "2"]


def test_behind_what_is_gone_nothing_is_moved(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 3)
    gone = _entry(database, "2")
    _change(database, entries.remove, playlist, gone)

    with pytest.raises(entries.NoEntry):
        _change(database, entries.move, playlist, _entry(database, "0"), behind=gone)

    assert _titles(database, playlist) == ["0", "1"]


def test_of_two_who_remove_one_entry_one_is_too_late(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 3)
    entry = _entry(database, "1")

    ended = _at_once(*[lambda: _change(database, entries.remove, playlist, entry)] * 2)

    assert sorted(ended, key=str) == sorted([None, entries.NoEntry], key=str)
    assert _titles(database, playlist) == ["0", "2"]


def test_of_two_who_delete_a_playlist_one_is_too_late(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 1)

    ended = _at_once(*[lambda: _change(database, playlists.delete, playlist)] * 2)

    assert sorted(ended, key=str) == sorted([None, Gone], key=str)
    with pytest.raises(Gone):
        _change(database, entries.add, playlist, ana, ["000000000000"])


def test_a_track_that_is_added_while_it_is_deleted_is_not_to_be_heard(
    database: Database, ana: User
) -> None:
    playlist = _fill(database, ana, 1)
    with database.reading() as db:
        track = db.scalars(select(Track)).one()

    added, deleted = _at_once(
        lambda: _change(database, entries.add, playlist, ana, [track.public_id]),
        lambda: _change(database, lambda db: deletion.delete_track(db, db.merge(track), 60)),
    )

    assert added in (None, entries.NoTrack)
    assert deleted is None
    assert _titles(database, playlist, ana) == []
    _change(database, lambda db: deletion.restore_track(db, db.merge(track)))
    assert set(_titles(database, playlist)) == {"0"}


def test_a_page_of_entries_leads_to_the_next(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 230)
    seen_titles: list[str] = []
    after, before = None, None
    while True:
        with database.reading() as db:
            seen = access.find(db, playlist.public_id, None)
            assert seen is not None
            page = listing.page(db, seen, after=after)
        assert page.before == before
        seen_titles += [row.title for row in page.entries]
        after, before = page.after, page.entries[-1].entry
        if after is None:
            break

    assert seen_titles == [str(number) for number in range(230)]


def test_a_page_of_playlists_is_two_statements_whatever_is_in_them(
    database: Database, ana: User
) -> None:
    _fill(database, ana, 20)
    with database.writing.begin() as db:
        for number in range(30):
            details = {"name": f"{number}", "visibility": Visibility.PUBLIC}
            playlist = playlists.create(db, ana, details)
            entries.add(db, playlist, ana, [f"{number % 20:012}", f"{(number + 1) % 20:012}"])
    statements: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    with database.reading() as db:
        page = playlists.newest(db)
        mosaics = listing.mosaics(db, [row.id for row in page.playlists], None)

    assert [row.name for row in page.playlists] == [str(number) for number in range(29, 5, -1)]
    assert len(mosaics) == playlists.PAGE
    assert [tile.public_id for tile in mosaics[page.playlists[0].id]] == [
        "000000000009",
        "000000000010",
    ]
    assert len([text for text in statements if text.lstrip().startswith("SELECT")]) <= 2


NAMES = [
    # Name, description, visibility; the last one is the newest.
    ("Canción de cuna", "", "public"),
    ("Para dormir", "Nanas y canciones", "public"),
    ("CANCIONES", "", "private"),
    ("Cancionero", "", "unlisted"),
    ("夜の音楽", "", "public"),
    ("The The", "", "public"),
    ("!!!", "", "public"),
    ("100% snake_case", "", "public"),
]
SEARCHES = {
    "cancion": ["Canción de cuna", "Para dormir"],
    "CANC": ["Canción de cuna", "Para dormir"],
    "cancion cuna": ["Canción de cuna"],
    "nanas dormir": ["Para dormir"],
    "音楽": ["夜の音楽"],
    "the": ["The The"],
    "100%": ["100% snake_case"],
    "snake case": ["100% snake_case"],
    "_": [],
    "%": [],
    "!!!": [],
    "": [],
    "cancion nothing": [],
}


def _make(database: Database, owner: User) -> None:
    with database.writing.begin() as db:
        for name, description, visibility in NAMES:
            details = {"name": name, "description": description, "visibility": visibility}
            playlists.create(db, owner, details)


def _found(database: Database, words: str, viewer: User | None) -> list[str]:
    with database.reading() as db:
        return [row.name for row in finding.find(db, words, viewer).playlists]


def test_every_search_finds_what_it_should_in_order(
    database: Database, ana: User, ben: User
) -> None:
    _make(database, ana)

    assert {words: _found(database, words, None) for words in SEARCHES} == SEARCHES
    assert {words: _found(database, words, ben) for words in SEARCHES} == SEARCHES
    assert _found(database, "cancion", ana) == [
        "Cancionero",
        "CANCIONES",
        "Canción de cuna",
        "Para dormir",
    ]


def test_what_is_shared_with_somebody_is_found_by_them(
    database: Database, ana: User, ben: User
) -> None:
    _make(database, ana)
    with database.writing.begin() as db:
        playlist = db.scalars(select(Playlist).where(Playlist.name == "CANCIONES")).one()
        members.invite(db, playlist, ben, Role.LISTENER)
    shared = _found(database, "canciones", ben)

    _change(database, members.remove, playlist, ben)

    assert shared == ["CANCIONES", "Para dormir"]
    assert _found(database, "canciones", ben) == ["Para dormir"]


def test_a_renamed_or_deleted_one_is_found_by_what_it_is_now(database: Database, ana: User) -> None:
    playlist = _fill(database, ana, 1)
    details = {"name": "Valses", "description": "", "visibility": "public"}

    _change(database, playlists.edit, playlist, details)
    renamed = _found(database, "nanas", None), _found(database, "vals", None)
    _change(database, playlists.delete, playlist)
    deleted = _found(database, "vals", ana)
    _change(database, playlists.restore, ana, playlist.public_id)

    assert renamed == ([], ["Valses"])
    assert deleted == []
    assert _found(database, "vals", None) == ["Valses"]


def test_pages_of_what_was_found_follow_each_other(database: Database, ana: User) -> None:
    with database.writing.begin() as db:
        for number in range(30):
            named = {"name": f"Nana {number}", "visibility": "public"}
            playlists.create(db, ana, named)
            about = {"name": f"{number}", "description": "nanas", "visibility": "public"}
            playlists.create(db, ana, about)
    seen: list[str] = []
    after: Any = None
    while True:
        with database.reading() as db:
            page = finding.find(db, "nana", None, after=after)
        seen += [row.name for row in page.playlists]
        if page.after is None:
            break
        after = page.after

    assert seen == [f"Nana {n}" for n in range(29, -1, -1)] + [f"{n}" for n in range(29, -1, -1)]


def test_what_was_deleted_thirty_days_ago_is_forgotten(database: Database, ana: User) -> None:
    playlist, young = _fill(database, ana, 2), None
    with database.writing.begin() as db:
        young = playlists.create(db, ana, {"name": "Young"})
        members.invite(db, playlist, accounts.sign_up(db, "Ben", "three sad tigers"), Role.EDITOR)
    _change(database, playlists.delete, playlist)
    _change(database, playlists.delete, young)
    long_ago = update(Playlist).where(Playlist.id == playlist.id)
    with database.writing.begin() as db:
        db.execute(long_ago.values(deleted_at=now() - timedelta(days=31)))

    _change(database, playlists.forget_deleted)

    with database.reading() as db:
        assert db.scalars(select(Playlist.name)).all() == ["Young"]
        counts = [
            db.scalar(select(func.count()).select_from(table))
            for table in (PlaylistEntry, PlaylistMember)
        ]
        assert counts == [0, 0]
        assert set(db.scalars(select(PlaylistWord.playlist_id))) == {young.id}
