"""What tracks are found by: words, and what they have in common."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from cdpsfy.models.meta import Base, RowId, exact

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


class Facet(Base):
    """What a live track has in common with others: its artist, album, genre or year."""

    __tablename__ = "facets"

    kind: Mapped[str] = mapped_column(exact(6), primary_key=True)
    """The track's column."""
    slug: Mapped[str] = mapped_column(exact(200), primary_key=True)
    """What is in it, as addresses have it: without case and accents."""
    track_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False, index=True
    )
