"""People's accounts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cdpsfy.cli.verb import verb
from cdpsfy.web.services import accounts

if TYPE_CHECKING:
    from cdpsfy.deployment import Deployment

_SHORTEST_PASSWORD = 12


@verb("add")
@click.option("--admin", is_flag=True, help="May edit and delete everyone's tracks.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.argument("name")
def add(deployment: Deployment, name: str, *, admin: bool, password_stdin: bool) -> None:
    """Make an account called NAME."""
    password = _new_password(from_stdin=password_stdin)
    with deployment.database().writing.begin() as db:
        try:
            accounts.sign_up(db, name, password, is_admin=admin)
        except accounts.NameTaken:
            raise click.ClickException(f"the name {name!r} is taken") from None
    click.echo(f"{name} can log in now")


@verb("password")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.argument("name")
def set_password(deployment: Deployment, name: str, *, password_stdin: bool) -> None:
    """Give NAME a new password; every device of theirs has to log in again."""
    with deployment.database().writing.begin() as db:
        found = accounts.find(db, name)
        if found is None:
            raise click.ClickException(f"there is no account called {name!r}")
        accounts.change_password(db, found, _new_password(from_stdin=password_stdin))
    click.echo(f"{name} has a new password")


def _new_password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < _SHORTEST_PASSWORD:
        raise click.ClickException(f"a password has at least {_SHORTEST_PASSWORD} characters")
    return str(password)


user = click.Group("user", commands=[add, set_password], help="People's accounts.")
