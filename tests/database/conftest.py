"""A real MariaDB and a real PostgreSQL of the test run's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cdpsfy import migrate
from cdpsfy.database import Database, open_database
from tests.database.postgresql import PostgreSQL
from tests.database.server import MariaDB
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgresql(postgresql_server: PostgreSQL) -> str:
    """Give the address of a database that is there; whoever killed it is over."""
    if not postgresql_server.is_running():
        postgresql_server.start()
    postgresql_server.thaw()
    return postgresql_server.url


@pytest.fixture(params=["sqlite", "mariadb", "postgresql"])
def every_ini(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Give the settings of a database, of each in turn."""
    url = f"sqlite:///{tmp_path}/site.sqlite"
    if request.param != "sqlite":
        url = request.getfixturevalue(request.param)
    return {"sqlalchemy.url": url, "alembic.script_location": str(ROOT / "migrations")}


@pytest.fixture
def every_database(every_ini: dict[str, str]) -> Iterator[Database]:
    """Give a database with empty tables, each in turn."""
    database = open_database(every_ini)
    migrate.upgrade(database, every_ini)
    yield database
    migrate.downgrade(database, every_ini)
    database.close()
