"""`python -m tests.bench`: measures beside peers, prints the table, and keeps each round."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ops.marked_page import around_marks, put_into
from tests.bench import (
    catalogue,
    delivery,
    first_byte,
    listeners,
    memory,
    pages,
    search,
    slow_storage,
    uploads,
    volume,
)
from tests.bench.fleet import Fleet, fleet
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.plot import plot
from tests.bench.processes import CannotMeasure
from tests.bench.report import record, summary, table
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.figures import Figure

_MARKS = "bench"
_FAMILIES = ("songs", "listeners", "first byte", "slow storage", "upload", "page", "search")


@click.command("bench")
@click.option(
    "--quick", is_flag=True, help="Two minutes: few rounds, and no volume of three nodes."
)
@click.option("--only", type=click.Choice(_FAMILIES), help="These figures, and no others.")
@click.option(
    "--database",
    type=click.Choice(("sqlite", "mariadb", "postgresql")),
    default="sqlite",
    help="That of the searches: --only search --database mariadb.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A page that has marks for the table; the plot goes beside it.",
)
def bench(report: Path | None, only: str | None, database: str, *, quick: bool) -> None:
    """Measure what CDPSfy does beside its peers; exit 1 if something could not be measured."""
    if report is not None and only is not None:
        raise click.UsageError("--report wants all figures, not --only some of them")
    if report is not None:
        around_marks(report, _MARKS)  # not found out after ten minutes
    if database != "sqlite" and only != "search":
        raise click.UsageError("--database is that of --only search")
    plan = QUICK if quick else FULL
    clock = _Clock()
    _allow_many_connections()
    figures, failures = _figures(plan, only, database, clock.say)
    notes = [] if only else _notes(plan, clock.say)
    text = summary(figures, failures, plan.name, clock.seconds())
    folder = ROOT / "var/bench" / time.strftime("%Y-%m-%d-%H%M%S")
    folder.mkdir(parents=True)
    (folder / "figures.json").write_text(record(figures, notes, failures), "utf-8")
    (folder / "report.md").write_text(text, "utf-8")
    (folder / "bench.svg").write_text(plot(figures), "utf-8")
    click.echo(f"\n{text}\n{chr(10).join(notes)}\neach round: {folder}")
    if report is not None:
        report.with_name("bench.svg").write_text(plot(figures), "utf-8")
        put_into(report, _MARKS, f"{text}\n![Each figure beside its mark](bench.svg)\n")
    sys.exit(1 if failures else 0)


class _Clock:
    """Says how far we are."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._start

    def say(self, text: str) -> None:
        click.echo(f"{self.seconds():4.0f} s  {text}")


def _figures(
    plan: Plan, only: str | None, database: str, say: Callable[[str], None]
) -> tuple[list[Figure], list[str]]:
    figures: list[Figure] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        say("making songs, starting servers")
        with fleet(Path(folder)) as all_servers:
            families = zip(_FAMILIES, _families(all_servers, plan, database, say), strict=True)
            for name, family in families:
                if only not in {None, name}:
                    continue
                say(f"next: {name}")
                try:
                    found = list(family())
                except CannotMeasure as error:
                    failures.append(f"{name}: {error}")
                    say(f"not measured: {failures[-1]}")
                else:
                    figures += found
                    click.echo(table(found))
    return figures, failures


def _families(
    all_servers: Fleet, plan: Plan, database: str, say: Callable[[str], None]
) -> list[Callable[[], Iterator[Figure]]]:
    """Return what measures each of _FAMILIES."""
    of = all_servers
    return [
        lambda: delivery.figures((of.edge, of.origin), (of.nginx, of.express), of.songs, plan, say),
        lambda: listeners.figures(of.edge, of.nginx, of.songs, plan, say),
        lambda: first_byte.figures(of.edge, of.nginx, of.songs, plan, say),
        lambda: slow_storage.figures(of.installation.folder / "slow", of.songs, plan, say),
        lambda: uploads.figures(of.edge, of.installation, of.songs, plan, say),
        lambda: pages.figures(of.installation, plan, say),
        lambda: search.figures(of.installation.folder, plan, say, database),
    ]


def _notes(plan: Plan, say: Callable[[str], None]) -> list[str]:
    """Return the lines of what has no peer to be beside."""
    if not plan.everything:
        say("left out: memory while playing, the catalogue, the volume of three nodes (make bench)")
        return []
    lines = []
    for benchmark in (memory, catalogue, volume):
        say(f"next: {benchmark.__name__.rpartition('.')[2]}")
        for line in benchmark.figures():
            lines.append(line)
            click.echo(line)
    return lines


def _allow_many_connections() -> None:
    """A listener is a descriptor here, and two in its server, which inherits the limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    bench()
