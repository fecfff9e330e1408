"""Albums: what is on one, in the order in which it is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from cdpsfy.models import Facet, Track
from cdpsfy.models.track import MOST_DISCS, MOST_NUMBERS
from cdpsfy.web.services.catalogue import LISTED, PAGE, Page
from cdpsfy.web.services.position import Position
from cdpsfy.web.services.search.words import slug as slug_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_tracks = Track.__table__.c
# Two people may upload albums of the same name: one comes whole behind the other. Of tracks without
# a number the first that was uploaded is the first, behind those that have one.
_rank = (
    (_tracks.owner_id * (MOST_DISCS + 1) + func.coalesce(_tracks.disc, 1)) * (MOST_NUMBERS + 1)
    + func.coalesce(_tracks.number, MOST_NUMBERS)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is on an album, and what all of it has in common."""

    tracks: int
    seconds: float
    """Of those whose duration is known."""
    artist: str
    """Empty when there are several."""
    year: int | None
    """None when there are several, or one is not known."""


def tracks_of(db: Session, name: str, *, after: Position | None = None) -> Page:
    """Return a page of an album's public tracks, by disc and number.

    Case and accents of name do not matter, nor what stands between its words.
    """
    query = (
        LISTED.join(Facet, Facet.track_id == _tracks.id)
        .where(_is_on(name))
        .order_by(_rank, _tracks.id)
    )
    if after is not None:
        same = and_(_rank == after.rank, _tracks.id > after.row)
        query = query.where(or_(_rank > after.rank, same))
    tracks = db.execute(query.limit(PAGE + 1)).all()
    return Page(tracks[:PAGE], _place_of(db, tracks[PAGE - 1].id) if len(tracks) > PAGE else None)


def extent_of(db: Session, name: str) -> Extent:
    """Return how much is on an album that has tracks, on all pages of it."""
    found = db.execute(
        select(
            func.count().label("tracks"),
            func.coalesce(func.sum(_tracks.seconds), 0).label("seconds"),
            func.min(_tracks.artist).label("artist"),
            func.max(_tracks.artist).label("last_artist"),
            func.min(func.coalesce(_tracks.year, 0)).label("year"),
            func.max(func.coalesce(_tracks.year, 0)).label("last_year"),
        )
        .join(Facet, Facet.track_id == _tracks.id)
        .where(_is_on(name))
    ).one()
    artist = found.artist if found.artist == found.last_artist else ""
    year = found.year if found.year == found.last_year else 0
    return Extent(found.tracks, found.seconds, artist, year or None)


def _place_of(db: Session, track_id: int) -> Position:
    return Position(db.scalars(select(_rank).where(_tracks.id == track_id)).one(), track_id)


def _is_on(name: str) -> ColumnElement[bool]:
    return and_(Facet.kind == "album", Facet.slug == slug_of(name))
