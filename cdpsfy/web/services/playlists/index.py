"""Keeps the words that playlists are found by, in the transaction that changes them.

There are so many fewer of them than tracks that a plain index over their words will do, alike on
every database. What a word is, `services/search/words.py` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from cdpsfy.models import PlaylistWord
from cdpsfy.web.services.search import words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cdpsfy.models import Playlist


def refresh(db: Session, playlist: Playlist) -> None:
    """Let a playlist be found by what it says now; whoever changes that has locked its row."""
    db.execute(delete(PlaylistWord).where(PlaylistWord.playlist_id == playlist.id))
    in_name = words.parts(words.split(playlist.name))
    in_description = words.parts(words.split(playlist.description))
    found = dict.fromkeys(in_description, False) | dict.fromkeys(in_name, True)
    rows = [
        {"word": word, "playlist_id": playlist.id, "in_name": named}
        for word, named in found.items()
    ]
    if rows:
        db.execute(insert(PlaylistWord), rows)
