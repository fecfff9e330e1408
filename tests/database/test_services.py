"""The rules hold on every database: names, claims, leadership, pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select
from ulid import ULID

from cdpsfy.models import Purge, Track, User
from cdpsfy.web.services import accounts, catalogue, deletion, leadership, waveforms

if TYPE_CHECKING:
    from cdpsfy.database import Database

pytestmark = pytest.mark.database


@pytest.fixture
def database(every_database: Database) -> Database:
    return every_database


@pytest.fixture
def owner(database: Database) -> User:
    with database.writing.begin() as db:
        return accounts.sign_up(db, "Ana", "three sad tigers")


def _add_tracks(database: Database, owner: User, count: int) -> None:
    with database.writing.begin() as db:
        db.add_all(
            Track(
                public_id=f"{number:012}",
                owner_id=owner.id,
                key=f"{number:064x}-{ULID()}",
                url="http://localhost",
                size=1,
                sha256=f"{number:064x}",
                form=str(ULID()),
                content_type="audio/mpeg",
                title=f"Canción 🎸 {number}",
            )
            for number in range(count)
        )


@pytest.mark.parametrize(("name", "taken"), [("ANA", True), ("Aná", False), ("Aña", False)])
def test_names_are_compared_alike_everywhere(
    database: Database,
    owner: User,  # noqa: ARG001
    name: str,
    taken: bool,  # noqa: FBT001
) -> None:
    with database.writing() as db:
        try:
            accounts.sign_up(db, name, "three sad tigers")
            refused = False
        except accounts.NameTaken:
            refused = True

    assert refused is taken


def test_a_name_that_no_text_can_have_is_nobodys(
    database: Database,
    owner: User,  # noqa: ARG001
) -> None:
    with database.reading() as db:
        assert accounts.find(db, "Ana\0") is None


def test_text_and_moments_come_back_as_they_were(database: Database, owner: User) -> None:
    before = datetime.now(UTC)
    _add_tracks(database, owner, 1)

    with database.reading() as db:
        track = db.scalars(select(Track)).one()

    assert track.title == "Canción 🎸 0"
    assert before <= track.created_at <= datetime.now(UTC)


def test_only_one_worker_leads(database: Database) -> None:
    with database.writing() as db:
        assert leadership.lead(db, "first")
        assert not leadership.lead(db, "second")
        assert leadership.lead(db, "first")

        leadership.resign(db, "first")

        assert leadership.lead(db, "second")


def test_new_tracks_are_drawn_first_and_as_they_are(database: Database, owner: User) -> None:
    _add_tracks(database, owner, 3)
    with database.writing.begin() as db:
        for track in db.scalars(select(Track)):
            waveforms.plan(db, track)
    levels = bytes(range(128)) * 6 + bytes(32)

    drawn = []
    with database.writing() as db:
        while (due := waveforms._next_due(db)) is not None:
            waveforms._note(db, due, levels=levels, due_at=None)
            drawn.append(due)

    assert [track.id for track in drawn] == sorted((track.id for track in drawn), reverse=True)
    with database.reading() as db:
        assert [waveforms.levels_of(db, track) for track in drawn] == [levels] * 3


def test_what_is_being_purged_does_not_come_back(database: Database, owner: User) -> None:
    _add_tracks(database, owner, 1)
    with database.writing.begin() as db:
        track = db.scalars(select(Track)).one()
        deletion.delete_track(db, track, 0)
        deletion.delete_track(db, track, 0)
        db.scalars(select(Purge)).one().claimed_at = datetime.now(UTC)

    with database.writing.begin() as db:
        assert not deletion.restore_track(db, track)


@pytest.mark.parametrize("count", [60, 600])
def test_a_page_is_one_statement_however_many_tracks_there_are(
    database: Database, owner: User, count: int
) -> None:
    _add_tracks(database, owner, count)
    statements: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    with database.reading() as db:
        page = catalogue.newest(db)
        names = {track.owner_name for track in page.tracks}

    assert len(page.tracks) == catalogue.PAGE
    assert names == {"Ana"}
    assert len([text for text in statements if text.lstrip().startswith("SELECT")]) == 1
