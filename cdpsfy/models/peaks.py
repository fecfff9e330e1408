"""The outlines of tracks, and which of them are still to be computed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from cdpsfy.models.meta import Base, Moment, RowId


class Peaks(Base):
    """How loud a track is from its beginning to its end; the row is there before the worker is."""

    __tablename__ = "peaks"

    track_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False
    )
    levels: Mapped[bytes | None] = mapped_column(LargeBinary(800), default=None)
    """800 parts of equal length, each a byte from 0 to 127, which is the loudest of them."""
    failures: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When to compute them; None: they are there, or cannot be had. The latest comes first, so that
    new tracks, which are due from their upload on, do not wait for old ones."""
