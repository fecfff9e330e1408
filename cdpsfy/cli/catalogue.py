"""The catalogue beside the bytes: what differs, and what is due. What it is searched by."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from cdpsfy.cli.verb import verb
from cdpsfy.web.services import deletion
from cdpsfy.web.services.fsck import DAMAGE, Finding, compare
from cdpsfy.web.services.search import index

if TYPE_CHECKING:
    from cdpsfy.deployment import Deployment


@verb("fsck")
def fsck(deployment: Deployment) -> None:
    """Compare catalogue and storage; exit 2 when music is missing, 1 when bytes are left over."""
    found: Counter[Finding] = Counter()
    with deployment.database().reading() as db:
        for difference in compare(db, deployment.track_service()):
            found[difference.finding] += 1
            click.echo(f"{difference.finding}: {difference.key}")
    click.echo("; ".join(f"{count} {what}" for what, count in found.items()) or "all is well")
    harmless = {Finding.UNFINISHED}
    sys.exit(2 if DAMAGE & found.keys() else 1 if found.keys() - harmless else 0)


@verb("sweep")
def sweep(deployment: Deployment) -> None:
    """Purge and sweep what is due, now instead of at the worker's next round."""
    service = deployment.track_service()
    with deployment.database().writing() as db:
        purged, swept = deletion.purge_due(db, service), deletion.sweep_expired(db, service)
    click.echo(f"{purged} purged, {swept} swept")


@verb("reindex")
def reindex(deployment: Deployment) -> None:
    """Let search find every track by what its row says now; the site may go on meanwhile."""
    with deployment.database().writing() as db:
        count = sum(index.refresh_all(db))
    click.echo(f"{count} tracks looked at")
