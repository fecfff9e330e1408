"""Likes, plays and what is liked and heard most: alike on every database, whoever comes at once."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, update
from ulid import ULID

from cdpsfy.models import Like, Play, Track, TrackCounts, User, Visibility
from cdpsfy.models.meta import now
from cdpsfy.web.services import accounts, catalogue, deletion, likes, plays, popularity

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy.orm import Session

    from cdpsfy.database import Database

pytestmark = pytest.mark.database

SECONDS = 240


@pytest.fixture
def database(every_database: Database) -> Database:
    return every_database


@pytest.fixture
def ana(database: Database) -> User:
    with database.writing.begin() as db:
        return accounts.sign_up(db, "Ana", "three sad tigers")


@pytest.fixture
def ben(database: Database) -> User:
    with database.writing.begin() as db:
        return accounts.sign_up(db, "Ben", "three sad tigers")


def add_tracks(database: Database, owner: User, count: int) -> list[Track]:
    with database.writing.begin() as db:
        tracks = [
            Track(
                public_id=f"{number:012}",
                owner_id=owner.id,
                key=f"{number:064x}-{ULID()}",
                url="http://localhost",
                size=1,
                sha256=f"{number:064x}",
                form=str(ULID()),
                content_type="audio/mpeg",
                title=f"Track {number}",
                seconds=SECONDS,
            )
            for number in range(count)
        ]
        db.add_all(tracks)
        db.flush()
        return tracks


def at_once(database: Database, *actions: Callable[[Session], None]) -> None:
    """Let each act in a transaction of its own, all at the same moment."""
    barrier = threading.Barrier(len(actions))

    def act(action: Callable[[Session], None]) -> None:
        with database.writing() as db:
            barrier.wait(10)
            action(db)
            db.commit()

    with ThreadPoolExecutor(len(actions)) as pool:
        list(pool.map(act, actions))


def like(person: User, track: Track) -> Callable[[Session], None]:
    return lambda db: likes.like(db, person, db.get_one(Track, track.id))


def unlike(person: User, track: Track) -> Callable[[Session], None]:
    return lambda db: likes.unlike(db, person, db.get_one(Track, track.id))


def play(person: User, track: Track) -> Callable[[Session], None]:
    return lambda db: plays.note_play(db, person, db.get_one(Track, track.id))


def counts(database: Database, track: Track) -> tuple[int, int]:
    with database.reading() as db:
        found = popularity.counts_of(db, track)
        return found.plays, found.likes


def rows(database: Database, table: type[Like | Play]) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def let_time_pass(database: Database, seconds: float) -> None:
    """Move what was heard into the past."""
    with database.writing.begin() as db:
        for found in db.scalars(select(Play)):
            found.played_at -= timedelta(seconds=seconds)
            if found.counted_at is not None:
                found.counted_at -= timedelta(seconds=seconds)
        for user in db.scalars(select(User).where(User.heard_at.is_not(None))):
            assert user.heard_at is not None
            user.heard_at -= timedelta(seconds=seconds)


def test_a_like_pressed_twice_at_once_is_one(database: Database, ana: User) -> None:
    (track,) = add_tracks(database, ana, 1)

    at_once(database, like(ana, track), like(ana, track))

    assert rows(database, Like) == 1
    assert counts(database, track) == (0, 1)


def test_everybody_who_likes_and_unlikes_at_once_is_counted(
    database: Database, ana: User, ben: User
) -> None:
    (track,) = add_tracks(database, ana, 1)

    for _ in range(5):
        at_once(database, like(ana, track), unlike(ana, track), like(ben, track))

        assert counts(database, track) == (0, rows(database, Like))
    with database.reading() as db:
        assert likes.likes(db, ben, track)


def test_what_is_deleted_as_it_is_liked_is_in_no_list(database: Database, ana: User) -> None:
    (track,) = add_tracks(database, ana, 1)

    at_once(
        database,
        like(ana, track),
        play(ana, track),
        lambda db: deletion.delete_track(db, db.get_one(Track, track.id), 60),
    )

    with database.reading() as db:
        pages = [likes.liked(db, ana), plays.recent(db, ana)]
        pages += [popularity.most_liked(db), popularity.most_played(db)]
    assert [page.tracks for page in pages] == [[], [], [], []]
    assert counts(database, track) == (1, 1)


def test_a_play_told_twice_at_once_counts_once(database: Database, ana: User) -> None:
    (track,) = add_tracks(database, ana, 1)

    at_once(database, play(ana, track), play(ana, track))

    assert rows(database, Play) == 1
    assert counts(database, track) == (1, 0)


def test_two_tracks_that_are_heard_at_once_by_one_person_count_once(
    database: Database, ana: User
) -> None:
    one, other = add_tracks(database, ana, 2)

    at_once(database, play(ana, one), play(ana, other))

    assert counts(database, one)[0] + counts(database, other)[0] == 1
    assert rows(database, Play) == 2


def test_two_people_who_hear_a_track_at_once_both_count(
    database: Database, ana: User, ben: User
) -> None:
    (track,) = add_tracks(database, ana, 1)

    at_once(database, play(ana, track), play(ben, track))

    assert counts(database, track) == (2, 0)


@pytest.mark.parametrize(("later", "counted"), [(SECONDS / 2, 1), (SECONDS, 2)])
def test_a_track_counts_again_when_it_can_have_been_heard_again(
    database: Database, ana: User, later: float, counted: int
) -> None:
    (track,) = add_tracks(database, ana, 1)
    at_once(database, play(ana, track))
    let_time_pass(database, later)

    at_once(database, play(ana, track))

    assert counts(database, track) == (counted, 0)


def test_a_history_that_is_cleared_does_not_let_all_be_counted_anew(
    database: Database, ana: User
) -> None:
    (track,) = add_tracks(database, ana, 1)
    at_once(database, play(ana, track))
    with database.writing.begin() as db:
        plays.clear(db, ana)

    at_once(database, play(ana, track))

    assert counts(database, track) == (1, 0)


def test_a_history_goes_back_so_far_and_no_farther(
    database: Database, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plays, "KEPT", 3)
    tracks = add_tracks(database, ana, 5)
    for track in tracks:
        at_once(database, play(ana, track))

    with database.reading() as db:
        titles = [row[2] for row in plays.recent(db, ana).tracks]

    assert titles == ["Track 4", "Track 3", "Track 2"]
    assert rows(database, Play) == 3


def test_lists_leave_out_what_one_may_not_hear(database: Database, ana: User, ben: User) -> None:
    public, unlisted, private = add_tracks(database, ana, 3)
    with database.writing.begin() as db:
        for track, visibility in ((unlisted, Visibility.UNLISTED), (private, Visibility.PRIVATE)):
            db.execute(update(Track).where(Track.id == track.id).values(visibility=visibility))
    for person in (ana, ben):
        for track in (public, unlisted, private):
            at_once(database, like(person, track), play(person, track))
            let_time_pass(database, SECONDS)

    with database.reading() as db:
        everybodys = {len(popularity.most_liked(db).tracks), len(popularity.most_played(db).tracks)}
        of_ana = {len(likes.liked(db, ana).tracks), len(plays.recent(db, ana).tracks)}
        of_ben = {len(likes.liked(db, ben).tracks), len(plays.recent(db, ben).tracks)}

    assert (everybodys, of_ana, of_ben) == ({1}, {3}, {2})


def test_pages_of_what_is_liked_and_heard_follow_each_other(database: Database, ana: User) -> None:
    tracks = add_tracks(database, ana, 120)
    moment = now()
    with database.writing.begin() as db:
        db.add_all(Like(user_id=ana.id, track_id=track.id) for track in tracks)
        # Many at the same moment: then the row decides.
        db.add_all(
            Play(
                user_id=ana.id,
                track_id=track.id,
                played_at=moment - timedelta(microseconds=number // 70),
            )
            for number, track in enumerate(tracks)
        )
        db.add_all(
            TrackCounts(track_id=track.id, plays=number // 70, likes=number % 3)
            for number, track in enumerate(tracks)
        )

    def walk(list_page: Callable[[Session, Any], catalogue.Page]) -> list[int]:
        seen: list[int] = []
        after = None
        while True:
            with database.reading() as db:
                page = list_page(db, after)
            seen += [row[0] for row in page.tracks]
            if page.after is None:
                return seen
            after = page.after

    ids = [track.id for track in tracks]
    by_moment = sorted(range(120), key=lambda number: (-(number // 70), number), reverse=True)
    by_likes = sorted(range(120), key=lambda number: (number % 3, number), reverse=True)
    assert walk(lambda db, after: likes.liked(db, ana, after=after)) == ids[::-1]
    assert walk(lambda db, after: plays.recent(db, ana, after=after)) == [
        ids[number] for number in by_moment
    ]
    assert walk(lambda db, after: popularity.most_played(db, after=after)) == ids[:69:-1]
    assert walk(lambda db, after: popularity.most_liked(db, after=after)) == [
        ids[number] for number in by_likes if number % 3
    ]


def test_lists_are_read_from_their_index_and_not_sorted(
    database: Database, ana: User, ben: User
) -> None:
    """However many there are, a page costs what it shows."""
    tracks = add_tracks(database, ana, 3000)
    with database.writing.begin() as db:
        # With two people MariaDB reads both of them at once, and sorts.
        db.add_all(User(name=f"{n}", name_key=f"{n}", password_hash="-") for n in range(300))
        for track in tracks:
            person = ana if track.id % 10 == 0 else ben
            db.add(Like(user_id=person.id, track_id=track.id))
            db.add(Play(user_id=person.id, track_id=track.id, played_at=now()))
            db.add(TrackCounts(track_id=track.id, plays=1 + track.id % 7, likes=1 + track.id % 5))
    analyse(database)

    plans = {
        "ix_track_counts_plays_track_id": plan(database, popularity.most_played),
        "ix_track_counts_likes_track_id": plan(database, popularity.most_liked),
        "ix_likes_user_id_id": plan(database, lambda db: likes.liked(db, ana)),
        "ix_plays_user_id_played_at_id": plan(database, lambda db: plays.recent(db, ana)),
    }

    for index, said in plans.items():
        assert index in said
        assert not re.search("TEMP B-TREE|filesort|temporary|Sort", said), said


def analyse(database: Database) -> None:
    tables = "tracks, users, likes, plays, track_counts"
    command = {"sqlite": "ANALYZE", "postgresql": f"ANALYZE {tables}"}.get(
        database.engine.dialect.name, f"ANALYZE TABLE {tables}"
    )
    with database.engine.connect() as connection:
        connection.exec_driver_sql(command)
        connection.commit()


def plan(database: Database, ask: Callable[[Session], object]) -> str:
    """Return how the database says that it answers what a list asks."""
    asked: list[tuple[str, object]] = []

    def note(*arguments: object) -> None:
        asked.append((str(arguments[2]), arguments[3]))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as db:
        ask(db)
    event.remove(database.engine, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    explain = "EXPLAIN QUERY PLAN" if database.engine.dialect.name == "sqlite" else "EXPLAIN"
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type]
        return str([tuple(row) for row in found])


def test_counts_of_a_page_are_no_more_statements(database: Database, ana: User) -> None:
    tracks = add_tracks(database, ana, 60)
    for track in tracks[:3]:
        at_once(database, like(ana, track))
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as db:
        liked = likes.liked_among(db, ana, [track.id for track in tracks])
    event.remove(database.engine, "before_cursor_execute", note)

    assert liked == {track.id for track in tracks[:3]}
    assert len([said for said in statements if said.startswith("SELECT")]) == 1
