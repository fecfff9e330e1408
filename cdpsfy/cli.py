"""`cdpsfy VERB CONFIG.ini`: what an operator does."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections import Counter
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy import logs, migrate, run
from cdpsfy.demo import fill as demo_fill
from cdpsfy.deployment import TRACKS, WEB, Deployment
from cdpsfy.models import Track
from cdpsfy.settings import Misconfigured
from cdpsfy.web.services import accounts, deletion, fsck
from cdpsfy.web.track_service import Unreachable
from cdpsfy.worker import work
from storage import Misconfigured as StorageMisconfigured
from storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

_EXPECTED = (Misconfigured, StorageMisconfigured, StorageError, run.CannotRun, SQLAlchemyError)
_SHORTEST_PASSWORD = 12


def verb(group: click.Group, name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command of a function of a Deployment; an expected failure speaks in words."""

    def decorate(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def command(config: Path, **options: Any) -> None:  # noqa: ANN401
            logs.set_up("console", logging.WARNING)
            try:
                function(Deployment(config.absolute()), **options)
            except _EXPECTED as error:
                raise click.ClickException(_words(error)) from error
            except Unreachable as error:
                text = f"the track service does not answer ({error}); is it running?"
                raise click.ClickException(text) from error

        argument = click.argument(
            "config", type=click.Path(exists=True, dir_okay=False, path_type=Path)
        )
        return group.command(name)(argument(command))

    return decorate


def _words(error: Exception) -> str:
    if isinstance(error, SQLAlchemyError):
        return f"the database (sqlalchemy.url): {getattr(error, 'orig', None) or error}"
    return str(error)


@click.group()
def main() -> None:
    """Operate a CDPSfy deployment, as its CONFIG.ini describes it."""


@main.group()
def user() -> None:
    """People's accounts."""


@main.group()
def storage() -> None:
    """Care for the volume that keeps the bytes; run these where the track service runs."""


@verb(main, "init")
def init(deployment: Deployment) -> None:
    """Make the database's tables, or bring them up to date."""
    ini = deployment.app(WEB)
    url = make_url(ini.get("sqlalchemy.url", "sqlite://"))
    if url.get_backend_name() == "sqlite" and url.database:
        run.make_writable(Path(url.database).parent)
    database = deployment.database()
    migrate.upgrade(database, ini)
    database.close()
    click.echo("the database is up to date")


@verb(storage, "init")
def storage_init(deployment: Deployment) -> None:
    """Make a volume ready, once, and try whether it can keep commit marks."""
    if path := deployment.app(TRACKS).get("storage.path"):
        run.make_writable(Path(path))
    deployment.driver().initialise()
    click.echo("the volume is ready")


@verb(storage, "scrub")
def storage_scrub(deployment: Deployment) -> None:
    """Read every object and check every block; exit 2 when something is damaged."""
    driver, damaged, seen = deployment.driver(), 0, 0
    for entry in driver.list():
        if not entry.committed:
            continue
        seen += 1
        try:
            with driver.open(entry.key) as reader:
                for _ in reader.blocks():
                    pass
        except StorageError as error:
            damaged += 1
            click.echo(f"{type(error).__name__}: {error}")
    click.echo(f"{seen} objects read, {damaged} damaged")
    sys.exit(2 if damaged else 0)


@click.option("--admin", is_flag=True, help="May edit and delete everyone's tracks.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.argument("name")
def _add_user(deployment: Deployment, name: str, *, admin: bool, password_stdin: bool) -> None:
    """Make an account called NAME."""
    password = _new_password(from_stdin=password_stdin)
    with deployment.database().writing.begin() as db:
        try:
            accounts.sign_up(db, name, password, is_admin=admin)
        except accounts.NameTaken:
            raise click.ClickException(f"the name {name!r} is taken") from None
    click.echo(f"{name} can log in now")


@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.argument("name")
def _set_password(deployment: Deployment, name: str, *, password_stdin: bool) -> None:
    """Give NAME a new password; every device of theirs has to log in again."""
    with deployment.database().writing.begin() as db:
        found = accounts.find(db, name)
        if found is None:
            raise click.ClickException(f"there is no account called {name!r}")
        accounts.change_password(db, found, _new_password(from_stdin=password_stdin))
    click.echo(f"{name} has a new password")


verb(user, "add")(_add_user)
verb(user, "password")(_set_password)


def _new_password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < _SHORTEST_PASSWORD:
        raise click.ClickException(f"a password has at least {_SHORTEST_PASSWORD} characters")
    return str(password)


@click.option("--play", "key", metavar="KEY", help="A ticket to play this object.")
def _ticket(deployment: Deployment, key: str | None) -> None:
    """Print a ticket for the track service: to list everything, or to play one object."""
    tickets = deployment.tickets()
    click.echo(tickets.play(key) if key else tickets.list())


verb(main, "ticket")(_ticket)


@verb(main, "fsck")
def check(deployment: Deployment) -> None:
    """Compare catalogue and storage; exit 2 when music is missing, 1 when bytes are left over."""
    found: Counter[fsck.Finding] = Counter()
    with deployment.database().reading() as db:
        for difference in fsck.compare(db, deployment.track_service()):
            found[difference.finding] += 1
            click.echo(f"{difference.finding}: {difference.key}")
    click.echo("; ".join(f"{count} {what}" for what, count in found.items()) or "all is well")
    harmless = {fsck.Finding.UNFINISHED}
    sys.exit(2 if fsck.DAMAGE & found.keys() else 1 if found.keys() - harmless else 0)


@verb(main, "sweep")
def sweep(deployment: Deployment) -> None:
    """Purge and sweep what is due, now instead of at the worker's next round."""
    service = deployment.track_service()
    with deployment.database().writing() as db:
        purged, swept = deletion.purge_due(db, service), deletion.sweep_expired(db, service)
    click.echo(f"{purged} purged, {swept} swept")


@verb(main, "worker")
def worker(deployment: Deployment) -> None:
    """Purge, sweep and forget what is due, until SIGTERM."""
    logs.set_up(deployment.settings()["log_format"])
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(deployment.database(), deployment.track_service(), stop)


@verb(main, "demo")
def demo(deployment: Deployment) -> None:
    """Fill the site with an account and a dozen tracks of our own."""
    _fill(deployment)


@verb(main, "run")
def run_all(deployment: Deployment) -> None:
    """Run site, track service and worker on this machine until Ctrl-C."""
    site = run.Site(deployment)
    site.check_ports()
    _prepare(deployment)
    try:
        click.echo("starting")
        site.start()
        click.echo(f"\n  site    {site.address(WEB)}\n  tracks  {site.address(TRACKS)}\n")
        _offer_demo(deployment)
        click.echo("Ctrl-C stops everything")
        ended = run.until_interrupted(site)
    finally:
        site.stop()
    if ended is not None:
        raise click.ClickException(f"the {ended} ended by itself, so everything was stopped")
    click.echo("stopped")


def _prepare(deployment: Deployment) -> None:
    for command in (init, storage_init):
        command.main([str(deployment.path)], standalone_mode=False)


def _offer_demo(deployment: Deployment) -> None:
    with deployment.database().reading() as db:
        if db.scalar(select(func.count()).select_from(Track)):
            return
    if not sys.stdin.isatty():
        click.echo(f"the catalogue is empty; `cdpsfy demo {deployment.path.name}` fills it")
    elif click.confirm("The catalogue is empty. Fill it with a dozen tracks?", default=True):
        _fill(deployment)


def _fill(deployment: Deployment) -> None:
    lease = deployment.settings()["upload_lease"]
    with deployment.database().writing() as db:
        owner, password = demo_fill.demo_account(db)
        for title in demo_fill.fill(db, deployment.track_service(), owner, lease):
            click.echo(f"  ♪ {title}")
    if password:
        click.echo(f"log in as {owner.name} with the password {password}")
