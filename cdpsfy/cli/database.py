"""The database's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cdpsfy import migrate
from cdpsfy.cli.verb import verb
from cdpsfy.database import database_url
from cdpsfy.deployment import WEB
from cdpsfy.run import make_writable

if TYPE_CHECKING:
    from cdpsfy.deployment import Deployment


@verb("init")
def init(deployment: Deployment) -> None:
    """Make the database's tables, or bring them up to date."""
    ini = deployment.app(WEB)
    url = database_url(ini)
    if url.get_backend_name() == "sqlite" and url.database:
        make_writable(Path(url.database).parent)
    database = deployment.database(patient=True)
    migrate.upgrade(database, ini)
    database.close()
    click.echo("the database is up to date")
