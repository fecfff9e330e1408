"""How much is run: enough for figures to rely on, or for a look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Rounds, and seconds of what takes as long as one says."""

    name: str
    rounds: int
    """Of what is compared by CPU time."""
    seconds: int
    """That each load of such a round lasts."""
    concerts: int
    """Rounds of the many listeners, in each order by turns."""
    listeners: int
    listening: float
    """Seconds that the many listeners listen."""
    probing: float
    """Seconds of requests beside a thousand listeners, in each of two rounds."""
    reading: float
    """Seconds of new songs from slow storage."""
    everything: bool
    """The volume of three nodes, too, and the catalogue of 100,000 tracks."""


FULL = Plan(
    "full",
    rounds=5,
    seconds=2,
    concerts=2,
    listeners=5000,
    listening=30,
    probing=6,
    reading=12,
    everything=True,
)
QUICK = Plan(
    "quick",
    rounds=2,
    seconds=1,
    concerts=1,
    listeners=5000,
    listening=6,
    probing=2,
    reading=4,
    everything=False,
)
