"""Makes, changes, deletes and lists playlists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select, update

from cdpsfy.models import (
    Playlist,
    PlaylistEntry,
    PlaylistMember,
    PlaylistWord,
    User,
    Visibility,
)
from cdpsfy.models.meta import now
from cdpsfy.web.services.playlists import index
from cdpsfy.web.services.playlists.access import shared_with
from cdpsfy.web.services.playlists.locking import lock
from cdpsfy.web.services.public_ids import new_public_id
from cdpsfy.web.services.rows import change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

PAGE = 24
MOST = 1000
"""Playlists of one person."""
_KEPT = timedelta(days=30)
"""How long a deleted one can be brought back."""
_BATCH = 20

_playlists, _users = Playlist.__table__.c, User.__table__.c
LIVE = (
    select(
        _playlists.id,
        _playlists.public_id,
        _playlists.name,
        _playlists.visibility,
        _users.name.label("owner_name"),
    )
    .join(User.__table__, _playlists.owner_id == _users.id)
    .where(_playlists.deleted_at.is_(None))
)
"""Rows of playlists that are not deleted, each with what a list shows of it, in no order yet."""


class TooMany(Exception):
    """One person has no more playlists than this."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some playlists, and where the next ones begin."""

    playlists: Sequence[Row[int, str, str, str, str]]
    """Each with id, public_id, name, visibility and owner_name, in this order."""
    after: object | None
    """What to go on after; None on the last page."""


def create(db: Session, owner: User, details: Mapping[str, str]) -> Playlist:
    """Make a playlist of that name, description and visibility; the latter two may be left out.

    Raises:
        TooMany: the owner has a thousand.
    """
    has = select(func.count()).where(Playlist.owner_id == owner.id, Playlist.deleted_at.is_(None))
    if db.scalars(has).one() >= MOST:
        raise TooMany
    playlist = Playlist(public_id=new_public_id(), owner_id=owner.id, **details)
    db.add(playlist)
    db.flush()
    index.refresh(db, playlist)
    return playlist


def edit(db: Session, playlist: Playlist, details: Mapping[str, str]) -> None:
    """Change name, description and visibility to what a form brought.

    Raises:
        Gone: it was deleted meanwhile.
    """
    playlist = lock(db, playlist)
    for name in ("name", "description", "visibility"):
        setattr(playlist, name, details[name])
    playlist.changed_at = now()
    index.refresh(db, playlist)


def delete(db: Session, playlist: Playlist) -> None:
    """Take a playlist away from everybody; its owner may bring it back for thirty days.

    Raises:
        Gone: somebody else was faster.
    """
    playlist = lock(db, playlist)
    playlist.deleted_at = now()


def restore(db: Session, owner: User, public_id: str) -> bool:
    """Bring an owner's deleted playlist back, as it was; False when there is none like that."""
    back = change(
        db,
        update(Playlist)
        .where(
            Playlist.public_id == public_id,
            Playlist.owner_id == owner.id,
            Playlist.deleted_at.is_not(None),
        )
        .values(deleted_at=None),
    )
    return back == 1


def deleted(db: Session, owner: User) -> list[Playlist]:
    """Return an owner's playlists that can still be brought back, deleted last first."""
    return list(
        db.scalars(
            select(Playlist)
            .where(Playlist.owner_id == owner.id, Playlist.deleted_at.is_not(None))
            .order_by(Playlist.deleted_at.desc())
            .limit(PAGE)
        )
    )


def forget_deleted(db: Session) -> None:
    """Remove for good what was deleted thirty days ago, some at a time."""
    due = select(Playlist.id).where(Playlist.deleted_at < now() - _KEPT).limit(_BATCH)
    ids = list(db.scalars(due.with_for_update()))  # none of them is brought back meanwhile
    for table in (PlaylistEntry, PlaylistMember, PlaylistWord):
        db.execute(delete_rows(table).where(table.playlist_id.in_(ids)))
    db.execute(delete_rows(Playlist).where(Playlist.id.in_(ids)))


def newest(db: Session, *, after: int | None = None) -> Page:
    """Return a page of everyone's public playlists, newest first."""
    return newest_of(db, LIVE.where(_playlists.visibility == Visibility.PUBLIC), after)


def public_of(db: Session, owner: User, *, after: int | None = None) -> Page:
    """Return a page of an owner's public playlists, newest first."""
    public = _playlists.visibility == Visibility.PUBLIC
    return newest_of(db, LIVE.where(public, _playlists.owner_id == owner.id), after)


def of_person(
    db: Session, person: User, *, to_edit: bool = False, after: int | None = None
) -> Page:
    """Return a page of what somebody owns or is a member of, newest first.

    to_edit leaves out those to which they may add nothing.
    """
    theirs = shared_with(person, to_edit=to_edit)
    return newest_of(db, LIVE.join(theirs, theirs.c.id == _playlists.id), after)


def newest_of(db: Session, query: Select[Any], after: int | None) -> Page:
    """Return a page of a query over LIVE, newest first."""
    query = query.order_by(_playlists.id.desc()).limit(PAGE + 1)
    if after is not None:
        query = query.where(_playlists.id < after)
    found = db.execute(query).all()
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)
