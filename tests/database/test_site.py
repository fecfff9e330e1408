"""The whole site while its database dies, hangs and comes back."""

from __future__ import annotations

import threading
import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update
from webtest import TestApp

from cdpsfy import migrate, web
from cdpsfy.database import open_database
from cdpsfy.models import Device, Lease, Purge, Track, Upload
from cdpsfy.models.meta import now
from cdpsfy.settings import read_settings
from cdpsfy.web.services import fsck, leadership
from cdpsfy.web.services.deletion import _purge, sweep_expired
from cdpsfy.web.tracks import connect
from cdpsfy.worker import work
from tests.database.lossy_front import LossyFront
from tests.deployment import ROOT
from tests.functional.web.conftest import KEYS, TrackServer
from tests.functional.web.front import Front
from tests.functional.web.person import Person, form_with

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cdpsfy.database import Database
    from tests.database.server import MariaDB

pytestmark = pytest.mark.database

BOUND = 13.0
"""Seconds within which every page answers, however the database is gone."""


@pytest.fixture
def front() -> Iterator[Front]:
    tracks = {
        "cdpsfy.ticket_keys": KEYS,
        "cdpsfy.tracks_url": "http://127.0.0.1:1",
        "storage.driver": "memory",
    }
    server = TrackServer(tracks)
    front = Front(server.url)
    yield front
    front.close()
    server.stop()


@pytest.fixture
def ini(front: Front, mariadb: str, compiled_pages: dict[str, str]) -> dict[str, str]:
    return {
        **compiled_pages,
        "cdpsfy.ticket_keys": KEYS,
        "cdpsfy.tracks_url": front.url,
        "cdpsfy.upload_lease": "1 s",
        "sqlalchemy.url": mariadb,
        "alembic.script_location": str(ROOT / "migrations"),
    }


@pytest.fixture
def database(ini: dict[str, str], mariadb_server: MariaDB) -> Iterator[Database]:
    database = open_database(ini, patient=True)
    migrate.upgrade(database, ini)
    yield database
    if not mariadb_server.is_running():
        mariadb_server.start()
    mariadb_server.thaw()
    migrate.downgrade(database, ini)
    database.close()


@pytest.fixture
def ana(ini: dict[str, str], database: Database) -> Iterator[Person]:  # noqa: ARG001 - migrated first
    app = web.make_app(ini)
    yield _sign_up(app)
    app.registry["database"].close()


@pytest.fixture
def song() -> bytes:
    return files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()


def _sign_up(app: object) -> Person:
    # lint would hide that a body can be read again, as waitress' can.
    return Person(TestApp(app, lint=False)).sign_up("Ana")


def _count(database: Database, table: type[Any]) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def _come_back_after(seconds: float, server: MariaDB) -> threading.Timer:
    timer = threading.Timer(seconds, server.start)
    timer.start()
    return timer


def _assert_swept_clean(database: Database, ini: dict[str, str]) -> None:
    service = connect(read_settings(ini))
    time.sleep(1.1)  # the lease
    with database.writing() as db:
        sweep_expired(db, service)
        assert list(fsck.compare(db, service)) == []
    assert _count(database, Upload) == 0


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("commit", range(4))
def test_an_upload_survives_the_loss_of_any_commit(
    ini: dict[str, str],
    database: Database,
    song: bytes,
    commit: int,
    arrives: bool,  # noqa: FBT001
) -> None:
    front = LossyFront(ini["sqlalchemy.url"], arrives=arrives)
    app = web.make_app({**ini, "cdpsfy.upload_lease": "1 h", "sqlalchemy.url": front.url})
    ana = _sign_up(app)
    token = ana.csrf_token()
    front.lose_commit(commit)

    ana.browser.post(
        "/tracks", {"csrf_token": token}, upload_files=[("track", "a.mp3", song)], status=303
    )

    assert front.has_lost()
    assert _count(database, Track) == 1
    assert _count(database, Upload) == 0
    app.registry["database"].close()
    front.close()


def test_an_upload_survives_the_writers_death_while_its_bytes_are_sent(
    ana: Person,
    ini: dict[str, str],
    database: Database,
    front: Front,
    song: bytes,
    mariadb_server: MariaDB,
) -> None:
    front.notice = mariadb_server.kill
    back = _come_back_after(3, mariadb_server)

    ana.upload(song)
    back.join()
    front.notice = lambda: None

    assert _count(database, Track) == 1
    _assert_swept_clean(database, ini)


def test_an_upload_survives_a_writer_that_is_away_when_it_comes(
    ana: Person, database: Database, song: bytes, mariadb_server: MariaDB
) -> None:
    token = ana.csrf_token()
    mariadb_server.kill()
    back = _come_back_after(3, mariadb_server)

    ana.browser.post(
        "/tracks", {"csrf_token": token}, upload_files=[("track", "a.mp3", song)], status=303
    )
    back.join()

    assert _count(database, Track) == 1


