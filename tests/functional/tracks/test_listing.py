from __future__ import annotations

import io
from typing import Any

from tests.functional.tracks.service import Service, assert_problem, bearer


def page(service: Service, after: str = "") -> Any:
    headers = bearer(service.tickets.list())
    return service.http.get("/tracks", {"after": after}, headers=headers).json


def test_an_entry_tells_what_is_on_the_volume(service: Service, song: bytes) -> None:
    key = service.upload_key(song)

    [entry] = page(service)["entries"]

    assert entry["key"] == key
    assert entry["committed"] is True
    assert entry["size"] == len(song)
    assert entry["modified"] == service.driver.stat(key).modified


def test_an_empty_volume_has_an_empty_page(service: Service) -> None:
    assert page(service) == {"entries": [], "next": None}


def test_pages_follow_each_other_until_all_is_listed(service: Service) -> None:
    for number in range(1001):
        service.driver.put(io.BytesIO(b"%d" % number), "audio/mpeg")

    first = page(service)
    second = page(service, first["next"])

    assert (len(first["entries"]), len(second["entries"])) == (1000, 1)
    assert [entry["key"] for entry in first["entries"] + second["entries"]] == service.keys()
    assert second["next"] is None


def test_an_exactly_full_page_is_followed_by_an_empty_one(service: Service) -> None:
    for number in range(1000):
        service.driver.put(io.BytesIO(b"%d" % number), "audio/mpeg")

    first = page(service)

    assert len(first["entries"]) == 1000
    assert page(service, first["next"]) == {"entries": [], "next": None}


def test_a_place_that_is_not_utf_8_is_refused(service: Service) -> None:
    headers = bearer(service.tickets.list())

    answer = service.http.get("/tracks?after=%ff", headers=headers, status=400)

    assert_problem(answer, 400)
