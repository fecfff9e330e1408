"""Somebody hangs up in the middle of an upload: nothing is left, and the next one is served."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
import requests

from tests.deployment import RunningSite

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 3_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    site = RunningSite(tmp_path_factory.mktemp("site"))
    site.start()
    yield site
    site.stop()


@pytest.mark.parametrize("service", ["web_port", "tracks_port"])
@pytest.mark.parametrize("percent", [0, 50, 99])
def test_a_hang_up_leaves_nothing(site: RunningSite, service: str, percent: int) -> None:
    head = f"POST /tracks HTTP/1.1\r\nHost: localhost\r\nContent-Length: {SIZE}\r\n\r\n"

    with socket.create_connection(("localhost", getattr(site, service))) as connection:
        connection.sendall(head.encode() + bytes(SIZE * percent // 100))

    assert requests.get(f"{site.url}/readyz", timeout=5).ok
    assert site.cdpsfy("fsck", str(site.ini)).strip() == "all is well"


@pytest.mark.parametrize("service", ["web_port", "tracks_port"])
def test_a_length_over_the_limit_is_refused_before_the_body(
    site: RunningSite, service: str
) -> None:
    head = "POST /tracks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n"

    with socket.create_connection(("localhost", getattr(site, service)), timeout=5) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(1000)

    assert answer.startswith(b"HTTP/1.1 413")
