"""The database's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import make_url

from cdpsfy import migrate
from cdpsfy.cli.verb import verb
from cdpsfy.deployment import WEB
from cdpsfy.run import make_writable

if TYPE_CHECKING:
    from cdpsfy.deployment import Deployment


@verb("init")
def init(deployment: Deployment) -> None:
    """Make the database's tables, or bring them up to date."""
    ini = deployment.app(WEB)
    url = make_url(ini.get("sqlalchemy.url", "sqlite://"))
    if url.get_backend_name() == "sqlite" and url.database:
        make_writable(Path(url.database).parent)
    database = deployment.database()
    migrate.upgrade(database, ini)
    database.close()
    click.echo("the database is up to date")
