"""Statements of the database fail: what was not done is not told, and what was done is not lost."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from ulid import ULID

from cdpsfy.models import Track
from tests.functional.web.person import PASSWORD, Person, token_of

if TYPE_CHECKING:
    from cdpsfy.database import Database

FULL_DISK = OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))


@pytest.fixture
def behind(app: Any) -> Database:
    """Return the database as the site itself has it open."""
    database: Database = app.registry["database"]
    return database


def _fail_to_commit(behind: Database, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    event.listen(behind.writing, "before_commit", fail, once=True)


@pytest.mark.parametrize(("error", "status"), [(FULL_DISK, 503), (RuntimeError("a bug"), 500)])
def test_a_log_in_that_was_not_done_leaves_no_cookies_and_can_be_repeated_at_once(
    ana: Person,  # noqa: ARG001 - has an account
    visitor: Person,
    behind: Database,
    error: Exception,
    status: int,
) -> None:
    visitor.browser.get("/login")
    _fail_to_commit(behind, error)
    page = visitor.log_in("Ana", status=status)

    assert set(visitor.browser.cookies) == {"csrf"}
    form = {"csrf_token": token_of(page.text), "username": "Ana", "password": PASSWORD}
    visitor.browser.post("/login", form, status=303)
    assert {"session", "known"} <= set(visitor.browser.cookies)


@pytest.mark.parametrize(("error", "status"), [(FULL_DISK, 503), (RuntimeError("a bug"), 500)])
def test_nobody_is_told_of_a_change_that_was_not_made(
    ana: Person, song: bytes, behind: Database, error: Exception, status: int
) -> None:
    track = ana.upload_track(song)
    ana.browser.get(track)  # shows the notice of the upload
    token = ana.csrf_token()
    _fail_to_commit(behind, error)

    ana.browser.post(track, {"csrf_token": token, "_method": "delete"}, status=status)

    assert not ana.browser.cookies.get("notice")


def test_each_file_has_its_own_outcome_and_is_there_once_when_all_are_sent_again(
    ana: Person, song: bytes, behind: Database, database: Database
) -> None:
    inserted = 0

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal inserted
        inserted += statement.startswith("INSERT INTO tracks")
        if inserted == 2:
            raise FULL_DISK

    event.listen(behind.engine, "before_cursor_execute", fail)
    token, form = ana.csrf_token(), str(ULID())
    files = [("track", "a.mp3", song), ("track", "b.mp3", song + b"\0")]
    fields = {"csrf_token": token, "form": form}
    page = ana.browser.post("/tracks", fields, upload_files=files, status=503)
    event.remove(behind.engine, "before_cursor_execute", fail)
    page.mustcontain("b.mp3", "cannot tell whether it was uploaded", no="a.mp3")

    ana.browser.post("/tracks", fields, upload_files=files, status=303)

    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Track)) == 2