def test_pages_and_forms_wait_for_the_next_writer(
    ana: Person, database: Database, mariadb_server: MariaDB
) -> None:
    token = ana.csrf_token()
    mariadb_server.kill()
    back = _come_back_after(3, mariadb_server)
    ana.browser.get("/tracks/mine", status=200)
    back.join()
    time.sleep(5)  # so that it is another outage
    mariadb_server.kill()
    back = _come_back_after(3, mariadb_server)
    ana.browser.post("/logout", {"csrf_token": token}, status=303)
    back.join()

    assert _count(database, Device) == 0


def test_a_database_that_is_gone_is_told_by_every_page_and_found_when_it_is_back(
    ana: Person, front: Front, song: bytes, mariadb_server: MariaDB
) -> None:
    token = ana.csrf_token()
    mariadb_server.kill()

    start = time.monotonic()
    page = ana.browser.get("/", status=503)
    first = time.monotonic() - start
    mine = ana.browser.get("/tracks/mine", status=503)
    form = {"csrf_token": token, "username": "Ana", "password": "three sad tigers"}
    log_in = ana.browser.post("/login", form, status=503)
    script = ana.browser.post(
        "/tracks",
        {"csrf_token": token},
        upload_files=[("track", "a.mp3", song)],
        headers={"Accept": "application/json"},
        status=503,
    )
    rest = time.monotonic() - start - first
    mariadb_server.start()

    assert first < BOUND
    assert rest < BOUND / 2  # three requests: none of them waits once more
    assert page.headers["Retry-After"] == mine.headers["Retry-After"] == "5"
    log_in.mustcontain("Nothing was changed")
    assert "Nothing was changed" in script.json["detail"]
    assert front.connections == 0
    ana.browser.get("/tracks/mine", status=200)


def test_a_form_whose_commit_got_no_answer_says_that_one_should_look(
    ini: dict[str, str],
    database: Database,  # noqa: ARG001 - migrated first
) -> None:
    front = LossyFront(ini["sqlalchemy.url"], arrives=True)
    app = web.make_app({**ini, "sqlalchemy.url": front.url})
    visitor = Person(TestApp(app, lint=False))
    form = form_with("username", visitor.browser.get("/signup"))
    form["username"], form["password"] = "Ben", "three sad tigers"
    front.lose_commit(0)

    form.submit(status=503).mustcontain("cannot tell whether this was done", "look before you try")
    assert "notice" not in visitor.browser.cookies

    visitor.log_in("Ben")
    app.registry["database"].close()
    front.close()


def test_a_database_that_hangs_makes_the_site_not_ready_in_time(
    ana: Person, mariadb_server: MariaDB
) -> None:
    ready = ana.browser.get("/readyz", status=200)
    mariadb_server.freeze()
    start = time.monotonic()
    hung = ana.browser.get("/readyz", status=503)
    asked = time.monotonic()
    page = ana.browser.get("/", status=503)
    answered = time.monotonic()
    alive = ana.browser.get("/healthz", status=200)
    mariadb_server.thaw()

    assert ready.text == "the database answers\n"
    assert hung.text == "the database gives no answer within 2 s\n"
    assert asked - start < 2.5
    assert answered - asked < BOUND
    assert page.headers["Retry-After"] == "5"
    assert alive.text == "alive\n"
    ana.browser.get("/", status=200)


def test_a_server_that_drains_is_not_ready(ana: Person) -> None:
    draining = ana.browser.get("/readyz", extra_environ={"cdpsfy.draining": True}, status=503)

    assert draining.text == "draining\n"


def test_the_worker_outlives_the_writer_and_stops_without_one(
    ini: dict[str, str],
    database: Database,
    mariadb_server: MariaDB,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cdpsfy.worker.INTERVAL", 0.1)
    stop = threading.Event()
    worker = threading.Thread(
        target=work, args=(database, connect(read_settings(ini)), "ffmpeg", stop)
    )
    worker.start()
    _await_work(database, after=now())
    mariadb_server.kill()
    time.sleep(1)
    mariadb_server.start()
    _await_work(database, after=now())
    mariadb_server.kill()
    stop.set()
    worker.join(10)

    assert not worker.is_alive()


def _await_work(database: Database, *, after: datetime) -> None:
    """Wait until a worker has renewed its lead after that moment."""
    deadline = time.monotonic() + BOUND
    while time.monotonic() < deadline:
        with database.reading() as db:
            until = db.scalar(select(Lease.until))
        if until is not None and until - leadership.LIFE > after:
            return
        time.sleep(0.1)
    pytest.fail("no worker works")


def test_two_workers_that_both_believe_to_lead_purge_once(
    ana: Person, ini: dict[str, str], database: Database, song: bytes
) -> None:
    ana.post(ana.upload_track(song), {"_method": "delete"}, status=303)
    service = connect(read_settings(ini))
    with database.writing() as db:
        db.execute(update(Purge).values(due_at=now()))
        db.commit()

    with database.writing() as first, database.writing() as second:
        found = [db.scalars(select(Purge)).one() for db in (first, second)]
        purged = [_purge(first, service, found[0]), _purge(second, service, found[1])]

    assert purged == [True, False]
    assert _count(database, Purge) == 0
