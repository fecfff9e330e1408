from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pytest
from webob import Request

from tests.functional.tracks.service import MIB, Service, assert_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage import Reader

OLD = '"another"'
LONG_AGO = "Thu, 01 Jan 1998 00:00:00 GMT"
LATER = "Thu, 01 Jan 2099 00:00:00 GMT"


def test_what_was_uploaded_is_played(service: Service, long_song: bytes) -> None:
    key = service.upload_key(long_song)

    answer = service.play(key)

    assert answer.body == long_song
    assert answer.content_type == "audio/wav"
    assert answer.content_length == len(long_song)


def test_the_headers_name_the_bytes(service: Service, song: bytes) -> None:
    digest = hashlib.sha256(song)
    encoded = base64.b64encode(digest.digest()).decode()

    headers = service.play(service.upload_key(song)).headers

    assert headers["ETag"] == f'"{digest.hexdigest()}"'
    assert headers["Repr-Digest"] == f"sha-256=:{encoded}:"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Last-Modified"].endswith(" GMT")


def test_nothing_that_is_played_can_run_in_a_browser(service: Service, song: bytes) -> None:
    headers = service.play(service.upload_key(song)).headers

    assert headers["Content-Type"] == "audio/mpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"].startswith("private")


# Ranges (RFC 9110 §14)


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=3145700-3145800", 3145700, 3145801),
        ("bytes=1048576-", MIB, None),
        ("bytes=-1", -1, None),
        ("bytes=-500", -500, None),
    ],
)
def test_a_part_is_answered_with_its_place(
    service: Service, long_song: bytes, header: str, start: int, stop: int | None
) -> None:
    key = service.upload_key(long_song)
    first, after, _ = slice(start, stop).indices(len(long_song))

    answer = service.play(key, 206, range=header)

    assert answer.body == long_song[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {first}-{after - 1}/{len(long_song)}"


@pytest.mark.parametrize(
    "header",
    [
        "bytes=9-8",
        "bytes=a-b",
        "bytes=",
        "seconds=0-9",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)),
    ],
    ids=["reversed", "nonsense", "empty", "another unit", "a thousand"],
)
def test_a_range_that_cannot_be_served_is_answered_with_the_whole(
    service: Service, song: bytes, header: str
) -> None:
    answer = service.play(service.upload_key(song), 200, range=header)

    assert answer.body == song
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize("header", ["bytes={size}-", "bytes=-0", "bytes=99999999999999999999-"])
def test_a_range_past_the_end_is_answered_with_the_size(
    service: Service, song: bytes, header: str
) -> None:
    key = service.upload_key(song)

    answer = service.play(key, 416, range=header.format(size=len(song)))

    assert_problem(answer, 416)
    assert answer.headers["Content-Range"] == f"bytes */{len(song)}"


