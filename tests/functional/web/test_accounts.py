"""Signing up, logging in, devices, passwords, and the limits on attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from webtest import TestApp

from cdpsfy.models import Device, User
from tests.functional.web.person import PASSWORD, Person, form_with

if TYPE_CHECKING:
    from cdpsfy.database import Database


def test_a_password_is_kept_as_argon2id(ana: Person, database: Database) -> None:  # noqa: ARG001
    with database.reading() as db:
        assert db.scalars(select(User.password_hash)).one().startswith("$argon2id$")


def test_the_cookie_is_not_in_the_database(ana: Person, database: Database) -> None:
    cookie = ana.browser.cookies["session"]

    with database.reading() as db:
        assert db.scalars(select(Device.token_hash)).one() not in cookie


@pytest.mark.parametrize("name", ["Ana", "ana", "ANA", "\uff21\uff4e\uff41"])
def test_a_name_that_reads_the_same_is_taken(ana: Person, visitor: Person, name: str) -> None:  # noqa: ARG001
    form = form_with("username", visitor.browser.get("/signup"))
    form["username"], form["password"] = name, PASSWORD

    form.submit(status=409).mustcontain("This name is taken.")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("", PASSWORD),
        ("x" * 41, PASSWORD),
        ("Eve", "short"),
        ("Eve", "x" * 129),
        ("Eve\u202eanA", PASSWORD),
        ("Eve\0", PASSWORD),
    ],
)
def test_what_cannot_be_an_account_is_told(visitor: Person, name: str, password: str) -> None:
    page = visitor.post("/signup", {"username": name, "password": password}, status=422)

    page.mustcontain('class="complaints"')


def test_logging_out_ends_the_session_on_the_server(ana: Person) -> None:
    stolen = ana.browser.cookies["session"]
    ana.post("/logout", status=303)
    ana.browser.set_cookie("session", stolen)

    assert "/login" in ana.browser.get("/account", status=303).location


def test_a_new_password_ends_every_other_device(ana: Person, app: object) -> None:
    phone = Person(TestApp(app))
    phone.log_in("Ana")

    ana.post(
        "/account/password",
        {"current": PASSWORD, "password": "another long one", "again": "another long one"},
        status=303,
    )

    ana.browser.get("/account", status=200)
    phone.browser.get("/account", status=303)
    phone.log_in("Ana", status=401)
    phone.log_in("Ana", "another long one")


def test_a_device_can_be_ended_from_another_one(ana: Person, app: object) -> None:
    phone = Person(TestApp(app))
    phone.log_in("Ana")
    with_phone = ana.browser.get("/account")
    (device,) = (
        form
        for form in with_phone.forms.values()
        if "/devices/" in form.action and form.action not in _own(with_phone)
    )

    device.submit(status=303)

    phone.browser.get("/account", status=303)
    ana.browser.get("/account", status=200)


def _own(page: object) -> set[str]:
    """Return the action of the device that is marked as this one."""
    rows = page.text.split("<li>")  # type: ignore[attr-defined]
    return {row.split('action="')[1].split('"')[0] for row in rows if "this one" in row}


def test_another_persons_device_is_not_ended(ana: Person, ben: Person, database: Database) -> None:
    with database.reading() as db:
        device = db.scalars(select(Device.id).join(User).where(User.name == "Ana")).one()

    ben.post(f"/account/devices/{device}/end", status=303)

    ana.browser.get("/account", status=200)


def test_guessing_is_stopped_but_never_for_the_right_person(ana: Person, app: object) -> None:
    ana.post("/logout", status=303)
    guesser = Person(TestApp(app))
    for _ in range(10):
        guesser.log_in("Ana", "a wrong password", status=401)

    refused = guesser.log_in("Ana", status=429)
    elsewhere = Person(TestApp(app, extra_environ={"REMOTE_ADDR": "192.0.2.7"}))

    assert refused.headers["Retry-After"]
    ana.log_in("Ana")
    elsewhere.log_in("Ana")


def test_unknown_name_and_wrong_password_look_the_same(ana: Person, visitor: Person) -> None:  # noqa: ARG001
    texts = {
        visitor.log_in(name, "a wrong password", status=401).text.replace(name, "")
        for name in ("Ana", "Nobody")
    }

    assert len({text.split("complaints")[1].split("</ul>")[0] for text in texts}) == 1


def test_logging_in_leads_back_but_never_elsewhere(ana: Person) -> None:
    ana.post("/logout", status=303)
    wanted = ana.browser.get("/account", status=303).location
    form = form_with("username", ana.browser.get(wanted))
    form["username"], form["password"] = "Ana", PASSWORD
    back = form.submit(status=303)
    evil = ana.post(
        "/login?next=//evil.example", {"username": "Ana", "password": PASSWORD}, status=303
    )

    assert back.location.endswith("/account")
    assert evil.location == "http://localhost/tracks"


@pytest.mark.parametrize(
    "path", ["/signup", "/login", "/logout", "/tracks", "/account/password", "/language"]
)
def test_a_forged_form_changes_nothing(ana: Person, path: str) -> None:
    ana.browser.post(path, {"username": "x"}, status=400).mustcontain("too old")
