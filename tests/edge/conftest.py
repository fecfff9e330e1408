from __future__ import annotations

import random
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from ops.secrets import make_secrets
from ops.topology import read_topology
from tests.edge.edge import Edge
from tests.edge.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[Origin]:
    origin = Origin(tmp_path)
    yield origin
    origin.stop()


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cluster's secrets, which take longer to make than all that an edge needs."""
    folder = tmp_path_factory.mktemp("secrets")
    make_secrets(read_topology(), folder)
    return folder


@pytest.fixture
def edge(tmp_path: Path, secrets: Path, origin: Origin) -> Iterator[Edge]:
    with Edge(tmp_path, secrets, origin) as edge:
        yield edge


@pytest.fixture
def forgetful(tmp_path: Path, secrets: Path, origin: Origin) -> Iterator[Edge]:
    """Yield an edge that looks anew at what is older than a second."""
    with Edge(tmp_path, secrets, origin, deadlines={"edge_fresh": "1"}) as edge:
        yield edge


@pytest.fixture
def song() -> bytes:
    return files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()


def noise(size: int) -> bytes:
    """Return bytes of which no part is like another; the same for the same size."""
    return random.Random(size).randbytes(size)  # noqa: S311 - no secret
