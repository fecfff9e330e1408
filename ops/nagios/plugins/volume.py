"""How a client sees the volume: bricks, quorum, copies to heal, split-brain.

`gluster volume heal VOLUME info summary` looks as a client of its own: it asks no pool, which a
silent node could hold up for a quarter of an hour, and is through after 11 s with nodes away.

WARNING: a brick is away, or copies wait to be healed; another check tells why. CRITICAL: a replica
set has lost its quorum, copies contradict each other, or copies wait for longer than --patience
though every brick is there.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.gluster import ask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

_TIMEOUT = 15
_REPLICAS = 3


class Brick(NamedTuple):
    """One brick as a client sees it."""

    name: str
    connected: bool
    pending: int
    """How many entries it knows that other bricks lack."""
    split: int
    """How many entries contradict each other."""


def parse(summary: Element) -> list[Brick]:
    """Read `gluster --xml volume heal VOLUME info summary`."""
    return [
        Brick(
            name=brick.findtext("name", "?"),
            connected=brick.findtext("status") == "Connected",
            pending=int(brick.findtext("totalNumberOfEntries", "0")),
            split=int(brick.findtext("numberOfEntriesInSplitBrain", "0")),
        )
        for brick in summary.iter("brick")
    ]


def judge(bricks: Sequence[Brick], waited: float, patience: float) -> Answer:
    """Judge a volume whose copies have been waiting for so many seconds, with all bricks there."""
    away = [brick.name for brick in bricks if not brick.connected]
    pending = max((brick.pending for brick in bricks), default=0)
    split = max((brick.split for brick in bricks), default=0)
    figures = {"bricks": len(bricks) - len(away), "pending": pending, "split-brain": split}
    said = [f"{len(bricks) - len(away)} of {len(bricks)} bricks"]
    said += [f"not {', '.join(away)}"] * bool(away)
    said += [f"{pending} entries to heal" if pending else "nothing to heal"]
    status = Status.WARNING if away or pending else Status.OK
    if waited > patience:
        status = Status.CRITICAL
        said.append(f"for {waited / 60:.0f} min, though every brick is there")
    if split:
        status = Status.CRITICAL
        said.append(f"{split} entries in split-brain")
    if _without_quorum(bricks):
        status = Status.CRITICAL
        said.insert(0, "QUORUM LOST")
    return Answer(status, ", ".join(said), figures)


def waiting(bricks: Sequence[Brick], since: Path) -> float:
    """Return for how many seconds copies have been waiting with all bricks there.

    The time of the file's change is when that began.
    """
    if not any(brick.pending for brick in bricks) or not all(brick.connected for brick in bricks):
        since.unlink(missing_ok=True)
        return 0.0
    if not since.exists():
        since.touch()
    return time.time() - since.stat().st_mtime


def _without_quorum(bricks: Sequence[Brick]) -> bool:
    """Whether a set of replicas, which stand side by side, has no majority."""
    sets = (bricks[start : start + _REPLICAS] for start in range(0, len(bricks), _REPLICAS))
    return not bricks or any(2 * sum(one.connected for one in each) <= len(each) for each in sets)


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("volume")
    arguments.add_argument("--patience", type=float, default=3600.0, help="seconds")
    arguments.add_argument(
        "--since", type=Path, default=Path("/var/lib/nagios/heal-pending"), help="file of its own"
    )
    given = arguments.parse_args()

    def check() -> Answer:
        bricks = parse(ask("volume", "heal", given.volume, "info", "summary", timeout=_TIMEOUT))
        return judge(bricks, waiting(bricks, given.since), given.patience)

    answer(check)


if __name__ == "__main__":
    main()
