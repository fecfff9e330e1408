"""PostgreSQL dies, hangs and comes back: the site on it does as on MariaDB."""

from __future__ import annotations

import threading
import time
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError
from webtest import TestApp

from cdpsfy import migrate, web
from cdpsfy.database import open_database
from cdpsfy.models import Purge, Track, Upload, User
from cdpsfy.models.meta import now
from cdpsfy.outages import will_pass
from cdpsfy.settings import read_settings
from cdpsfy.web.services import accounts, fsck
from cdpsfy.web.services.deletion import purge_due, sweep_expired
from cdpsfy.web.services.persistence import persist
from cdpsfy.web.services.search import finding, index
from cdpsfy.web.tracks import connect
from tests.bench.names import Vocabulary, add_named_tracks
from tests.deployment import ROOT
from tests.functional.web.conftest import KEYS, TrackServer
from tests.functional.web.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.database import Database
    from tests.database.postgresql import PostgreSQL

pytestmark = pytest.mark.database

BOUND = 13.0
"""Seconds within which every page answers, however the database is gone."""


@pytest.fixture
def track_server() -> Iterator[TrackServer]:
    server = TrackServer(
        {
            "cdpsfy.ticket_keys": KEYS,
            "cdpsfy.tracks_url": "http://127.0.0.1:1",
            "storage.driver": "memory",
        }
    )
    yield server
    server.stop()


@pytest.fixture
def ini(
    postgresql: str, track_server: TrackServer, compiled_pages: dict[str, str]
) -> dict[str, str]:
    return {
        **compiled_pages,
        "cdpsfy.ticket_keys": KEYS,
        "cdpsfy.tracks_url": track_server.url,
        "sqlalchemy.url": postgresql,
        "alembic.script_location": str(ROOT / "migrations"),
    }


@pytest.fixture
def database(ini: dict[str, str], postgresql_server: PostgreSQL) -> Iterator[Database]:
    database = open_database(ini)
    migrate.upgrade(database, ini)
    yield database
    postgresql_server.thaw()
    if not postgresql_server.is_running():
        postgresql_server.start()
    database.close()
    patient = open_database(ini, patient=True)
    migrate.downgrade(patient, ini)
    patient.close()


@pytest.fixture
def ana(ini: dict[str, str], database: Database) -> Iterator[Person]:  # noqa: ARG001 - migrated first
    app = web.make_app(ini)
    # lint would hide that a body can be read again, as waitress' can.
    yield Person(TestApp(app, lint=False)).sign_up("Ana")
    app.registry["database"].close()


@pytest.fixture
def song() -> bytes:
    return files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()


def _rename(database: Database, person: int, name: str) -> None:
    with database.writing() as db:

        def step() -> None:
            db.execute(update(User).where(User.id == person).values(name=name))
            db.commit()

        persist(db, step)


def test_a_track_is_uploaded_found_deleted_restored_and_purged(
    ana: Person, ini: dict[str, str], database: Database, song: bytes
) -> None:
    address = ana.upload_track(song)
    ana.browser.get("/search", {"q": "nana"}).mustcontain(address)
    ana.post(address, {"_method": "delete"}, status=303)
    assert address not in ana.browser.get("/search", {"q": "nana"})
    ana.post(f"{address}/restore", status=303)
    ana.browser.get("/artists").click("Las Tres").mustcontain(address)
    ana.post(address, {"_method": "delete"}, status=303)
    service = connect(read_settings(ini))
    with database.writing() as db:
        db.execute(update(Purge).values(due_at=now()))
        db.commit()
        purged = purge_due(db, service)
        db.execute(update(Upload).values(lease_until=now()))
        db.commit()
        sweep_expired(db, service)
        differences = list(fsck.compare(db, service))

    assert purged == 1
    assert differences == []
    ana.browser.get(address, status=404)


def test_an_address_that_no_text_can_be_is_not_found(ana: Person) -> None:
    for path in ("/tracks/%00", "/people/%00", "/artists/%00", "/search?q=%00"):
        assert ana.browser.get(path, expect_errors=True).status_int in (200, 404)
    ana.browser.get("/artists?after=%00", status=200)


def test_a_server_that_dies_amid_a_transaction_has_done_nothing(
    database: Database, postgresql_server: PostgreSQL
) -> None:
    with database.writing.begin() as db:
        person = accounts.sign_up(db, "Ana", "three sad tigers").id
    with database.writing() as db:
        db.execute(update(User).values(name="lost"))
        postgresql_server.kill()
        with pytest.raises(OperationalError) as died:
            db.execute(update(User).values(name="lost"))
        assert will_pass(died.value)
        db.invalidate()
        postgresql_server.start()

        assert db.get_one(User, person).name == "Ana"


