from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.functional.tracks.service import Service, assert_problem, bearer

UNKNOWN_KEY = f"{'0' * 64}-01ARZ3NDEKTSV4RRFFQ69G5FAV"
MALFORMED_KEYS = ["x", UNKNOWN_KEY.lower(), f"{UNKNOWN_KEY}\n", "..", "a\0b", "ñ🎵", "x" * 5000]


@pytest.mark.parametrize("path", ["/nothing", "/tracks/a/b", "/", "/tracks/../etc/passwd"])
def test_an_unknown_address_is_not_found(service: Service, path: str) -> None:
    assert_problem(service.http.get(path, status=404), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", f"/tracks/{UNKNOWN_KEY}", "DELETE, GET, HEAD"),
        ("BREW", f"/tracks/{UNKNOWN_KEY}", "DELETE, GET, HEAD"),
        ("POST", f"/tracks/{UNKNOWN_KEY}", "DELETE, GET, HEAD"),
        ("PUT", "/tracks", "GET, HEAD, POST"),
        ("DELETE", "/tracks", "GET, HEAD, POST"),
        ("POST", "/healthz", "GET, HEAD"),
    ],
)
def test_an_unknown_method_is_told_the_known_ones(
    service: Service, method: str, path: str, allowed: str
) -> None:
    answer = service.http.request(path, method=method, status=405)

    assert_problem(answer, 405)
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/%ff%fe", "/tracks/%ff", "/tracks/x?ticket=%ff", "/tracks?%ff"])
def test_an_address_that_is_not_utf_8_is_refused(service: Service, path: str) -> None:
    assert_problem(service.http.get(path, status=400), 400)


@pytest.mark.parametrize("key", MALFORMED_KEYS, ids=ascii)
def test_a_malformed_key_is_refused(service: Service, key: str) -> None:
    path = f"/tracks/{quote(key)}"

    played = service.http.get(path, headers=bearer(service.tickets.play(key)), status=400)
    deleted = service.http.delete(path, headers=bearer(service.tickets.delete(key)), status=400)

    assert_problem(played, 400)
    assert_problem(deleted, 400)


def test_an_object_that_never_was_is_not_found(service: Service) -> None:
    assert_problem(service.play(UNKNOWN_KEY, 404), 404)
    assert_problem(service.delete(UNKNOWN_KEY, 404), 404)


def test_while_storage_is_away_everyone_is_asked_to_come_back(
    service: Service, song: bytes
) -> None:
    key = service.upload_key(song)
    service.driver.available = False

    answers: list[Any] = [
        service.play(key, 503),
        service.delete(key, 503),
        service.upload(song, status=503),
        service.http.get("/tracks", headers=bearer(service.tickets.list()), status=503),
    ]

    for answer in answers:
        assert_problem(answer, 503)
        assert answer.headers["Retry-After"] == "5"
        # The error's own words are for the operator, and name machines and paths.
        assert answer.json["detail"].startswith("the storage does not answer just now")


def test_when_storage_is_back_everything_is_there(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    service.driver.available = False
    service.upload(song, status=503)

    service.driver.available = True

    assert service.keys() == [key]
    assert service.play(key).body == song


def test_no_error_is_kept_by_a_cache_or_taken_for_a_page(service: Service) -> None:
    headers = service.play(UNKNOWN_KEY, 404).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
