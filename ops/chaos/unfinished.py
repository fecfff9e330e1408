"""What a run, and the people in it, began or meant to do and did not finish."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ops.chaos.ledger import What

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.chaos.ledger import Event

_LOOSE_ENDS = (
    (What.FAULT_PLANNED, What.FAULT_BEGAN, "fault", "this fault never began"),
    (What.UPLOAD_ASKED, What.UPLOAD_ACKNOWLEDGED, "sha256", "an upload never got through"),
    (What.DELETE_ASKED, What.DELETE_ACKNOWLEDGED, "track", "a deletion never got through"),
    (What.PLAY_ASKED, What.PLAY_ENDED, "track", "a play has no end"),
)
"""The beginning, its end, the fact that both have in common, and what it means to lack the end."""


def unfinished(events: Sequence[Event]) -> Iterator[str]:
    """Yield what was given up, each in a sentence.

    People finish what they began before they go home, so nothing is under way at the end.
    """
    for _, what, facts in events:
        if what is What.NOT_WHOLE:
            yield f"{facts['fault']}: the cluster did not come back: {facts['problem']}"
    for begin, end, fact, complaint in _LOOSE_ENDS:
        open_ends = _count(events, begin, fact) - _count(events, end, fact)
        yield from (f"{name}: {complaint}" for name in open_ends.elements())
    if not any(what is What.PLAY_ENDED and not facts["problem"] for _, what, facts in events):
        yield "nobody heard one track to its end"


def _count(events: Sequence[Event], kind: What, fact: str) -> Counter[str]:
    return Counter(facts[fact] for _, what, facts in events if what is kind)
