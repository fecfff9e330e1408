"""Two do at once what cannot both be: the site, on every database, comes out whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from webtest import TestApp

from cdpsfy import web
from cdpsfy.models import Device, Purge, SearchTerms, Track, User
from cdpsfy.web.services import accounts
from tests.functional.web.conftest import KEYS, TrackServer
from tests.functional.web.person import PASSWORD, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cdpsfy.database import Database

pytestmark = pytest.mark.database
ROUNDS = 5


@pytest.fixture(scope="module")
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
def app(
    every_ini: dict[str, str],
    every_database: Database,  # noqa: ARG001 - migrated first
    track_server: TrackServer,
    compiled_pages: dict[str, str],
) -> Iterator[object]:
    site = {"cdpsfy.ticket_keys": KEYS, "cdpsfy.tracks_url": track_server.url}
    app = web.make_app({**every_ini, **compiled_pages, **site})
    yield app
    app.registry["database"].close()


@pytest.fixture
def ana(app: object) -> Person:
    return Person(TestApp(app)).sign_up("Ana")


@pytest.fixture
def track(ana: Person) -> str:
    """Return the address of a track of Ana."""
    demo = files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3")
    return ana.upload_track(demo.read_bytes())


def _window(person: Person) -> Person:
    """Return another window of the same browser."""
    window = TestApp(person.browser.app)
    for name, value in person.browser.cookies.items():
        window.set_cookie(name, value.strip('"'))
    return Person(window)


def _at_once(*deeds: Callable[[], Any]) -> list[int]:
    """Let each begin when all are ready; return the statuses of their answers."""
    barrier = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> int:
        barrier.wait(20)
        return int(deed().status_int)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def _send(person: Person, address: str, fields: dict[str, str] | None = None) -> Callable[[], Any]:
    token, window = person.csrf_token(), _window(person)
    form = {"csrf_token": token, **(fields or {})}
    return lambda: window.browser.post(address, form, status="*")


def _delete(person: Person, track: str) -> Callable[[], Any]:
    return _send(person, track, {"_method": "delete"})


def _is_whole(database: Database) -> bool:
    """Tell whether the only track is deleted with one purge, and else found by its words."""
    with database.reading() as db:
        deleted = db.scalars(select(Track.deleted_at)).one() is not None
        purges = db.scalar(select(func.count()).select_from(Purge))
        terms = db.scalar(select(func.count()).select_from(SearchTerms))
    return (purges, terms) == ((1, 0) if deleted else (0, 1))


def test_two_deletions_are_one(ana: Person, track: str, every_database: Database) -> None:
    for _ in range(ROUNDS):
        statuses = _at_once(_delete(ana, track), _delete(ana, track))

        assert statuses == [303, 303]
        assert _is_whole(every_database)
        ana.post(f"{track}/restore", status=303)


def test_a_track_that_is_deleted_while_it_comes_back_is_one_of_both(
    ana: Person, track: str, every_database: Database
) -> None:
    for _ in range(ROUNDS):
        ana.post(track, {"_method": "delete"}, status=303)

        statuses = _at_once(_send(ana, f"{track}/restore"), _delete(ana, track))

        assert statuses == [303, 303]
        assert _is_whole(every_database)


def test_a_track_that_is_edited_while_it_is_deleted_is_found_nowhere(
    ana: Person, track: str, every_database: Database
) -> None:
    for number in range(ROUNDS):
        edit = _send(ana, f"{track}/edit", {"title": f"Version {number}"})

        statuses = _at_once(edit, _delete(ana, track))

        assert statuses == [303, 303]
        assert _is_whole(every_database)
        assert track not in ana.browser.get("/search", {"q": "version"})
        ana.post(f"{track}/restore", status=303)
        ana.browser.get("/search", {"q": f"version {number}"}).mustcontain(track)


def test_a_name_is_given_once(app: object, every_database: Database) -> None:
    for name in ("Eva", "Zoë Ⅱ"):
        people = [Person(TestApp(app)) for _ in range(3)]
        spellings = [name, name.upper(), name.lower()]

        statuses = _at_once(
            *(
                _send(person, "/signup", {"username": spelling, "password": PASSWORD})
                for person, spelling in zip(people, spellings, strict=True)
            )
        )

        assert sorted(statuses) == [303, 409, 409]
    with every_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(User)) == 2


def test_a_new_password_ends_all_devices_while_they_are_in_use(
    ana: Person, every_database: Database
) -> None:
    other = Person(TestApp(ana.browser.app))
    other.log_in("Ana")
    form = {"current": PASSWORD, "password": "another long one", "again": "another long one"}
    uses = [_send(other, "/language", {"language": "en"}) for _ in range(3)]

    statuses = _at_once(_send(ana, "/account/password", form), *uses)

    assert statuses == [303] * 4
    assert other.browser.get("/account", status=303).location.startswith("http://localhost/login")
    with every_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Device)) == 1


def test_the_old_password_opens_nothing_when_it_is_changed_meanwhile(
    ana: Person,  # noqa: ARG001 - has an account
    every_database: Database,
) -> None:
    with every_database.reading() as db:
        verified = accounts.verify(db, "Ana", PASSWORD)
    with every_database.writing.begin() as db:
        accounts.change_password(db, accounts.verify(db, "Ana", PASSWORD), "another long one")

    with every_database.writing() as db:
        with pytest.raises(accounts.WrongPassword):
            accounts.log_in(db, verified, browser="", address="")
        with pytest.raises(accounts.WrongPassword):
            accounts.change_password(db, verified, "a third long one")


def test_of_two_new_passwords_one_is_refused(ana: Person) -> None:
    other = Person(TestApp(ana.browser.app))
    other.log_in("Ana")
    forms = [
        {"current": PASSWORD, "password": new, "again": new}
        for new in ("another long one", "a third long one")
    ]

    statuses = _at_once(
        _send(ana, "/account/password", forms[0]), _send(other, "/account/password", forms[1])
    )

    assert sorted(statuses) == [303, 422]
