"""TLS, HTTP/2, and the way there from plain HTTP."""

from __future__ import annotations

import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.components import require_program
from tests.ops.balancer import SITE, TRACKS, loopback_topology
from tests.ops.balancer_servers import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ops.balancer_servers import Stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("balancer")
    with set_up(loopback_topology(folder), folder) as stage:
        yield stage


def test_browsers_are_told_to_stay_with_https(stage: Stage) -> None:
    for path in ("/", "/metrics"):
        answer = stage.balancer.ask("GET", path)

        assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("host", [SITE, TRACKS])
def test_plain_http_leads_to_https_with_path_query_and_port(stage: Stage, host: str) -> None:
    for method in ("GET", "POST"):
        answer = stage.balancer.ask_inside(
            method, "/tracks/one?ticket=a", headers={"Host": host}, at=stage.balancer.plain
        )

        assert answer.status == 308
        assert answer.headers["location"] == f"https://{host}:8443/tracks/one?ticket=a"


def test_plain_http_leads_nowhere_for_a_name_that_is_not_ours(stage: Stage) -> None:
    answer = stage.balancer.ask_inside(
        "GET", "/", headers={"Host": "evil.example"}, at=stage.balancer.plain
    )

    assert answer.status == 421
    assert "location" not in answer.headers


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(stage: Stage) -> None:
    context = ssl.create_default_context(cafile=str(stage.balancer.authority))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(ssl.SSLError):
        stage.balancer.connect(context=context)


def test_curl_speaks_http_2_and_its_large_upload_arrives(stage: Stage) -> None:
    address, port = stage.balancer.public
    command = [
        *(require_program("curl"), "-sS", "--http2", "--cacert", str(stage.balancer.authority)),
        *("--resolve", f"{TRACKS}:{port}:{address}", "--data-binary", "@-"),
        *("--header", "Authorization: Bearer ticket"),
        *("-w", " %{http_version} %{http_code}", f"https://{TRACKS}:{port}/tracks"),
    ]

    done = subprocess.run(command, input=b"a" * 5_000_000, capture_output=True, check=True)

    name, version, status = done.stdout.decode().split()
    assert (version, status) == ("2", "200")
    server = next(server for server in stage.servers if server.name == name)
    assert server.received[-1].headers["x-forwarded-host"] == f"{TRACKS}:{port}"
