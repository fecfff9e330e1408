"""Who is what to a playlist, and which of its tracks they see.

A private one is there for its owner and members alone, an unlisted one for whoever has the address,
a public one for all. Admins see no more than others.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, or_, select, union_all
from sqlalchemy.orm import joinedload

from cdpsfy.models import Playlist, PlaylistMember, Role, Track, User, Visibility

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Subquery
    from sqlalchemy.orm import Session

_playlists, _members = Playlist.__table__.c, PlaylistMember.__table__.c
_tracks = Track.__table__.c


class Standing(IntEnum):
    """What somebody is to a playlist; each may do what those before may."""

    STRANGER = 0
    LISTENER = 1
    EDITOR = 2
    OWNER = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A playlist as one person sees it."""

    playlist: Playlist
    viewer: User | None
    standing: Standing

    @property
    def is_edited(self) -> bool:
        """Whether the viewer may add, remove and move entries."""
        return self.standing >= Standing.EDITOR

    def shows(self) -> ColumnElement[bool]:
        """Return the condition that a track in it is one that the viewer sees and hears.

        Another's unlisted track is in a public playlist for its editors only: to show it there
        would list it. In the other playlists it is seen by whom they were given to.
        """
        for_all = [Visibility.PUBLIC]
        if self.playlist.visibility != Visibility.PUBLIC or self.is_edited:
            for_all.append(Visibility.UNLISTED)
        return and_(
            _tracks.deleted_at.is_(None),
            or_(_tracks.visibility.in_(for_all), _is_owned_by(self.viewer, _tracks.owner_id)),
        )


def find(db: Session, public_id: str, viewer: User | None) -> Seen | None:
    """Return the playlist of this address as viewer sees it; None if it is not there for them."""
    playlist = db.scalar(
        select(Playlist)
        .options(joinedload(Playlist.owner, innerjoin=True))
        .where(Playlist.public_id == public_id, Playlist.deleted_at.is_(None))
    )
    if playlist is None:
        return None
    standing = _standing(db, playlist, viewer)
    if standing == Standing.STRANGER and playlist.visibility == Visibility.PRIVATE:
        return None
    return Seen(playlist, viewer, standing)


def listed_for(viewer: User | None) -> ColumnElement[bool]:
    """Return the condition that a playlist is in lists and searches of viewer."""
    public = _playlists.visibility == Visibility.PUBLIC
    if viewer is None:
        return public
    shared = select(_members.playlist_id).where(_members.user_id == viewer.id)
    return or_(public, _playlists.owner_id == viewer.id, _playlists.id.in_(shared))


def shared_with(person: User, *, to_edit: bool = False) -> Subquery:
    """Return the ids of the playlists that somebody owns or is a member of, deleted ones too.

    to_edit leaves out those of which they are a listener.
    """
    own = select(_playlists.id).where(_playlists.owner_id == person.id)
    shared = select(_members.playlist_id).where(_members.user_id == person.id)
    if to_edit:
        shared = shared.where(_members.role == Role.EDITOR)
    return union_all(own, shared).subquery()


def heard_everywhere(viewer: User | None) -> ColumnElement[bool]:
    """Return the condition that viewer sees a track in whichever playlist it is."""
    listed = _tracks.visibility == Visibility.PUBLIC
    return and_(_tracks.deleted_at.is_(None), or_(listed, _is_owned_by(viewer, _tracks.owner_id)))


def _standing(db: Session, playlist: Playlist, person: User | None) -> Standing:
    if person is None:
        return Standing.STRANGER
    if playlist.owner_id == person.id:
        return Standing.OWNER
    member = db.get(PlaylistMember, (playlist.id, person.id))
    if member is None:
        return Standing.STRANGER
    return Standing.EDITOR if member.role == Role.EDITOR else Standing.LISTENER


def _is_owned_by(person: User | None, owner_id: ColumnElement[int]) -> ColumnElement[bool]:
    return false() if person is None else owner_id == person.id
