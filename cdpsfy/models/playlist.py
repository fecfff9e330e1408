"""Playlists, the tracks in them, who shares them, and the words they are found by."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cdpsfy.models.account import User
from cdpsfy.models.meta import Base, Moment, RowId, exact, now
from cdpsfy.models.visibility import Visibility


class Role(StrEnum):
    """What a member may do, as the column has it."""

    LISTENER = "listener"
    EDITOR = "editor"
    """Adds, removes and moves entries."""


class Playlist(Base):
    """An ordered list of tracks. Whoever changes its entries or members locks this row first."""

    __tablename__ = "playlists"
    __table_args__ = (
        Index("ix_playlists_visibility_deleted_at_id", "visibility", "deleted_at", "id"),
        Index("ix_playlists_owner_id_deleted_at_id", "owner_id", "deleted_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    """Ascending with time: lists are ordered and paged by it."""
    public_id: Mapped[str] = mapped_column(exact(12), unique=True)
    """What addresses show: random, so that nobody can walk through them."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    owner: Mapped[User] = relationship(lazy="raise")
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(1000), default="")
    visibility: Mapped[str] = mapped_column(exact(8), default=Visibility.PRIVATE)
    version: Mapped[int] = mapped_column(default=0)
    """How often its entries were changed: a page tells by it whether somebody else did."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment, default=None, index=True)


class PlaylistEntry(Base):
    """A track in a playlist; the same one may be in it twice."""

    __tablename__ = "playlist_entries"
    __table_args__ = (UniqueConstraint("playlist_id", "position"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"), index=True)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    position: Mapped[int] = mapped_column(BigInteger)
    """Entries are ordered by it. There is room between two, so that one moves by itself."""


class PlaylistMember(Base):
    """Somebody whom the owner invited."""

    __tablename__ = "playlist_members"

    playlist_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("playlists.id"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("users.id"), primary_key=True, autoincrement=False, index=True
    )
    role: Mapped[str] = mapped_column(exact(8))


class PlaylistWord(Base):
    """A word of a playlist's name or description, in the spelling of services/search/words.py."""

    __tablename__ = "playlist_words"

    word: Mapped[str] = mapped_column(exact(80), primary_key=True)
    playlist_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("playlists.id"), primary_key=True, autoincrement=False, index=True
    )
    in_name: Mapped[bool]
