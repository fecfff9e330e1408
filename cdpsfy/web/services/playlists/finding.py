"""Finds playlists by the words of their names and descriptions, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, not_, select

from cdpsfy.models import Playlist, PlaylistWord
from cdpsfy.web.services.playlists.access import listed_for
from cdpsfy.web.services.playlists.playlists import LIVE, PAGE, Page
from cdpsfy.web.services.position import Position
from cdpsfy.web.services.search import words
from cdpsfy.web.services.search.terms import LONGEST_QUERY, MOST_WORDS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

    from cdpsfy.models import User

_BEHIND = "{"
"""Comes behind all that words are written with: a to z, digits and `_`."""
_playlists, _words = Playlist.__table__.c, PlaylistWord.__table__.c


def find(db: Session, text: str, viewer: User | None, *, after: Position | None = None) -> Page:
    """Return a page of playlists that have every word of text, or a word that begins with it.

    Those that have all of them in their name come first, the newest first in each case. Private
    and unlisted ones are found by their owner and members alone. No words find nothing.
    """
    found: list[tuple[int, Row[int, str, str, str, str]]] = []
    listed = LIVE.where(listed_for(viewer)).order_by(_playlists.id.desc())
    for tier, match in enumerate(_tiers(text)):
        query = listed.where(match).limit(PAGE + 1 - len(found))
        if after is not None and tier == after.rank:
            query = query.where(_playlists.id < after.row)
        if len(found) <= PAGE and (after is None or tier >= after.rank):
            found += [(tier, row) for row in db.execute(query)]
    shown = [row for _, row in found[:PAGE]]
    tier = found[PAGE - 1][0] if len(found) > PAGE else 0
    return Page(shown, Position(tier, shown[-1].id) if len(found) > PAGE else None)


def _tiers(text: str) -> list[ColumnElement[bool]]:
    parts = words.sought_parts(words.split(text[:LONGEST_QUERY]))[:MOST_WORDS]
    if not parts:
        return []
    named = and_(*(_has(part, in_name=True) for part in parts))
    return [named, and_(*(_has(part, in_name=False) for part in parts), not_(named))]


def _has(part: str, *, in_name: bool) -> ColumnElement[bool]:
    having = select(_words.playlist_id).where(_words.word >= part, _words.word < part + _BEHIND)
    return _playlists.id.in_(having.where(_words.in_name) if in_name else having)
