"""What people like and hear, and how much each track is liked and heard."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cdpsfy.models.meta import Base, Moment, RowId, now


class Like(Base):
    """One person likes one track."""

    __tablename__ = "likes"
    __table_args__ = (
        UniqueConstraint("track_id", "user_id"),
        Index("ix_likes_user_id_id", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    """Ascending with time: the list is ordered and paged by it."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"))
    liked_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Play(Base):
    """One person heard one track; only that person sees it, and may clear it away."""

    __tablename__ = "plays"
    __table_args__ = (
        UniqueConstraint("track_id", "user_id"),
        Index("ix_plays_user_id_played_at_id", "user_id", "played_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"))
    played_at: Mapped[datetime] = mapped_column(Moment)
    """When it was heard last."""
    counted_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """When that was last counted as a play of the track."""


class TrackCounts(Base):
    """How often a track was heard, and by how many it is liked; a track without either has no row.

    They change all the time, and `tracks` does not.
    """

    __tablename__ = "track_counts"
    __table_args__ = (
        Index("ix_track_counts_plays_track_id", "plays", "track_id"),
        Index("ix_track_counts_likes_track_id", "likes", "track_id"),
    )

    track_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False
    )
    plays: Mapped[int] = mapped_column(BigInteger, default=0)
    likes: Mapped[int] = mapped_column(BigInteger, default=0)
