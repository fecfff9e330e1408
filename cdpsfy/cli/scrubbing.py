"""`cdpsfy scrub`: whether the bytes are what they were."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cdpsfy.cli.interruption import interruptible
from cdpsfy.cli.nagios import Plugin, Status
from cdpsfy.cli.progress import Progress
from cdpsfy.cli.quantities import RATE
from cdpsfy.cli.scrub_round import Round
from cdpsfy.cli.verb import CONFIG, in_words
from cdpsfy.cli.volume import driver_of_files
from cdpsfy.deployment import Deployment
from storage import scrub as volume
from storage.brick import Brick
from storage.repair import Repair
from storage.scrub import Checked, Verdict
from storage.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPOKEN = {Verdict.DAMAGED, Verdict.REPAIRED, Verdict.LEFTOVER}


@click.command(cls=Plugin)
@click.argument("config", type=CONFIG, required=False)
@click.option("--rate", type=RATE, help="Read so much in a second at most, like 20MiB.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Remember in this file how far it came, and go on from there.",
)
@click.option(
    "--brick",
    type=click.Path(path_type=Path),
    help="Check this node's own copies, in the brick at this path.",
)
@click.option("--repair", is_flag=True, help="Set bad copies aside, so that Gluster heals them.")
def scrub(
    config: Path | None, rate: int | None, state: Path | None, brick: Path | None, *, repair: bool
) -> None:
    """Read every object of the volume that CONFIG names, and check every byte.

    Ends with 0 when all is well; 1 when a leftover is older than a day, a copy was repaired, or it
    was interrupted; 2 when something is damaged; 3 when it could not be done.

    --brick without --repair needs no CONFIG.
    """
    with in_words():
        round_ = Round(str((brick or config or Path()).absolute()), state)
        sys.exit(_walk(_checks(config, brick, Throttle(rate), round_.after, repair=repair), round_))


def _checks(
    config: Path | None, brick: Path | None, throttle: Throttle, after: str, *, repair: bool
) -> Iterator[Checked]:
    if brick is None:
        if repair:
            raise click.UsageError("--repair mends the copies of one node: name its --brick")
        return volume.scrub(_deployment(config).driver(), throttle, after)
    copies = Brick(brick.absolute())
    checks = copies.scrub(throttle, after)
    return _repaired(checks, copies, _deployment(config)) if repair else checks


def _deployment(config: Path | None) -> Deployment:
    if config is None:
        raise click.UsageError("name the CONFIG.ini; only --brick without --repair needs none")
    return Deployment(config.absolute())


def _repaired(checks: Iterator[Checked], brick: Brick, deployment: Deployment) -> Iterator[Checked]:
    repair = Repair(brick, driver_of_files(deployment))
    return (
        repair.mend(checked) if checked.verdict is Verdict.DAMAGED else checked
        for checked in checks
    )


def _walk(checks: Iterator[Checked], round_: Round) -> Status:
    try:
        with interruptible(), Progress("scrub") as progress:
            for checked in checks:
                progress.at(checked.key, checked.size)
                if checked.verdict in _SPOKEN:
                    progress.say(f"{checked.verdict}: {checked.detail}")
                round_.add(checked)
    except KeyboardInterrupt:
        click.echo(f"interrupted: {round_}")
        return max(Status.WARNING, round_.status)
    finally:
        round_.save()
    round_.finish()
    click.echo(str(round_))
    return round_.status