def test_steps_go_on_when_the_server_is_back(
    database: Database, postgresql_server: PostgreSQL
) -> None:
    with database.writing.begin() as db:
        person = accounts.sign_up(db, "Ana", "three sad tigers").id
    postgresql_server.kill()
    back = threading.Timer(3, postgresql_server.start)
    back.start()

    _rename(database, person, "Ana María")
    back.join()

    with database.reading() as db:
        assert db.get_one(User, person).name == "Ana María"


def test_two_that_lock_each_other_are_both_done(database: Database) -> None:
    with database.writing.begin() as db:
        people = [accounts.sign_up(db, name, "three sad tigers").id for name in ("Ana", "Ben")]
    barrier = threading.Barrier(2)

    def rename_both(name: str, order: list[int]) -> None:
        first = True
        with database.writing() as db:

            def step() -> None:
                nonlocal first
                db.execute(update(User).where(User.id == order[0]).values(name=name))
                if first:
                    first = False
                    barrier.wait(10)
                db.execute(update(User).where(User.id == order[1]).values(name=name))
                db.commit()

            persist(db, step)

    threads = [
        threading.Thread(target=rename_both, args=arguments)
        for arguments in (("first", people), ("second", people[::-1]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with database.reading() as db:
        assert len(set(db.scalars(select(User.name)))) == 1


def test_pages_and_forms_wait_for_the_server(ana: Person, postgresql_server: PostgreSQL) -> None:
    token = ana.csrf_token()
    postgresql_server.kill()
    back = threading.Timer(3, postgresql_server.start)
    back.start()
    ana.browser.get("/tracks/mine", status=200)
    back.join()

    ana.browser.post("/logout", {"csrf_token": token}, status=303)


def test_a_server_that_hangs_holds_no_page(ana: Person, postgresql_server: PostgreSQL) -> None:
    ana.browser.get("/readyz", status=200)
    postgresql_server.freeze()
    start = time.monotonic()
    hung = ana.browser.get("/readyz", status=503)
    asked = time.monotonic()
    page = ana.browser.get("/", status=503)
    answered = time.monotonic()
    postgresql_server.thaw()

    assert hung.text == "the database gives no answer within 2 s\n"
    assert asked - start < 2.5
    assert answered - asked < BOUND
    assert page.headers["Retry-After"] == "5"
    ana.browser.get("/", status=200)


def test_a_server_that_cannot_write_is_left(database: Database) -> None:
    """A standby says so; after it the pool must not give the connection again."""
    with database.writing() as db:
        before = db.scalar(text("SELECT pg_backend_pid()"))
        db.rollback()
        db.execute(text("SET TRANSACTION READ ONLY"))
        with pytest.raises(DBAPIError) as refused:
            accounts.sign_up(db, "Ana", "three sad tigers")
        db.rollback()
        accounts.sign_up(db, "Ana", "three sad tigers")
        db.commit()
        after = db.scalar(text("SELECT pg_backend_pid()"))

    assert will_pass(refused.value)
    assert after != before


@pytest.fixture
def standby(ana: Person, database: Database) -> Iterator[Person]:
    """Return Ana before a server that has refused writes for a minute."""
    option = "default_transaction_read_only"
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE cdpsfy SET {option} = on"))
    site = ana.browser.app.registry
    site["database"].engine.dispose()
    site["outage"]._first, site["outage"]._last = time.monotonic() - 60, time.monotonic()
    yield ana
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"SET {option} = off"))
        connection.execute(text(f"ALTER DATABASE cdpsfy RESET {option}"))
    database.engine.dispose()


def test_a_server_that_stays_a_standby_shows_pages_and_says_what_it_cannot(
    standby: Person,
) -> None:
    page = standby.browser.get("/account", status=200)
    refused = standby.post("/logout", status=503)

    page.mustcontain("Ana")
    refused.mustcontain("Nothing was changed")
    assert refused.headers["Retry-After"] == "5"


def test_an_upload_goes_on_when_the_server_is_back(
    ana: Person, database: Database, song: bytes, postgresql_server: PostgreSQL
) -> None:
    token = ana.csrf_token()
    postgresql_server.kill()
    back = threading.Timer(3, postgresql_server.start)
    back.start()

    ana.browser.post(
        "/tracks", {"csrf_token": token}, upload_files=[("track", "a.mp3", song)], status=303
    )
    back.join()

    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Track)) == 1


def test_a_search_reads_no_terms_but_those_that_match(database: Database) -> None:
    vocabulary = Vocabulary()
    add_named_tracks(database, 1_000, vocabulary)
    with database.writing() as db:
        for _ in index.refresh_all(db):
            pass
        db.execute(text("ANALYZE"))
        db.commit()
    with database.reading() as db:
        found = finding.find(db, vocabulary.words[1_000]).tracks
        read = db.scalar(
            text("""
                SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables
                WHERE relname = 'search_terms'
            """)
        )

    assert found
    assert read == len(found)
