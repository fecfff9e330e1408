"""Bad input gets a clear answer: never a 500, a traceback, or a stored partial file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from webob import Request

if TYPE_CHECKING:
    from tests.functional.web.conftest import TrackServer
    from tests.functional.web.person import Person

BOUNDARY = "a-boundary"
MIB = 1024 * 1024


def _raw(person: Person, body: bytes, content_type: str, status: int) -> object:
    return person.browser.post(
        "/tracks",
        body,
        headers={"Content-Type": content_type, "X-CSRF-Token": person.csrf_token()},
        status=status,
    )


def _part(name: str, data: bytes, file_name: bytes | None = None) -> bytes:
    suffix = b"" if file_name is None else b'; filename="' + file_name + b'"'
    head = f'Content-Disposition: form-data; name="{name}"'.encode() + suffix
    return b"--" + BOUNDARY.encode() + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n"


END = b"--" + BOUNDARY.encode() + b"--\r\n"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def test_no_file_is_asked_for(ana: Person) -> None:
    ana.post("/tracks", status=422).mustcontain("Choose a file first.")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"x", 415),
        (b"<!doctype html><script>alert(1)</script>", 415),
        (b"\0" * 5000, 415),
        (b"\x7fELF" + b"\0" * 100, 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 10, 415),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 100, 415),
    ],
)
def test_what_is_no_audio_is_refused_with_a_reason(
    ana: Person, track_server: TrackServer, data: bytes, status: int
) -> None:
    ana.upload(data, "song.mp3", status=status).mustcontain("song.mp3", "no audio")

    assert list(track_server.driver.list()) == []


def test_an_empty_file_is_told(ana: Person, track_server: TrackServer) -> None:
    ana.upload(b"", "song.mp3", status=422).mustcontain("song.mp3", "empty")

    assert list(track_server.driver.list()) == []


def test_a_name_that_is_not_utf8_is_a_bad_request(ana: Person, song: bytes) -> None:
    _raw(ana, _part("track", song, b"\xff\xfe.mp3") + END, MULTIPART, 400)


def test_a_file_of_exactly_the_limit_is_taken(ana: Person, song: bytes) -> None:
    ana.upload(song + b"\0" * (MIB - len(song)), status=303)


def test_a_longer_file_is_refused(ana: Person, song: bytes) -> None:
    ana.upload(song + b"\0" * (MIB - len(song) + 1), status=413).mustcontain("longer than 1 MB")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (_part("track", b"abc", b"a.mp3"), MULTIPART),
        (_part("track", b"abc", b"a.mp3")[:40], MULTIPART),
        (_part("track", b"abc", b"a.mp3") + END, "multipart/form-data"),
        (_part("x", b"y") * 10_000 + END, MULTIPART),
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"", MULTIPART),
    ],
    ids=["truncated", "cut in a header", "no boundary", "10,000 parts", "odd charset", "empty"],
)
def test_a_malformed_form_is_a_bad_request(
    ana: Person, track_server: TrackServer, body: bytes, content_type: str
) -> None:
    _raw(ana, body, content_type, 400)

    assert list(track_server.driver.list()) == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", ""])
def test_another_type_of_body_holds_no_file(ana: Person, content_type: str) -> None:
    _raw(ana, b"{}", content_type, 422)


@pytest.mark.parametrize(
    "name",
    [
        b"a\0b.mp3",
        b"../../etc/passwd",
        b"a/b\\c.mp3",
        "\u202egpj.mp3".encode(),
        "\U0001f3b8\u200d\U0001f3a4.mp3".encode(),
        b"x" * 300 + b".mp3",
        b"<script>alert(1)</script>.mp3",
    ],
)
def test_a_hostile_name_is_only_a_title(ana: Person, song: bytes, name: bytes) -> None:
    bare = song[song.index(b"\xff\xfb") :]
    body = _part("track", bare, name) + END

    answer = _raw(ana, body, MULTIPART, 303)
    page = ana.browser.get(answer.location)  # type: ignore[attr-defined]

    assert "<script>alert" not in page
    assert "\0" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/tracks/unknown",
        "/tracks/" + "x" * 3000,
        "/tracks?after=-1",
        "/tracks?after=" + "9" * 400,
        "/tracks?after=%00",
        "/nothing/here",
        "/account/devices/999999999999999999999/end",
    ],
)
def test_an_unknown_address_is_not_found(ana: Person, path: str) -> None:
    status = ana.browser.get(path, expect_errors=True).status_int

    assert status in (404, 405)


@pytest.mark.parametrize(
    ("path", "query"), [("/\xff\xfe", ""), ("/tracks/\xff", ""), ("/tracks", "after=%ff")]
)
def test_an_address_that_is_not_utf8_is_a_bad_request(app: Any, path: str, query: str) -> None:
    request = Request.blank("/")
    request.environ.update({"PATH_INFO": path, "QUERY_STRING": query})

    assert request.get_response(app).status_int == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "OPTIONS"])
def test_a_method_that_an_address_does_not_know_is_told(ana: Person, method: str) -> None:
    answer = ana.browser.request("/tracks", method=method, expect_errors=True)

    assert answer.status_int == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_program_reads_problem_json(visitor: Person) -> None:
    answer = visitor.browser.get(
        "/tracks/unknown", headers={"Accept": "application/json"}, status=404
    )

    assert answer.content_type == "application/problem+json"
    assert json.loads(answer.body)["status"] == 404


def test_who_is_not_logged_in_is_sent_to_log_in(visitor: Person, song: bytes) -> None:
    assert "/login" in visitor.browser.get("/tracks/new", status=303).location
    assert "/login" in visitor.upload(song).location


@pytest.mark.parametrize("path", ["/", "/tracks", "/login", "/static/style/base.css", "/nothing"])
def test_every_answer_bears_the_safe_headers(visitor: Person, path: str) -> None:
    answer = visitor.browser.get(path, expect_errors=True)

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
