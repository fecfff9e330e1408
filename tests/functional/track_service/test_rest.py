"""POST, GET, HEAD, DELETE and the listing, as DESIGN's table says; ranges as RFC 9110 says."""

from __future__ import annotations

import base64
import hashlib
import io
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from ulid import ULID
from webob import Request

from cdpsfy.settings import TicketKey
from cdpsfy.tickets import TicketSigner
from tests.functional.track_service.conftest import SECRET

if TYPE_CHECKING:
    from webtest import TestApp

    from storage.memory import MemoryDriver

MIB = 1024 * 1024


def bearer(ticket: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {ticket}"}


def upload(service: TestApp, ticket: str, body: bytes, status: int = 201, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.post("/tracks", body, headers={**bearer(ticket), **named}, status=status)


@pytest.fixture
def address(tickets: TicketSigner, driver: MemoryDriver) -> str:
    """Give the address of an object of 3 MiB + 5 bytes, each byte telling its place."""
    key = driver.put(io.BytesIO(DATA), "audio/mpeg").key
    return f"/tracks/{key}?ticket={tickets.play(key)}"


DATA = b"".join(place.to_bytes(4, "big") for place in range(3 * MIB // 4)) + b"abcde"
SIZE = len(DATA)


def test_an_upload_tells_where_the_object_is(
    service: TestApp, tickets: TicketSigner, song: bytes
) -> None:
    answer = upload(service, tickets.upload(str(ULID()), len(song)), song)

    assert answer.json["sha256"] == hashlib.sha256(song).hexdigest()
    assert answer.json["size"] == len(song)
    assert answer.json["content_type"] == "audio/mpeg"
    assert answer.headers["Location"] == answer.json["url"]
    assert answer.json["url"] == f"http://localhost/tracks/{answer.json['key']}"


def test_the_same_ticket_and_bytes_again_get_the_same_answer(
    service: TestApp, tickets: TicketSigner, song: bytes
) -> None:
    ticket = tickets.upload(str(ULID()), len(song))

    assert upload(service, ticket, song).json == upload(service, ticket, song).json


def test_a_right_digest_is_accepted_and_a_wrong_one_stores_nothing(
    service: TestApp, tickets: TicketSigner, driver: MemoryDriver, song: bytes
) -> None:
    digest = base64.b64encode(hashlib.sha256(song).digest()).decode()
    right, wrong = f"sha-256=:{digest}:", f"sha-256=:{'A' * 43}=:"

    upload(service, tickets.upload(str(ULID()), MIB), song, 422, Repr_Digest=wrong)
    upload(service, tickets.upload(str(ULID()), MIB), song, 400, Repr_Digest="sha-256=nonsense")
    nothing = list(driver.list())
    upload(service, tickets.upload(str(ULID()), MIB), song, 201, Repr_Digest=right)

    assert nothing == []


@pytest.mark.parametrize(("spare", "status"), [(0, 201), (1, 201), (-1, 413)])
def test_the_ticket_limits_the_length(
    service: TestApp, tickets: TicketSigner, song: bytes, spare: int, status: int
) -> None:
    upload(service, tickets.upload(str(ULID()), len(song) + spare), song, status)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\0" * 999, b"ID3\x04\0\0\0\0\0\0", b"\x7fELF"])
def test_what_is_no_audio_is_refused_with_a_reason(
    service: TestApp, tickets: TicketSigner, driver: MemoryDriver, body: bytes
) -> None:
    answer = upload(service, tickets.upload(str(ULID()), MIB), body, 415)

    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert list(driver.list()) == []


def test_a_byte_order_mark_before_an_mp3_is_normal(
    service: TestApp, tickets: TicketSigner, song: bytes
) -> None:
    upload(service, tickets.upload(str(ULID()), MIB), b"\xef\xbb\xbf" + song)


def test_a_length_is_needed(service: TestApp, tickets: TicketSigner) -> None:
    environ = {"CONTENT_LENGTH": ""}
    answer = service.post(
        "/tracks",
        headers=bearer(tickets.upload(str(ULID()), MIB)),
        extra_environ=environ,
        expect_errors=True,
    )

    assert answer.status_int in (411, 415)


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        (f"bytes=-{SIZE + 9}", 0, SIZE),
        (f"bytes={MIB - 1}-{MIB}", MIB - 1, MIB + 1),
        (f"bytes={2 * MIB}-{10**30}", 2 * MIB, SIZE),
        ("Bytes=5-9", 5, 10),
    ],
)
def test_a_range_gives_exactly_its_bytes(
    service: TestApp, address: str, header: str, start: int, stop: int
) -> None:
    answer = service.get(address, headers={"Range": header}, status=206)

    assert answer.body == DATA[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"


@pytest.mark.parametrize(
    "header",
    [
        "bytes=9-3",
        "bytes=-",
        "bytes=abc",
        "bytes=--1",
        "lines=1-2",
        "bytes=" + ",".join(f"{at}-{at}" for at in range(1000)),
        "",
    ],
)
def test_a_range_that_makes_no_sense_gives_the_whole(
    service: TestApp, address: str, header: str
) -> None:
    assert service.get(address, headers={"Range": header}, status=200).body == DATA


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", "bytes=-0", f"bytes={10**40}-"])
def test_a_range_past_the_end_is_told(service: TestApp, address: str, header: str) -> None:
    answer = service.get(address, headers={"Range": header}, status=416)

    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert answer.content_type == "application/problem+json"


def test_head_ignores_range_and_tells_the_same_as_get(service: TestApp, address: str) -> None:
    head = service.head(address, headers={"Range": "bytes=0-9"}, status=200)
    get = service.get(address)

    assert {**head.headers, "X-Request-Id": ""} == {**get.headers, "X-Request-Id": ""}
    assert head.headers["Content-Length"] == str(SIZE)


def test_conditions_are_kept(service: TestApp, address: str) -> None:
    first = service.get(address)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    old = "Tue, 01 Jan 2019 00:00:00 GMT"

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return int(service.get(address, headers=named, expect_errors=True).status_int)

    assert etag == f'"{hashlib.sha256(DATA).hexdigest()}"'
    assert status(If_None_Match=etag) == 304
    assert status(If_None_Match="*") == 304
    assert status(If_None_Match='"other"', If_Modified_Since=modified) == 200
    assert status(If_Modified_Since=modified) == 304
    assert status(If_Modified_Since=old) == 200
    assert status(If_Match=etag) == 200
    assert status(If_Match='"other"') == 412
    assert status(If_Unmodified_Since=old) == 412
    assert status(If_Range=etag, Range="bytes=0-1") == 206
    assert status(If_Range=modified, Range="bytes=0-1") == 206
    assert status(If_Range='"old"', Range="bytes=0-1") == 200
    assert status(If_Range=old, Range="bytes=0-1") == 200


def test_every_answer_keeps_a_browser_from_running_it(service: TestApp, address: str) -> None:
    headers = service.get(address).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"].startswith("private")


def test_a_deleted_object_is_gone(service: TestApp, tickets: TicketSigner, address: str) -> None:
    key = address.split("/")[2].split("?", maxsplit=1)[0]
    headers = bearer(tickets.delete(key))

    service.delete(f"/tracks/{key}", headers=headers, status=204)

    service.delete(f"/tracks/{key}", headers=headers, status=404)
    service.get(address, status=404)


def _signed(secret: str = SECRET, kid: str = "test", **claims: Any) -> str:
    whole = {"aud": "tracks", "act": "play", "sub": "x", "exp": time.time() + 600, **claims}
    return jwt.encode(whole, secret, algorithm="HS256", headers={"kid": kid})


@pytest.mark.parametrize(
    "ticket",
    [
        "",
        "nonsense",
        "a.b.c",
        _signed(exp=time.time() - 3600),
        _signed(secret="another-secret-that-is-long-enough-too"),
        _signed(kid="unknown"),
        _signed(aud="elsewhere"),
        _signed(act="everything"),
        _signed()[:-2],
        jwt.encode({"sub": "x", "act": "play"}, "", algorithm="none", headers={"kid": "test"}),
    ],
    ids=[
        *("missing", "nonsense", "dots", "expired", "wrong secret", "unknown key", "elsewhere"),
        *("unknown action", "tampered", "unsigned"),
    ],
)
def test_a_ticket_that_cannot_be_believed_opens_nothing(service: TestApp, ticket: str) -> None:
    answer = service.get("/tracks/x", headers=bearer(ticket), status=401)

    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


def test_a_ticket_opens_only_what_it_names(
    service: TestApp, tickets: TicketSigner, address: str
) -> None:
    key = address.split("/")[2].split("?", maxsplit=1)[0]
    other = f"{'0' * 64}-{ULID()}"

    service.get(f"/tracks/{key}", headers=bearer(tickets.play(other)), status=403)
    service.get(f"/tracks/{key}", headers=bearer(tickets.delete(key)), status=403)
    service.delete(f"/tracks/{key}", headers=bearer(tickets.play(key)), status=403)
    service.get("/tracks", headers=bearer(tickets.play(key)), status=403)
    service.post("/tracks", b"x", headers=bearer(tickets.list()), status=403)


def test_a_second_key_is_believed_while_keys_are_changed(service: TestApp, address: str) -> None:
    key = address.split("/")[2].split("?", maxsplit=1)[0]
    before = TicketSigner([TicketKey("test", SECRET)])
    after = TicketSigner([TicketKey("new", "n" * 32), TicketKey("test", SECRET)])

    assert after.check(before.play(key)).subject == key
    assert after.check(after.play(key)).subject == key
    service.get(f"/tracks/{key}", headers=bearer(after.play(key)), status=401)


def test_the_listing_has_everything_in_pages(
    service: TestApp, tickets: TicketSigner, driver: MemoryDriver
) -> None:
    keys = sorted(
        driver.put(io.BytesIO(str(number).encode()), "audio/mpeg").key for number in range(1001)
    )
    headers = bearer(tickets.list())

    first = service.get("/tracks", headers=headers).json
    second = service.get("/tracks", {"after": first["next"]}, headers=headers).json

    assert [entry["key"] for entry in first["entries"] + second["entries"]] == keys
    assert second["next"] is None


def test_storage_away_is_said_and_passes(
    service: TestApp, address: str, driver: MemoryDriver
) -> None:
    driver.available = False

    answer = service.get(address, status=503)
    alive, ready = service.get("/healthz"), service.get("/readyz", status=503)
    driver.available = True

    assert answer.headers["Retry-After"]
    assert answer.content_type == "application/problem+json"
    assert alive.status_int == 200
    assert "switched off" in ready
    service.get("/readyz", status=200)
    service.get(address, status=200)


def _damage(driver: MemoryDriver, block: int) -> None:
    (stored,) = driver._objects.values()
    stored.blocks[block] = b"!" + stored.blocks[block][1:]


def test_a_damaged_first_block_is_an_error_without_a_byte(
    service: TestApp, address: str, driver: MemoryDriver
) -> None:
    _damage(driver, 0)

    assert service.get(address, status=500).content_type == "application/problem+json"


def test_a_damaged_later_block_cuts_the_answer_short(
    service: TestApp, address: str, driver: MemoryDriver
) -> None:
    _damage(driver, 2)
    _, _, body = Request.blank(address).call_application(service.app)

    assert b"".join(body) == DATA[: 2 * MIB]


@pytest.mark.parametrize(
    ("path", "allow"), [("/tracks", "GET, HEAD, POST"), ("/tracks/x", "DELETE, GET, HEAD")]
)
def test_a_method_that_an_address_does_not_know_is_told(
    service: TestApp, path: str, allow: str
) -> None:
    answer = service.request(path, method="PATCH", status=405)

    assert answer.headers["Allow"] == allow


def test_an_unknown_address_is_not_found(service: TestApp) -> None:
    assert service.get("/nothing", status=404).content_type == "application/problem+json"


def test_a_request_id_is_kept_or_given(service: TestApp) -> None:
    kept = service.get("/healthz", headers={"X-Request-Id": "abcdef-0123456789"})
    given = service.get("/healthz", headers={"X-Request-Id": "evil\tid"})

    assert kept.headers["X-Request-Id"] == "abcdef-0123456789"
    assert given.headers["X-Request-Id"] != "evil\tid"


def test_metrics_count_requests_by_route(service: TestApp, address: str) -> None:
    service.get(address)

    text = service.get("/metrics").text

    assert 'cdpsfy_requests_total{method="GET",route="track",status="200"} 1.0' in text
    assert "ticket" not in text
