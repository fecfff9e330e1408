"""Tracks, uploads that are not tracks yet, and bytes that wait to be purged."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cdpsfy.models.account import User
from cdpsfy.models.cover import Cover
from cdpsfy.models.meta import Base, Moment, RowId, exact, now
from cdpsfy.models.visibility import Visibility

MOST_DISCS, MOST_NUMBERS = 99, 999
"""Of an album, and of one disc of it."""


class Kind(StrEnum):
    """What an object is: the first part of its address at the track service."""

    TRACK = "tracks"
    COVER = "covers"


class Track(Base):
    """A song in the catalogue. Its bytes are in storage, durable before the row is."""

    __tablename__ = "tracks"
    __table_args__ = (
        UniqueConstraint("owner_id", "form", "sha256"),
        Index("ix_tracks_visibility_deleted_at_id", "visibility", "deleted_at", "id"),
        Index("ix_tracks_owner_id_deleted_at_id", "owner_id", "deleted_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    """Ascending with time: lists are ordered and paged by it."""
    public_id: Mapped[str] = mapped_column(exact(12), unique=True)
    """What addresses show: random, so that nobody can walk through them."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    owner: Mapped[User] = relationship(lazy="raise")
    key: Mapped[str] = mapped_column(exact(91), unique=True)
    url: Mapped[str] = mapped_column(String(300))
    """The address that the track service gave."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Length in bytes."""
    sha256: Mapped[str] = mapped_column(exact(64))
    form: Mapped[str] = mapped_column(exact(26))
    """Which form brought it: the same bytes from the same form are the same track."""
    content_type: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(200))
    artist: Mapped[str] = mapped_column(String(200), default="")
    album: Mapped[str] = mapped_column(String(200), default="")
    genre: Mapped[str] = mapped_column(String(100), default="")
    disc: Mapped[int | None] = mapped_column(default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    """Its place on that disc of the album."""
    year: Mapped[int | None] = mapped_column(default=None)
    seconds: Mapped[float | None] = mapped_column(default=None)
    """Duration, where the file tells it."""
    visibility: Mapped[str] = mapped_column(exact(8), default=Visibility.PUBLIC)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    purged_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """When its bytes were deleted; the row stays, so that its address is never used again."""
    cover: Mapped[Cover | None] = relationship(lazy="raise", viewonly=True)


class Upload(Base):
    """An intent: written before a byte is sent, so that an orphan always has a name.

    What a row gives up, as a cover that is replaced, gets its intent back.
    """

    __tablename__ = "uploads"

    ulid: Mapped[str] = mapped_column(exact(26), primary_key=True)
    key: Mapped[str] = mapped_column(exact(91), unique=True)
    kind: Mapped[str] = mapped_column(exact(6), default=Kind.TRACK, server_default=Kind.TRACK)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lease_until: Mapped[datetime] = mapped_column(Moment, index=True)
    """After this nobody is at it any more, and the sweeper may delete the object."""
    swept_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """Claimed by the sweeper: such an upload can no longer become a track or a cover."""


class Purge(Base):
    """The outbox: an object to delete once its grace period is over."""

    __tablename__ = "purges"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"), unique=True)
    track: Mapped[Track] = relationship(lazy="joined", innerjoin=True)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """Claimed by the worker: such a track can no longer be brought back."""
