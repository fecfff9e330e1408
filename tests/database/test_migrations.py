"""The schema goes up from empty and down again, and is what the models say, on every database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from cdpsfy import migrate
from cdpsfy.database import Database, open_database
from cdpsfy.models import Base
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.database


@pytest.fixture(params=["sqlite", "mariadb"])
def ini(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    url = f"sqlite:///{tmp_path}/site.sqlite"
    if request.param == "mariadb":
        url = request.getfixturevalue("mariadb")
    return {"sqlalchemy.url": url, "alembic.script_location": str(ROOT / "migrations")}


@pytest.fixture
def database(ini: dict[str, str]) -> Iterator[Database]:
    database = open_database(ini)
    yield database
    migrate.downgrade(database, ini)
    database.close()


def test_up_makes_what_the_models_say(database: Database, ini: dict[str, str]) -> None:
    migrate.upgrade(database, ini)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_up_twice_changes_nothing(database: Database, ini: dict[str, str]) -> None:
    migrate.upgrade(database, ini)
    migrate.upgrade(database, ini)

    assert "tracks" in inspect(database.engine).get_table_names()


def test_down_leaves_nothing(database: Database, ini: dict[str, str]) -> None:
    migrate.upgrade(database, ini)

    migrate.downgrade(database, ini)

    assert inspect(database.engine).get_table_names() == ["alembic_version"]
