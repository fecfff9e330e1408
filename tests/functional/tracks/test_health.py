from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.functional.tracks.service import Service


def test_a_service_without_its_volume_is_alive_and_not_ready(service: Service) -> None:
    service.driver.available = False

    alive = service.http.get("/healthz", status=200)
    ready = service.http.get("/readyz", status=503)

    assert alive.text == "alive\n"
    assert ready.text == "switched off\n"


def test_a_service_with_its_volume_is_ready(service: Service) -> None:
    answer = service.http.get("/readyz", status=200)

    assert answer.content_type == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"


def test_requests_are_counted_by_route_and_not_by_path(service: Service) -> None:
    service.http.get("/tracks/first", status=401)
    service.http.get("/tracks/second", status=401)
    service.http.request("/nothing", method="BREW", status=404)

    answer = service.http.get("/metrics")

    assert answer.content_type == "text/plain"
    counter = "cdpsfy_requests_total"
    assert f'{counter}{{method="GET",route="track",status="401"}} 2.0' in answer.text
    assert f'{counter}{{method="other",route="none",status="404"}} 1.0' in answer.text
    assert "second" not in answer.text.replace("_second", "")


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/%ff%fe"])
def test_a_request_keeps_its_id(service: Service, path: str) -> None:
    headers = {"X-Request-Id": "from-the-site_1.2"}

    answer = service.http.get(path, headers=headers, status="*")

    assert answer.headers["X-Request-Id"] == "from-the-site_1.2"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with spaces in", "with\ttabs"])
def test_an_id_that_is_none_is_replaced(service: Service, given: str) -> None:
    answer = service.http.get("/healthz", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"] != given
    assert len(answer.headers["X-Request-Id"]) == 36
