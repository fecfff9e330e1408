"""What is in a playlist, as one person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased

from cdpsfy.models import Cover, PlaylistEntry, Track, User
from cdpsfy.web.services.playlists.access import heard_everywhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from cdpsfy.web.services.playlists.access import Seen

PAGE = 100
MOSAIC = 4
"""Tracks whose covers are the playlist's."""

_entries, _tracks, _covers = PlaylistEntry.__table__, Track.__table__, Cover.__table__
_owners, _adders = aliased(User.__table__), aliased(User.__table__)


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and where the next ones begin."""

    entries: Sequence[Row[Any]]
    """Each with entry, position, added_by and is_shown; and id, public_id, title, artist, album,
    seconds, owner_name, cover_small and cover_medium of its track, which are for nobody where
    is_shown is false."""
    after: int | None
    """The position to go on after; None on the last page."""
    before: int | None
    """The entry before the first one; None on the first page."""


class Tile(NamedTuple):
    """A track whose cover is a part of a playlist's."""

    public_id: str
    small: str | None
    """Keys of the cover's objects, if there is one."""
    medium: str | None


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to hear."""

    tracks: int
    seconds: float


def page(db: Session, seen: Seen, *, after: int | None = None) -> Page:
    """Return a page of the entries that somebody sees, in order.

    Who may remove entries sees also those of which the track is not there for them.
    """
    query = _rows(seen).limit(PAGE + 1)
    if after is not None:
        query = query.where(_entries.c.position > after)
    found = db.execute(query).all()
    more = found[PAGE - 1].position if len(found) > PAGE else None
    return Page(found[:PAGE], more, _last(db, seen, after))


def tracks(db: Session, seen: Seen) -> Sequence[Row[Any]]:
    """Return all that somebody hears in a playlist, in order; rows as those of a page."""
    return db.execute(_rows(seen).where(seen.shows())).all()


def extent(db: Session, seen: Seen) -> Extent:
    """Return how many tracks somebody hears in a playlist, and how long they are."""
    count, seconds = db.execute(
        select(func.count(), func.sum(_tracks.c.seconds))
        .select_from(_entries.join(_tracks, _entries.c.track_id == _tracks.c.id))
        .where(_entries.c.playlist_id == seen.playlist.id, seen.shows())
    ).one()
    return Extent(count, seconds or 0.0)


def mosaics(db: Session, playlists: Iterable[int], viewer: User | None) -> dict[int, list[Tile]]:
    """Return the first four tracks of each playlist that has any to show."""
    firsts = [_first(playlist, viewer).subquery() for playlist in playlists]
    found: dict[int, list[Tile]] = {}
    if not firsts:
        return found
    query = union_all(*(select(first) for first in firsts))
    for playlist, _, *tile in sorted(db.execute(query)):
        found.setdefault(playlist, []).append(Tile(*tile))
    return found


def mosaic(db: Session, seen: Seen) -> list[Tile]:
    """Return the first four tracks that somebody sees in a playlist."""
    found = db.execute(_rows(seen).where(seen.shows()).limit(MOSAIC))
    return [Tile(track.public_id, track.cover_small, track.cover_medium) for track in found]


def having(db: Session, track: Track, playlists: Sequence[int]) -> set[int]:
    """Return which of some playlists have a track already."""
    within = PlaylistEntry.playlist_id.in_(playlists)
    query = select(PlaylistEntry.playlist_id).where(PlaylistEntry.track_id == track.id, within)
    return set(db.scalars(query))


def _first(playlist: int, viewer: User | None) -> Select[Any]:
    # Each ends by itself: one query over the entries of all would read them to their end.
    return (
        select(
            _entries.c.playlist_id,
            _entries.c.position,
            _tracks.c.public_id,
            _covers.c.small,
            _covers.c.medium,
        )
        .join(_tracks, _entries.c.track_id == _tracks.c.id)
        .outerjoin(_covers, _covers.c.track_id == _tracks.c.id)
        .where(_entries.c.playlist_id == playlist, heard_everywhere(viewer))
        .order_by(_entries.c.position)
        .limit(MOSAIC)
    )


def _last(db: Session, seen: Seen, position: int | None) -> int | None:
    if position is None:
        return None
    query = _rows(seen).where(_entries.c.position <= position).order_by(None)
    last = db.execute(query.order_by(_entries.c.position.desc()).limit(1)).first()
    return None if last is None else int(last.entry)


def _rows(seen: Seen) -> Select[Any]:
    query = (
        select(
            _entries.c.id.label("entry"),
            _entries.c.position,
            _adders.c.name.label("added_by"),
            seen.shows().label("is_shown"),
            _tracks.c.id,
            _tracks.c.public_id,
            _tracks.c.title,
            _tracks.c.artist,
            _tracks.c.album,
            _tracks.c.seconds,
            _owners.c.name.label("owner_name"),
            _covers.c.small.label("cover_small"),
            _covers.c.medium.label("cover_medium"),
        )
        .join(_tracks, _entries.c.track_id == _tracks.c.id)
        .join(_owners, _tracks.c.owner_id == _owners.c.id)
        .join(_adders, _entries.c.added_by_id == _adders.c.id)
        .outerjoin(_covers, _covers.c.track_id == _tracks.c.id)
        .where(_entries.c.playlist_id == seen.playlist.id)
        .order_by(_entries.c.position)
    )
    return query if seen.is_edited else query.where(seen.shows())
