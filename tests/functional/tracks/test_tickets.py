from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from ulid import ULID

from tests.functional.tracks.service import SECRET, Service, assert_problem, bearer

NOT_BELIEVED = ["", "nonsense", "a.b.c", "%F0%9F%8E%B5", "%00", "."]


def signed(key: str, *, secret: str = SECRET, kid: Any = "test", **changes: Any) -> str:
    """Sign a play ticket of our own; a claim of None is left out."""
    claims = {"aud": "tracks", "act": "play", "sub": key, "exp": int(time.time()) + 600, **changes}
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, secret, algorithm="HS256", headers={"kid": kid})


def test_a_ticket_is_taken_from_the_header_or_the_address(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    ticket = signed(key)

    assert service.http.get(f"/tracks/{key}", {"ticket": ticket}).body == song
    assert service.http.get(f"/tracks/{key}", headers=bearer(ticket)).body == song


@pytest.mark.parametrize("ticket", NOT_BELIEVED)
def test_without_a_ticket_that_can_be_believed_nothing_is_played(
    service: Service, song: bytes, ticket: str
) -> None:
    key = service.upload_key(song)

    answer = service.http.get(f"/tracks/{key}?ticket={ticket}", status=401)

    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 0},
        {"exp": None},
        {"aud": "another service"},
        {"aud": None},
        {"sub": None},
        {"sub": 1},
        {"act": "rule the world"},
        {"act": None},
        {"max": "many"},
        {"secret": "the secret of somebody else, of some length"},
        {"kid": "unknown"},
        {"kid": ""},
    ],
    ids=str,
)
def test_a_ticket_that_is_wrong_anywhere_is_not_believed(
    service: Service, song: bytes, changes: dict[str, Any]
) -> None:
    key = service.upload_key(song)
    ticket = signed(key, **changes)

    assert_problem(service.http.get(f"/tracks/{key}", {"ticket": ticket}, status=401), 401)


def test_an_expired_ticket_says_so(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    ticket = signed(key, exp=int(time.time()) - 3600)

    answer = service.http.get(f"/tracks/{key}", {"ticket": ticket}, status=401)

    assert "expired" in answer.json["detail"]


def test_a_ticket_without_a_signature_is_not_believed(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    claims = {"aud": "tracks", "act": "play", "sub": key, "exp": int(time.time()) + 600}
    ticket = jwt.encode(claims, "", algorithm="none", headers={"kid": "test"})

    service.http.get(f"/tracks/{key}", {"ticket": ticket}, status=401)


def test_a_ticket_is_not_believed_after_any_change(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    ticket = signed(key)

    for place in range(0, len(ticket) - 1, 10):
        changed = "A" if ticket[place] != "A" else "B"
        tampered = ticket[:place] + changed + ticket[place + 1 :]
        service.http.get(f"/tracks/{key}", {"ticket": tampered}, status=401)


def test_a_ticket_for_another_object_is_refused(service: Service, song: bytes) -> None:
    key, other = service.upload_key(song), service.upload_key(song)
    ticket = service.tickets.play(other)

    assert_problem(service.http.get(f"/tracks/{key}", {"ticket": ticket}, status=403), 403)


def test_a_ticket_for_another_action_is_refused(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    play, delete = service.tickets.play(key), service.tickets.delete(key)
    upload, operator = service.tickets.upload(key, 1), service.tickets.list()

    for ticket in (delete, upload, operator):
        service.http.get(f"/tracks/{key}", headers=bearer(ticket), status=403)
    for ticket in (play, upload, operator):
        service.http.delete(f"/tracks/{key}", headers=bearer(ticket), status=403)
    for ticket in (play, delete, upload):
        service.http.get("/tracks", headers=bearer(ticket), status=403)
    for ticket in (play, delete, operator):
        service.http.post("/tracks", song, bearer(ticket), status=403)

    assert service.keys() == [key]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_collection_needs_a_ticket(service: Service, method: str) -> None:
    answer = service.http.request("/tracks", method=method, status=401)

    assert_problem(answer, 401)


def test_a_ticket_never_appears_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    service = Service()  # made after capsys: its log goes to what stderr is now
    ticket = service.tickets.upload(str(ULID()), 10)
    playing = service.tickets.play("0")

    service.http.post("/tracks", b"not audio", bearer(ticket), status=415)
    service.http.get("/tracks/0", {"ticket": playing}, status=400)
    service.http.get("/tracks/1", {"ticket": playing}, status=403)
    service.http.get(f"/tracks/1?ticket={playing}%ff", status=400)
    service.driver.available = False
    service.http.delete("/tracks/0", headers=bearer(service.tickets.delete("0")), status=400)

    log = capsys.readouterr().err
    assert "/tracks/0" in log
    assert "eyJ" not in log  # how every JWT begins
    assert SECRET not in log
