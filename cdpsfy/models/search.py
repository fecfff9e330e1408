"""What tracks are found by."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from cdpsfy.models.meta import Base, RowId

_EXACT = Text().with_variant(Text(collation="utf8mb4_bin"), "mysql", "mariadb")


class SearchTerms(Base):
    """A live track's terms, over which each database has its own full-text index, `search_index`.

    Migration 0002 makes that, for no two of them alike; on SQLite triggers keep it.
    """

    __tablename__ = "search_terms"

    track_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False
    )
    terms: Mapped[str] = mapped_column(_EXACT)
    """ASCII words with a space between; services/search/terms.py makes them."""
