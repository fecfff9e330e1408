"""The images, made once; and the cluster, brought up once for all tests of this folder."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
import requests

from ops.chaos.ledger import Ledger
from tests.components import require_program, require_root
from tests.compose.cluster import Cluster, make_images, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def images() -> None:
    require_root()
    for program in ("podman", "runc", "mmdebstrap"):
        require_program(program)
    make_images()


@pytest.fixture(scope="session")
def _names_of_localhost() -> Iterator[None]:
    """Look for names under .localhost here, as browsers do (RFC 6761 §6.3), whatever libc says."""
    found = socket.getaddrinfo

    def look(host: str, *rest: Any, **named: Any) -> Any:
        return found("127.0.0.1" if host.endswith(".localhost") else host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look)
        yield


@pytest.fixture(scope="session")
def cluster(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    for needed in ("images", "_names_of_localhost"):
        request.getfixturevalue(needed)
    folder = tmp_path_factory.mktemp("compose")
    with Ledger(folder / "ledger") as ledger:
        cluster = Cluster(folder, ledger)
        try:
            cluster.up()
            wait_for("the catalogue", lambda: _plays(cluster))
            yield cluster
        except BaseException:
            print(cluster.logs())  # noqa: T201 - of containers that are about to go
            raise
        finally:
            cluster.down(volumes=True)


def _plays(cluster: Cluster) -> bool:
    """Whether the site and the track servers are ready, as the balancer sees them."""
    try:
        page = requests.get(f"{cluster.site}/tracks", verify=cluster.authority, timeout=5)
        figures = requests.get("http://127.0.0.1:8404/;csv", timeout=5).text
    except requests.RequestException:
        return False
    lines = [line.split(",") for line in figures.splitlines()]
    up = [line[1] for line in lines if line[0] == "tracks" and line[17] == "UP"]
    return page.ok and {"s1", "s2", "s3"} <= set(up)
