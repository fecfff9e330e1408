"""Rows of tracks for tests that ask for none of their bytes."""

from __future__ import annotations

from typing import Any

from ulid import ULID

from cdpsfy.models import Track, User


def track_row(owner: User, number: int, **details: Any) -> Track:
    """Return an owner's track number so-and-so, which its public id and digest say, too."""
    return Track(
        public_id=f"{number:012}",
        owner_id=owner.id,
        key=f"{number:064x}-{ULID()}",
        url="http://localhost",
        size=1,
        sha256=f"{number:064x}",
        form=str(ULID()),
        content_type="audio/mpeg",
        **details,
    )
