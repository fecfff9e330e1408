"""`python -m ops cloud`: what an operator, and a fresh machine, ask about a cloud."""

from __future__ import annotations

from pathlib import Path

import click

from ops.cloud.member import describe_member
from ops.cloud.stack import CLOUDS, render_stack, topology_files
from ops.topology import read_topology

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group
def cloud() -> None:
    """Render the cluster as the stack of a cloud."""


@cloud.command("stack")
@click.argument("name", type=click.Choice(CLOUDS))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--topology", "own", type=_FILE, multiple=True, help="What is yours; read last.")
def stack_command(name: str, folder: Path, own: tuple[Path, ...]) -> None:
    """Write the templates of NAME, for Heat or for CloudFormation, into FOLDER."""
    for path in render_stack(name, folder, *own):
        click.echo(path)


@cloud.command("member")
@click.argument("name", type=click.Choice(CLOUDS))
@click.argument("role")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--topology", "own", type=_FILE, multiple=True, help="What is yours; read last.")
def member_command(name: str, role: str, addresses: tuple[str, ...], own: tuple[Path, ...]) -> None:
    """Print the topology of a machine that a group of ROLE has made, by its ADDRESSES."""
    topology = read_topology(*topology_files(name, *own))
    click.echo(describe_member(topology, role, addresses), nl=False)
