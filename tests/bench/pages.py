"""The page of the newest 50 tracks, with its database: ours, and express with ejs over the same."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from cdpsfy import migrate
from cdpsfy.deployment import WEB, Deployment
from tests.bench import ours, peers
from tests.bench.figures import Figure, Mark
from tests.bench.rounds import Load, run_rounds, speeds
from tests.bench.rows import add_tracks
from tests.bench.wrk import WHOLE, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.contestants import Contestant
    from tests.bench.plan import Plan

_TRACKS = 1000


def figures(
    installation: ours.Installation, plan: Plan, say: Callable[[str], None]
) -> Iterator[Figure]:
    """Yield the page's line."""
    _fill(Deployment(installation.ini))
    with ExitStack() as running:
        site = running.enter_context(ours.site(installation))
        express = running.enter_context(
            peers.express_page(installation.folder, installation.database)
        )
        for contestant in (site, express):
            ask(contestant.url, ["/tracks"], WHOLE, seconds=1, seed=0)
        works = run_rounds(
            [_page(contestant, plan) for contestant in (site, express)], plan.rounds, say
        )
    yield Figure(
        "page of 50 rows, with its database",
        "requests/CPU-s",
        speeds(works["page, site"]),
        Mark(0.5),
        "express + ejs",
        speeds(works["page, express"]),
    )


def _fill(deployment: Deployment) -> None:
    database = deployment.database()
    migrate.upgrade(database, deployment.app(WEB))
    add_tracks(database, _TRACKS)
    database.close()


def _page(contestant: Contestant, plan: Plan) -> Load:
    def run(number: int) -> float:
        return ask(contestant.url, ["/tracks"], WHOLE, seconds=plan.seconds, seed=number)

    return Load(f"page, {contestant.name}", contestant, run)
