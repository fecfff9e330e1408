"""The volume that keeps the bytes: making it ready, and putting its marks right."""

from __future__ import annotations

import time
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cdpsfy.cli.copying import copy
from cdpsfy.cli.quantities import DURATION
from cdpsfy.cli.verb import verb
from cdpsfy.deployment import TRACKS
from cdpsfy.run import make_writable
from cdpsfy.tracks.audio import NotAudio, media_type
from storage.errors import Corrupt, DigestMismatch, Misconfigured, NotFound, TooLarge
from storage.reading import read_or_blame
from storage.remark import remark
from storage.write_once import WriteOnceDriver

if TYPE_CHECKING:
    from cdpsfy.deployment import Deployment
    from storage.files import Files


class _Remarked(StrEnum):
    """What became of a file without a mark."""

    MARKED = "marked again"
    NOT_WHOLE = "left: not whole"
    NOT_AUDIO = "left: whole, but no audio that is known here"
    UNREADABLE = "left: it cannot be read, though the volume answers"
    YOUNG = "left: too young"
    GONE = "deleted meanwhile"


@verb("init")
def init(deployment: Deployment) -> None:
    """Make a volume ready, once, and try whether it can keep commit marks."""
    settings = deployment.app(TRACKS)
    # Any other driver's path is a mount: made here, it would be a folder of this machine.
    if settings.get("storage.driver") == "filesystem" and "storage.path" in settings:
        make_writable(Path(settings["storage.path"]))
    deployment.driver().initialise()
    click.echo("the volume is ready")


@verb("remark")
@click.option(
    "--older-than",
    type=DURATION,
    default="1 h",
    show_default=True,
    help="Leave files alone that were written since: an upload may be at work on them.",
)
def remark_all(deployment: Deployment, *, older_than: int) -> None:
    """Give whole files that lost their commit mark a new one, as after a restore."""
    driver = driver_of_files(deployment)
    found: Counter[_Remarked] = Counter()
    for entry in driver.list():
        if entry.committed:
            continue
        is_young = time.time() - entry.modified < older_than
        outcome = _Remarked.YOUNG if is_young else _remark(driver, entry.key)
        found[outcome] += 1
        click.echo(f"{outcome}: {entry.key}")
    counts = (f"{count} {outcome}" for outcome, count in found.items())
    click.echo("; ".join(counts) or "no mark is missing")


def driver_of_files(deployment: Deployment) -> WriteOnceDriver:
    """Return the driver of a deployment that keeps its objects in files.

    Raises:
        Misconfigured: it keeps them otherwise.
    """
    driver = deployment.driver()
    if not isinstance(driver, WriteOnceDriver):
        raise Misconfigured("storage.driver must be one that keeps files for this")
    return driver


def _remark(driver: WriteOnceDriver, key: str) -> _Remarked:
    # A bad copy may be the one that is read first; the mark goes to all of them anyway.
    for files in (driver.files, *driver.replicas):
        outcome = _remark_by(driver, files, key)
        if outcome not in (_Remarked.NOT_WHOLE, _Remarked.UNREADABLE):
            break
    return outcome


def _remark_by(driver: WriteOnceDriver, files: Files, key: str) -> _Remarked:
    try:
        read_or_blame(driver, lambda: remark(files, key, media_type))
    except NotFound:
        return _Remarked.GONE
    except (DigestMismatch, TooLarge):
        return _Remarked.NOT_WHOLE
    except NotAudio:
        return _Remarked.NOT_AUDIO
    except Corrupt:
        return _Remarked.UNREADABLE
    return _Remarked.MARKED


storage = click.Group(
    "storage",
    commands=[init, remark_all, copy],
    help="Care for the volume that keeps the bytes; run these where the track service runs.",
)
