"""What a ledger says was promised, and how the catalogue at the end compares to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ops.chaos.ledger import What

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.chaos.ledger import Event


@dataclass(frozen=True, slots=True)
class Promises:
    """Tracks by their path."""

    kept: dict[str, str]
    """SHA-256 of each track whose upload was acknowledged and that nobody wished to delete."""
    deleted: dict[str, str]
    """Where the bytes of each track were whose deletion was acknowledged."""
    listed: dict[str, str]
    """Where the bytes are of each track that its owner sees at the end."""

    @property
    def lost(self) -> list[str]:
        """Tracks that were acknowledged and that their owner does not see."""
        return sorted(self.kept.keys() - self.listed.keys())

    @property
    def returned(self) -> list[str]:
        """Tracks whose deletion was acknowledged, and that are there all the same."""
        return sorted(self.deleted.keys() & self.listed.keys())

    @property
    def mistaken(self) -> list[str]:
        """Tracks that lead to other bytes than those that were uploaded as them."""
        return [
            track
            for track, address in self.listed.items()
            if track in self.kept and sha256_in(address) != self.kept[track]
        ]

    @property
    def doubled(self) -> list[str]:
        """Digests that are there twice: every song was uploaded as one track."""
        counts = Counter(sha256_in(address) for address in self.listed.values())
        return [digest for digest, count in counts.items() if count > 1]


def read_promises(events: Iterable[Event]) -> Promises:
    """Sum up a whole ledger."""
    kept: dict[str, str] = {}
    deleted: dict[str, str] = {}
    listed: dict[str, str] = {}
    for _, what, facts in events:
        match what:
            case What.UPLOAD_ACKNOWLEDGED:
                kept[facts["track"]] = facts["sha256"]
            case What.DELETE_ASKED:  # from here on both are right, until it is acknowledged
                kept.pop(facts["track"], None)
            case What.DELETE_ACKNOWLEDGED:
                deleted[facts["track"]] = facts["address"]
            case What.LISTED:
                listed[facts["track"]] = facts["address"]
    return Promises(kept, deleted, listed)


def sha256_in(address: str) -> str:
    """Return the digest that an object's key begins with."""
    return urlsplit(address).path.rpartition("/")[2].partition("-")[0]
