"""The long-running commands, and the demo that fills what they serve."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select

from cdpsfy import logs
from cdpsfy.cli.database import init
from cdpsfy.cli.interruption import interruptible
from cdpsfy.cli.verb import verb
from cdpsfy.cli.volume import init as storage_init
from cdpsfy.demo import fill as demo_fill
from cdpsfy.deployment import TRACKS, WEB
from cdpsfy.models import Track
from cdpsfy.run import Site, until_interrupted
from cdpsfy.worker import work

if TYPE_CHECKING:
    from cdpsfy.deployment import Deployment


@verb("worker")
def worker(deployment: Deployment) -> None:
    """Purge, sweep, forget and draw what is due, until SIGTERM."""
    settings = deployment.settings()
    logs.set_up(settings["log_format"])
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(deployment.database(), deployment.track_service(), settings["ffmpeg"], stop)


@verb("demo")
def demo(deployment: Deployment) -> None:
    """Fill the site with an account and a dozen tracks of our own."""
    _fill(deployment)


@verb("run")
def run(deployment: Deployment) -> None:
    """Run site, track service and worker on this machine until Ctrl-C or SIGTERM."""
    site = Site(deployment)
    site.check_ports()
    _prepare(deployment)
    with interruptible():
        try:
            click.echo("starting")
            site.start()
            click.echo(f"\n  site    {site.address(WEB)}\n  tracks  {site.address(TRACKS)}\n")
            _offer_demo(deployment)
            click.echo("Ctrl-C stops everything")
            ended = until_interrupted(site)
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
