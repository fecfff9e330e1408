"""A real MariaDB of the test run's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.database.server import MariaDB

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    server = MariaDB(tmp_path_factory.mktemp("mariadb"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mariadb(mariadb_server: MariaDB) -> str:
    """Give the address of a database that is there; whoever killed it is over."""
    if not mariadb_server.is_running():
        mariadb_server.start()
    mariadb_server.thaw()
    return mariadb_server.url
