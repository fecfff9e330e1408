"""The database loses its writer at any moment: what is done is done once, or told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from ulid import ULID

from cdpsfy import migrate
from cdpsfy.database import Database, open_database
from cdpsfy.models import Lease, Upload, User
from cdpsfy.outages import OutcomeUnknown, will_pass
from cdpsfy.web.services import accounts, leadership
from cdpsfy.web.services.persistence import persist
from cdpsfy.web.services.sending import _write_intent, measure
from tests.database.lossy_front import LossyFront
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tests.database.server import MariaDB

pytestmark = pytest.mark.database


@pytest.fixture
def ini(mariadb: str) -> dict[str, str]:
    return {"sqlalchemy.url": mariadb, "alembic.script_location": str(ROOT / "migrations")}


@pytest.fixture
def database(ini: dict[str, str], mariadb_server: MariaDB) -> Iterator[Database]:
    database = open_database(ini)
    migrate.upgrade(database, ini)
    yield database
    if not mariadb_server.is_running():
        mariadb_server.start()
    migrate.downgrade(database, ini)
    database.close()


@pytest.fixture
def people(database: Database) -> list[int]:
    """Return the ids of two people."""
    with database.writing() as db:
        users = [accounts.sign_up(db, name, "three sad tigers") for name in ("Ana", "Ben")]
        db.commit()
        return [user.id for user in users]


def _rename(db: Session, person: int, name: str) -> None:
    db.execute(update(User).where(User.id == person).values(name=name))


def _name(database: Database, person: int) -> str:
    with database.reading() as db:
        return db.scalars(select(User.name).where(User.id == person)).one()


def test_a_transaction_that_loses_a_deadlock_is_done_in_the_end(
    database: Database, people: list[int]
) -> None:
    barrier = threading.Barrier(2)

    def rename_both(name: str, order: list[int]) -> int:
        attempts = 0
        with database.writing() as db:

            def step() -> None:
                nonlocal attempts
                attempts += 1
                _rename(db, order[0], name)
                if attempts == 1:
                    barrier.wait(10)
                _rename(db, order[1], name)
                db.commit()

            persist(db, step)
        return attempts

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(rename_both, "first", people)
        second = pool.submit(rename_both, "second", people[::-1])
        attempts = sorted([first.result(30), second.result(30)])

    assert attempts == [1, 2]
    assert _name(database, people[0]) == _name(database, people[1])


def test_a_writer_that_dies_amid_a_transaction_has_done_nothing(
    database: Database, people: list[int], mariadb_server: MariaDB
) -> None:
    with database.writing() as db:
        _rename(db, people[0], "lost")
        mariadb_server.kill()
        with pytest.raises(OperationalError) as died:
            _rename(db, people[1], "lost")
        assert will_pass(died.value)
        db.invalidate()
        mariadb_server.start()

        assert _name(database, people[0]) == "Ana"


def test_steps_go_on_when_the_writer_is_back(
    database: Database, people: list[int], mariadb_server: MariaDB
) -> None:
    mariadb_server.kill()
    back = threading.Timer(3, mariadb_server.start)
    back.start()

    with database.writing() as db:

        def step() -> None:
            _rename(db, people[0], "Ana María")
            db.commit()

        persist(db, step)
    back.join()

    assert _name(database, people[0]) == "Ana María"


@pytest.mark.parametrize("arrives", [True, False])
def test_a_commit_whose_answer_is_lost_may_have_happened(
    database: Database,
    people: list[int],
    ini: dict[str, str],
    arrives: bool,  # noqa: FBT001
) -> None:
    front = LossyFront(ini["sqlalchemy.url"], arrives=arrives)
    front.lose_commit(0)
    behind = open_database({**ini, "sqlalchemy.url": front.url})

    with behind.writing() as db:
        _rename(db, people[0], "Ana María")
        with pytest.raises(OutcomeUnknown):
            db.commit()
    behind.close()
    front.close()

    assert _name(database, people[0]) == ("Ana María" if arrives else "Ana")


def test_an_intent_that_was_there_after_all_is_as_good_as_written(
    database: Database, people: list[int]
) -> None:
    """A node that has just become the writer may apply it between our question and our answer."""
    ulid, content = str(ULID()), measure(BytesIO(b"song"))

    def write(db: Session) -> None:
        _write_intent(db, people[0], content, ulid, 60)

    with database.writing() as late, database.writing() as db:

        def apply(*_: object) -> None:
            write(late)

        event.listen(db, "before_flush", apply, once=True)
        write(db)

        assert [intent.ulid for intent in db.scalars(select(Upload))] == [ulid]


def test_an_intent_of_nobody_is_not_taken_for_written(database: Database) -> None:
    nobody, content = 4711, measure(BytesIO(b"song"))

    with database.writing() as db, pytest.raises(IntegrityError):
        _write_intent(db, nobody, content, str(ULID()), 60)


def test_a_node_that_cannot_write_is_left(database: Database, people: list[int]) -> None:
    """Read-only is what MariaDB says; after it the pool must not give the connection again."""
    with database.writing() as db:
        before = db.scalar(text("SELECT CONNECTION_ID()"))
        with pytest.raises(OperationalError) as refused:
            db.execute(text("SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1290"))
        db.rollback()
        _rename(db, people[0], "Ana María")
        db.commit()
        after = db.scalar(text("SELECT CONNECTION_ID()"))

    assert will_pass(refused.value)
    assert after != before


def test_every_table_has_a_primary_key(database: Database) -> None:
    """Galera compares rows by it."""
    query = """
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = 'cdpsfy' AND table_name NOT IN (
            SELECT table_name FROM information_schema.table_constraints
            WHERE table_schema = 'cdpsfy' AND constraint_type = 'PRIMARY KEY')
    """
    with database.reading() as db:
        assert db.scalars(text(query)).all() == []


def test_a_lead_that_was_lost_is_taken_again(database: Database, mariadb_server: MariaDB) -> None:
    with database.writing() as db:
        assert leadership.lead(db, "first")
    mariadb_server.kill()
    with database.writing() as db, pytest.raises(OperationalError):
        leadership.lead(db, "first")
    mariadb_server.start()

    with database.writing() as db:
        assert leadership.lead(db, "first")
        assert not leadership.lead(db, "second")
        assert len(db.scalars(select(Lease)).all()) == 1
