"""Covers at their own address: the contract of tracks, and only pictures."""

from __future__ import annotations

import hashlib

import pytest
from ulid import ULID

from tests.functional.tracks.service import MIB, Service, assert_problem, bearer
from tests.unit.pictures.samples import JPEG, encoded, halves
from tests.unit.tracks import audio_samples as samples

PICTURES = {
    "image/jpeg": JPEG,
    "image/png": encoded(halves(), "PNG"),
    "image/webp": encoded(halves(), "WEBP"),
}


def put(service: Service, data: bytes, *, limit: int = MIB, status: int = 201) -> str:
    """Upload a cover and return its key, if it was taken."""
    headers = bearer(service.tickets.upload(str(ULID()), limit))
    answer = service.http.post("/covers", data, headers, status=status)
    return str(answer.json.get("key"))


def address(service: Service, key: str) -> str:
    return f"/covers/{key}?ticket={service.tickets.play(key)}"


@pytest.mark.parametrize(("kind", "data"), PICTURES.items(), ids=PICTURES)
def test_a_picture_is_stored_and_shown_as_what_it_is(
    service: Service, kind: str, data: bytes
) -> None:
    ulid, digest = str(ULID()), hashlib.sha256(data).hexdigest()

    stored = service.http.post("/covers", data, bearer(service.tickets.upload(ulid, MIB)))
    shown = service.http.get(address(service, stored.json["key"]))

    assert stored.headers["Location"] == f"http://localhost/covers/{digest}-{ulid}"
    assert stored.json["content_type"] == shown.content_type == kind
    assert shown.body == data


def test_a_cover_has_the_headers_and_the_ranges_of_a_track(service: Service) -> None:
    key = put(service, JPEG)

    whole = service.http.get(address(service, key))
    part = service.http.get(address(service, key), headers={"Range": "bytes=2-9"}, status=206)
    same = service.http.get(
        address(service, key), headers={"If-None-Match": whole.headers["ETag"]}, status=304
    )
    head = service.http.head(address(service, key))

    assert whole.headers["ETag"] == f'"{key[:64]}"'
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert whole.headers["Cache-Control"].startswith("private")
    assert part.body == JPEG[2:10]
    assert same.body == head.body == b""
    assert head.content_length == len(JPEG)


@pytest.mark.parametrize(
    "data",
    [
        samples.simple_wav(),
        encoded(halves(), "GIF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ" + bytes(100),
        b"RIFF\x20\0\0\0WAVEVP8 ",
        b"",
    ],
    ids=["wav", "gif", "svg", "program", "riff", "nothing"],
)
def test_what_is_no_picture_is_refused(service: Service, data: bytes) -> None:
    headers = bearer(service.tickets.upload(str(ULID()), MIB))

    answer = service.http.post("/covers", data, headers, status=415)

    assert_problem(answer, 415)
    assert "not a picture" in answer.json["detail"]
    assert service.keys() == []


def test_each_kind_is_not_found_at_the_address_of_the_other(service: Service, song: bytes) -> None:
    cover, track = put(service, JPEG), service.upload_key(song)
    delete = service.tickets.delete

    for path in (
        f"/tracks/{cover}?ticket={service.tickets.play(cover)}",
        f"/covers/{track}?ticket={service.tickets.play(track)}",
    ):
        assert_problem(service.http.get(path, status=404), 404)
        assert service.http.head(path, status=404).status_int == 404
    for kind, key in (("tracks", cover), ("covers", track)):
        answer = service.http.delete(f"/{kind}/{key}", headers=bearer(delete(key)), status=404)
        assert_problem(answer, 404)
    assert sorted(service.keys()) == sorted([cover, track])


def test_a_picture_is_no_track(service: Service) -> None:
    assert service.upload(JPEG, status=415).json["detail"] == "This is a picture (JPEG), not audio."


def test_a_deleted_cover_is_gone(service: Service) -> None:
    key = put(service, JPEG)

    service.http.delete(f"/covers/{key}", headers=bearer(service.tickets.delete(key)), status=204)

    assert_problem(service.http.get(address(service, key), status=404), 404)
    assert service.keys() == []


def test_a_cover_needs_its_own_ticket(service: Service) -> None:
    key, other = put(service, JPEG), put(service, PICTURES["image/png"])

    assert_problem(service.http.get(f"/covers/{key}", status=401), 401)
    path = f"/covers/{key}?ticket={service.tickets.play(other)}"
    assert_problem(service.http.get(path, status=403), 403)
    assert_problem(service.http.post("/covers", JPEG, status=401), 401)


def test_no_more_is_taken_than_the_ticket_says(service: Service) -> None:
    put(service, JPEG, limit=len(JPEG))
    put(service, JPEG, limit=len(JPEG) - 1, status=413)

    assert len(service.keys()) == 1


def test_the_listing_has_both_kinds_and_is_in_one_place(service: Service, song: bytes) -> None:
    keys = [put(service, JPEG), service.upload_key(song)]
    headers = bearer(service.tickets.list())

    listed = service.http.get("/tracks", headers=headers).json["entries"]
    elsewhere = service.http.get("/covers", headers=headers, status=405)

    assert [entry["key"] for entry in listed] == sorted(keys)
    assert elsewhere.headers["Allow"] == "POST"


def test_an_edge_may_ask_whether_a_ticket_shows_a_cover(service: Service) -> None:
    key = put(service, JPEG)

    answer = service.http.get(
        f"/covers/{key}/ticket", headers=bearer(service.tickets.play(key)), status=204
    )

    assert "max-age=60" in answer.headers["Cache-Control"]
