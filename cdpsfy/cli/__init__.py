"""`cdpsfy VERB CONFIG.ini`: what an operator does. One file a subject; this is their list."""

from __future__ import annotations

import click

from cdpsfy.cli import accounts, catalogue, database, scrubbing, serving, tickets, volume

main = click.Group(
    "cdpsfy",
    commands=[
        database.init,
        volume.storage,
        scrubbing.scrub,
        accounts.user,
        tickets.ticket,
        catalogue.fsck,
        catalogue.sweep,
        catalogue.reindex,
        serving.worker,
        serving.demo,
        serving.run,
    ],
    help="Operate a CDPSfy deployment, as its CONFIG.ini describes it.",
)
