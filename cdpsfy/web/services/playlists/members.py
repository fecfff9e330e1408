"""Who shares a playlist with its owner, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from cdpsfy.models import PlaylistMember, Role, User
from cdpsfy.web.services.playlists.locking import lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from cdpsfy.models import Playlist

MOST = 200
"""Members of one playlist."""


class IsOwner(Exception):
    """The owner needs no invitation."""


class TooMany(Exception):
    """A playlist has no more members than this."""


def members(db: Session, playlist: Playlist) -> Sequence[Row[str, str]]:
    """Return name and role of each member, by name."""
    return db.execute(
        select(User.name, PlaylistMember.role)
        .join(PlaylistMember, PlaylistMember.user_id == User.id)
        .where(PlaylistMember.playlist_id == playlist.id)
        .order_by(User.name_key)
    ).all()


def invite(db: Session, playlist: Playlist, person: User, role: Role) -> None:
    """Make somebody a member, or give a member another role.

    Raises:
        IsOwner: they have it all already.
        TooMany: there are two hundred members.
        Gone: the playlist was deleted meanwhile.
    """
    playlist = lock(db, playlist)
    if person.id == playlist.owner_id:
        raise IsOwner
    member = db.get(PlaylistMember, (playlist.id, person.id), populate_existing=True)
    if member is not None:
        member.role = role
        return
    count = select(func.count()).where(PlaylistMember.playlist_id == playlist.id)
    if db.scalars(count).one() >= MOST:
        raise TooMany
    db.add(PlaylistMember(playlist_id=playlist.id, user_id=person.id, role=role))


def remove(db: Session, playlist: Playlist, person: User) -> None:
    """Let somebody be no member any more; what they added stays. A second time it does nothing."""
    db.execute(
        delete(PlaylistMember).where(
            PlaylistMember.playlist_id == playlist.id, PlaylistMember.user_id == person.id
        )
    )
