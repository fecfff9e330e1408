"""Whoever serves songs here: by which processes, and at which address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.processes import Server
    from tests.bench.songs import Song


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to get a song; what all its servers use is its cost."""

    name: str
    url: str
    servers: Sequence[Server]
    path: Callable[[Song], str]
    """Where url has a song; with a ticket, if it needs one."""

    @property
    def place(self) -> tuple[str, int]:
        """Return the host and the port of url."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 80)

    def cpu(self) -> float:
        """Return the CPU time of its servers so far, in seconds."""
        return sum(server.cpu() for server in self.servers)

    def memory(self) -> float:
        """Return the memory of its servers, in MiB."""
        return sum(server.memory() for server in self.servers)

    def descriptors(self) -> int:
        """Return how many files and connections its servers have open."""
        return sum(server.descriptors() for server in self.servers)

    def paths(self, songs: Sequence[Song]) -> list[str]:
        """Return where url has each song."""
        return [self.path(song) for song in songs]