def test_if_range_of_this_object_gets_the_part(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    whole = service.play(key).headers

    by_etag = service.play(key, 206, range="bytes=0-9", if_range=whole["ETag"])
    by_date = service.play(key, 206, range="bytes=0-9", if_range=whole["Last-Modified"])

    assert by_etag.body == by_date.body == song[:10]


@pytest.mark.parametrize("condition", [OLD, LONG_AGO, "nonsense"])
def test_if_range_of_another_object_gets_the_whole(
    service: Service, song: bytes, condition: str
) -> None:
    key = service.upload_key(song)

    assert service.play(key, 200, range="bytes=0-9", if_range=condition).body == song


# HEAD


def test_head_has_the_headers_of_get_and_no_body(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    own = "X-Request-Id"

    got, head = service.play(key), service.head(key)

    assert head.body == b""
    assert {**head.headers, own: ""} == {**got.headers, own: ""}


def test_head_ignores_range(service: Service, song: bytes) -> None:
    key = service.upload_key(song)

    assert service.head(key, range="bytes=0-9").content_length == len(song)
    assert service.head(key, range="bytes=999999999-").status_int == 200


# Conditions (RFC 9110 §13)


@pytest.mark.parametrize("condition", ["{etag}", "*", 'W/{etag}, "x"', '"x", {etag}'])
def test_what_the_client_has_is_not_sent_again(
    service: Service, song: bytes, condition: str
) -> None:
    key = service.upload_key(song)
    etag = service.head(key).headers["ETag"]

    answer = service.play(key, 304, if_none_match=condition.format(etag=etag))

    assert answer.body == b""
    assert answer.headers["ETag"] == etag


def test_what_the_client_does_not_have_is_sent(service: Service, song: bytes) -> None:
    key = service.upload_key(song)

    assert service.play(key, 200, if_none_match=OLD).body == song
    assert service.play(key, 200, if_modified_since=LONG_AGO).body == song
    # If-None-Match is the surer one: with it the date does not count.
    assert service.play(key, 200, if_none_match=OLD, if_modified_since=LATER).body == song


def test_what_has_not_changed_since_is_not_sent_again(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    modified = service.head(key).headers["Last-Modified"]

    assert service.play(key, 304, if_modified_since=modified).body == b""
    assert service.play(key, 304, if_modified_since=LATER).body == b""


@pytest.mark.parametrize(
    "condition", [{"if_match": OLD}, {"if_match": "W/{etag}"}, {"if_unmodified_since": LONG_AGO}]
)
def test_another_object_than_expected_is_refused(
    service: Service, song: bytes, condition: dict[str, str]
) -> None:
    key = service.upload_key(song)
    etag = service.head(key).headers["ETag"]
    written = {name: value.format(etag=etag) for name, value in condition.items()}

    assert_problem(service.play(key, 412, **written), 412)


@pytest.mark.parametrize("condition", ["{etag}", "*"])
def test_the_expected_object_is_sent(service: Service, song: bytes, condition: str) -> None:
    key = service.upload_key(song)
    etag = service.head(key).headers["ETag"]

    assert service.play(key, 200, if_match=condition.format(etag=etag)).body == song


@pytest.mark.parametrize("date", ["yesterday", "", "1998"])
def test_a_date_that_is_none_is_no_condition(service: Service, song: bytes, date: str) -> None:
    key = service.upload_key(song)

    assert service.play(key, if_modified_since=date, if_unmodified_since=date).body == song


# Damage


def raw_answer(service: Service, path: str) -> tuple[str, dict[str, str], Iterator[bytes]]:
    """Call the app as a server does: WebTest would check the length."""
    status, headers, pieces = Request.blank(path).call_application(service.wsgi)
    return status, dict(headers), iter(pieces)


def test_a_damaged_start_is_an_error_and_never_bytes(service: Service, long_song: bytes) -> None:
    key = service.upload_key(long_song)
    service.damage(key, 0)

    answer = service.play(key, 500)

    assert_problem(answer, 500)
    assert len(answer.body) < 1000


def test_damage_further_on_cuts_the_body_short(service: Service, long_song: bytes) -> None:
    key = service.upload_key(long_song)
    service.damage(key, 2)

    status, headers, pieces = raw_answer(service, service.address(key))

    assert status == "200 OK"
    assert headers["Content-Length"] == str(len(long_song))
    assert b"".join(pieces) == long_song[: 2 * MIB]


def test_a_part_beside_the_damage_is_whole(service: Service, long_song: bytes) -> None:
    key = service.upload_key(long_song)
    service.damage(key, 0)

    assert service.play(key, 206, range=f"bytes={MIB}-").body == long_song[MIB:]


def test_an_object_is_played_to_its_end_while_it_is_deleted(
    service: Service, long_song: bytes
) -> None:
    key = service.upload_key(long_song)
    _, _, pieces = raw_answer(service, service.address(key))
    start = next(pieces)

    service.delete(key)

    assert start + b"".join(pieces) == long_song


def test_the_reader_is_closed_with_the_answer(
    service: Service, song: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.upload_key(song)
    closed: list[Reader] = []
    reader_class = type(service.driver.open(key))

    def close(reader: Reader) -> None:
        closed.append(reader)

    monkeypatch.setattr(reader_class, "close", close)

    service.play(key)
    service.play(key, 206, range="bytes=0-1")
    service.play(key, 304, if_none_match="*")
    service.play(key, 416, range="bytes=-0")
    service.play(key, 412, if_match=OLD)
    service.head(key)

    assert len({id(reader) for reader in closed}) == 6
