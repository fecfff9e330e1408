"""`python -m ops.chaos`: what a run starts on machines of the lab, and nobody types."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ops.chaos.ledger import Ledger
from ops.chaos.load import Crowd, Load
from ops.chaos.reading import read_all


@click.group()
def main() -> None:
    """Do a machine's part in a run."""


@main.command("load")
@click.argument("site")
@click.argument("ledger", type=click.Path(path_type=Path))
@click.option("--ca")
@click.option("--seed", type=int, required=True)
def load(site: str, ledger: Path, ca: str | None, seed: int) -> None:
    """Be the people, from the line `on` until standard input ends."""
    with Ledger(ledger) as journal:
        people = Load(site, journal, seed=seed, ca=ca, crowd=Crowd())
        people.prepare()
        people.start()
        click.echo("on")
        sys.stdin.read()
        people.stop()


@main.command("read")
def read() -> None:
    """Read what standard input lists, `[server, address, where]` each; print what came."""
    click.echo(json.dumps(read_all(json.load(sys.stdin))))


main(prog_name="python -m ops.chaos")
