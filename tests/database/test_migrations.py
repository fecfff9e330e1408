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

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.database


@pytest.fixture
def ini(every_ini: dict[str, str]) -> dict[str, str]:
    return every_ini


@pytest.fixture
def database(ini: dict[str, str]) -> Iterator[Database]:
    database = open_database(ini)
    yield database
    migrate.downgrade(database, ini)
    database.close()


def test_up_makes_what_the_models_say(database: Database, ini: dict[str, str]) -> None:
    migrate.upgrade(database, ini)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_of_a_model}
        )
        assert compare_metadata(context, Base.metadata) == []


def _is_of_a_model(name: str | None, _type: str, _parents: object) -> bool:
    """Full-text indexes are of no two databases alike: what they find is tested instead."""
    return name is None or not name.startswith("search_index")


def test_up_twice_changes_nothing(database: Database, ini: dict[str, str]) -> None:
    migrate.upgrade(database, ini)
    migrate.upgrade(database, ini)

    assert "tracks" in inspect(database.engine).get_table_names()


def test_down_leaves_nothing(database: Database, ini: dict[str, str]) -> None:
    migrate.upgrade(database, ini)

    migrate.downgrade(database, ini)

    assert inspect(database.engine).get_table_names() == ["alembic_version"]
