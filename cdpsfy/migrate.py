"""Brings a database to the newest schema, or back down, with Alembic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from cdpsfy.settings import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdpsfy.database import Database

SETTING = "alembic.script_location"


def upgrade(database: Database, ini: Mapping[str, str]) -> None:
    """Bring the schema up to the newest revision; on a new database, make it."""
    config = _config(ini)
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == ScriptDirectory.from_config(config).get_current_head():
            return
    with database.engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def downgrade(database: Database, ini: Mapping[str, str]) -> None:
    """Take every table away again."""
    config = _config(ini)
    with database.engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def _config(ini: Mapping[str, str]) -> Config:
    if SETTING not in ini:
        raise Misconfigured(f"{SETTING} is missing: the folder of the migrations")
    config = Config()
    config.set_main_option("script_location", ini[SETTING].replace("%", "%%"))
    return config
