"""The entries of a playlist: adds, moves and removes them.

Each change locks the playlist, so that two come one after the other: none is lost or doubled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select, update

from cdpsfy.models import Playlist, PlaylistEntry, Track, Visibility
from cdpsfy.models.meta import now
from cdpsfy.web.services.playlists.locking import lock
from cdpsfy.web.services.rows import change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from cdpsfy.models import User

MOST = 10_000
"""Entries of one playlist."""
GAP = 2**24
"""Between two neighbours when they are added: halved, it has room for 24 more."""
_BATCH = 500
_entries = PlaylistEntry.__table__.c


class Full(Exception):
    """A playlist has no more entries than this."""


class NoTrack(Exception):
    """There is no such track for this person, or not any more."""


class NoEntry(Exception):
    """The entry is not there any more: somebody else removed it."""


def add(db: Session, playlist: Playlist, person: User, track_ids: Sequence[str]) -> int:
    """Add tracks, given by their public ids, at the end; return how many were there to be added.

    Those that are deleted, or private to another, are left out.

    Raises:
        NoTrack: none is left.
        Full: they are more than there is room for; none was added.
        Gone: the playlist was deleted meanwhile.
    """
    playlist = lock(db, playlist)
    rows = heard(db, person, track_ids)
    added = [rows[public_id] for public_id in track_ids if public_id in rows]
    if not added:
        raise NoTrack
    if _count(db, playlist) + len(added) > MOST:
        raise Full
    _append(db, playlist, person, added)
    _note_change(playlist)
    return len(added)


def move(db: Session, playlist: Playlist, entry: int, *, behind: int | None) -> None:
    """Move an entry behind another one, or to the beginning.

    Raises:
        NoEntry: one of the two was removed meanwhile.
        Gone: the playlist was.
    """
    playlist = lock(db, playlist)
    _position_of(db, playlist, entry)
    if behind != entry:
        _put(db, playlist, entry, behind)
    _note_change(playlist)


def step(db: Session, playlist: Playlist, entry: int, by: int) -> None:
    """Move an entry one place up (-1) or down (1); at the ends it stays.

    Raises:
        NoEntry: it was removed meanwhile.
        Gone: the playlist was.
    """
    playlist = lock(db, playlist)
    position = _position_of(db, playlist, entry)
    behind: int | None
    if by > 0:
        neighbours = _neighbours(db, playlist, _entries.position > position, _entries.position)
        behind = neighbours[0] if neighbours else entry
    else:
        before = _entries.position.desc()
        neighbours = _neighbours(db, playlist, _entries.position < position, before)
        behind = _second(neighbours) if neighbours else entry
    if behind != entry:
        _put(db, playlist, entry, behind)
        _note_change(playlist)


def remove(db: Session, playlist: Playlist, entry: int) -> None:
    """Take an entry out.

    Raises:
        NoEntry: somebody else was faster.
        Gone: the playlist was deleted meanwhile.
    """
    playlist = lock(db, playlist)
    gone = delete(PlaylistEntry).where(
        PlaylistEntry.id == entry, PlaylistEntry.playlist_id == playlist.id
    )
    if change(db, gone) != 1:
        raise NoEntry
    _note_change(playlist)


def heard(db: Session, person: User, track_ids: Sequence[str]) -> dict[str, int]:
    """Return the rows of those tracks that are there for a person, by public id."""
    found: dict[str, int] = {}
    for ids in _batches(list(dict.fromkeys(track_ids))):
        query = select(Track.public_id, Track.id).where(
            Track.public_id.in_(ids),
            Track.deleted_at.is_(None),
            or_(Track.visibility != Visibility.PRIVATE, Track.owner_id == person.id),
        )
        found |= dict(db.execute(query).all())
    return found


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _count(db: Session, playlist: Playlist) -> int:
    count = select(func.count()).where(PlaylistEntry.playlist_id == playlist.id)
    return db.scalars(count).one()


def _append(db: Session, playlist: Playlist, person: User, tracks: Sequence[int]) -> None:
    last = db.scalar(_of(playlist, func.max(_entries.position))) or 0
    db.execute(
        insert(PlaylistEntry),
        [
            {
                "playlist_id": playlist.id,
                "track_id": track,
                "added_by_id": person.id,
                "position": last + GAP * number,
            }
            for number, track in enumerate(tracks, 1)
        ],
    )


def _put(db: Session, playlist: Playlist, entry: int, behind: int | None) -> None:
    place = _place_behind(db, playlist, entry, behind)
    if place is None:
        _spread(db, playlist)
        place = _place_behind(db, playlist, entry, behind)
    db.execute(update(PlaylistEntry).where(PlaylistEntry.id == entry).values(position=place))


def _place_behind(db: Session, playlist: Playlist, entry: int, behind: int | None) -> int | None:
    """Return a position between an entry and the one that comes next; None if there is no room."""
    low = 0 if behind is None else _position_of(db, playlist, behind)
    following = _of(playlist, func.min(_entries.position))
    high = db.scalar(following.where(_entries.position > low, _entries.id != entry))
    if high is None:
        return low + GAP
    return (low + high) // 2 if high - low > 1 else None


def _spread(db: Session, playlist: Playlist) -> None:
    """Make room between all entries, in their order, by moving them behind the last one."""
    ids = db.scalars(_of(playlist, _entries.id).order_by(_entries.position)).all()
    last = db.scalars(_of(playlist, func.max(_entries.position))).one()
    # In an order in which none takes a position that another one still has.
    spread = [{"id": id_, "position": last + GAP * number} for number, id_ in enumerate(ids, 1)]
    db.execute(update(PlaylistEntry), spread)


def _position_of(db: Session, playlist: Playlist, entry: int) -> int:
    position = db.scalar(_of(playlist, _entries.position).where(_entries.id == entry))
    if position is None:
        raise NoEntry
    return position


def _neighbours(
    db: Session, playlist: Playlist, side: ColumnElement[bool], order: ColumnElement[int]
) -> Sequence[int]:
    """Return the entry that is next on a side, and the one after that."""
    return db.scalars(_of(playlist, _entries.id).where(side).order_by(order).limit(2)).all()


def _second(neighbours: Sequence[int]) -> int | None:
    return neighbours[1] if len(neighbours) > 1 else None


def _of(playlist: Playlist, column: ColumnElement[int]) -> Select[int]:
    return select(column).where(_entries.playlist_id == playlist.id)


def _note_change(playlist: Playlist) -> None:
    playlist.version += 1
    playlist.changed_at = now()
