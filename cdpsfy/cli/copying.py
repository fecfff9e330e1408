"""`cdpsfy storage copy`: moves a library from one volume to another while the service runs."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from cdpsfy.cli.interruption import interruptible
from cdpsfy.cli.nagios import Plugin, Status
from cdpsfy.cli.progress import Progress
from cdpsfy.cli.quantities import RATE
from cdpsfy.cli.verb import CONFIG, in_words
from cdpsfy.deployment import Deployment
from storage.copying import Copying, Outcome
from storage.throttle import Throttle

if TYPE_CHECKING:
    from pathlib import Path

_MOST_PASSES = 10
_SPOKEN = {Outcome.DAMAGED, Outcome.BUSY}


@click.command(cls=Plugin)
@click.option("--from", "source", metavar="A.ini", type=CONFIG, required=True)
@click.option("--to", "target", metavar="B.ini", type=CONFIG, required=True)
@click.option("--rate", type=RATE, help="Read so much in a second at most, like 20MiB.")
def copy(source: Path, target: Path, rate: int | None) -> None:
    """Copy every object of A's volume that B's lacks, again until nothing new comes.

    Run again, it goes on where it was. Ends with 0 when B has everything; 1 when it was interrupted
    or new objects keep coming; 2 when an object of A is damaged; 3 when it could not be done.
    """
    with in_words():
        copying = Copying(
            Deployment(source.absolute()).driver(),
            Deployment(target.absolute()).driver(),
            throttle=Throttle(rate),
            began=time.time(),
        )
        status = _copy(copying)
    if status is Status.OK:
        click.echo(_next_steps(source, target))
    sys.exit(status)


def _copy(copying: Copying) -> Status:
    try:
        with interruptible():
            return _judge(_passes(copying))
    except KeyboardInterrupt:
        click.echo("interrupted; the same command goes on from here")
        return Status.WARNING


def _passes(copying: Copying) -> Counter[Outcome]:
    """Make passes until one copies nothing; return what the last one found."""
    for number in range(1, _MOST_PASSES + 1):
        found = _one_pass(copying, f"pass {number}")
        if not found[Outcome.COPIED]:
            break
    return found


def _one_pass(copying: Copying, label: str) -> Counter[Outcome]:
    found: Counter[Outcome] = Counter()
    with Progress(label) as progress:
        for copied in copying.one_pass():
            progress.at(copied.key, copied.size)
            if copied.outcome in _SPOKEN:
                progress.say(f"{copied.outcome}: {copied.detail}")
            found[copied.outcome] += 1
    counts = (f"{found[outcome]} {outcome}" for outcome in Outcome if found[outcome])
    click.echo(f"{label}: {', '.join(counts) or 'nothing is there to copy'}")
    return found


def _judge(found: Counter[Outcome]) -> Status:
    if found[Outcome.DAMAGED]:
        click.echo("what is damaged was not copied: bring it back from a backup, then run again")
        return Status.CRITICAL
    if found[Outcome.COPIED] or found[Outcome.BUSY]:
        click.echo("objects were still coming: run it again")
        return Status.WARNING
    return Status.OK


def _next_steps(source: Path, target: Path) -> str:
    return f"""\
{target} has every object of {source}. Now
1. let the track services use the storage settings of {target}, and restart them;
2. run the same command once more: it brings what was uploaded until the restart;
3. cdpsfy fsck {target}: what was deleted meanwhile shows up as bytes that no row knows"""
