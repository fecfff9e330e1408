"""Tickets by hand, for an operator who asks the track service directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cdpsfy.cli.verb import verb

if TYPE_CHECKING:
    from cdpsfy.deployment import Deployment


@verb("ticket")
@click.option("--play", "key", metavar="KEY", help="A ticket to play this object.")
def ticket(deployment: Deployment, key: str | None) -> None:
    """Print a ticket for the track service: to list everything, or to play one object."""
    signer = deployment.tickets()
    click.echo(signer.play(key) if key else signer.list())
