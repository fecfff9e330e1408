"""A catalogue of as many tracks as one likes, without their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.models import Track, User

if TYPE_CHECKING:
    from cdpsfy.database import Database


def add_tracks(database: Database, count: int) -> None:
    """Add a person and their tracks, to a database without rows."""
    with database.writing.begin() as db:
        db.add(User(id=1, name="Bench", name_key="bench", password_hash="-"))
        db.flush()
        rows = [
            {
                "public_id": f"{number:012}",
                "owner_id": 1,
                "key": f"{number:064x}-{number:026}",
                "url": "http://localhost",
                "size": 1,
                "sha256": f"{number:064x}",
                "form": f"{number:026}",
                "content_type": "audio/mpeg",
                "title": f"Track {number}",
                "seconds": 60 + number % 300,
            }
            for number in range(count)
        ]
        db.bulk_insert_mappings(Track.__mapper__, rows)
