"""The pictures of tracks."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cdpsfy.models.meta import Base, RowId, exact


class Cover(Base):
    """A track's picture, an object for each size. They are in storage, durable before the row is.

    To change it is to name others; those of before are then named by intents, as before they were
    a cover, and the sweeper deletes them.
    """

    __tablename__ = "covers"

    track_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False
    )
    small: Mapped[str] = mapped_column(exact(91), unique=True)
    """Keys of objects, of as many pixels each way as services/covers.py says."""
    medium: Mapped[str] = mapped_column(exact(91), unique=True)
    large: Mapped[str] = mapped_column(exact(91), unique=True)
    small_size: Mapped[int]
    """Length in bytes."""
    medium_size: Mapped[int]
    large_size: Mapped[int]
