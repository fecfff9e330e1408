"""All servers of the same songs, side by side; who is not asked waits, and costs nothing."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench import ours, peers
from tests.bench.edge import edge
from tests.bench.songs import Songs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.contestants import Contestant


@dataclass(frozen=True, slots=True)
class Fleet:
    """Ours, and the peers."""

    installation: ours.Installation
    songs: Songs
    edge: Contestant
    origin: Contestant
    nginx: Contestant
    express: Contestant


@contextmanager
def fleet(folder: Path) -> Iterator[Fleet]:
    """Start all of them."""
    songs = Songs(folder / "songs")
    installation = ours.Installation(folder, songs.folder)
    with ExitStack() as running:
        start = running.enter_context
        origin = start(ours.origin(installation))
        yield Fleet(
            installation,
            songs,
            start(edge(folder / "edge", origin)),
            origin,
            start(peers.nginx(folder, songs)),
            start(peers.express_static(folder, songs)),
        )
