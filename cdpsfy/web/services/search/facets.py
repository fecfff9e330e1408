"""What tracks may have in common, and how that is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.web.services.search import words

if TYPE_CHECKING:
    from cdpsfy.web.services.search.terms import Details

KINDS = ("artist", "album", "genre", "year")
"""Columns of a track."""


def facets_of(details: Details) -> dict[str, str]:
    """Return a track's slugs, by kind; what has no words is left out."""
    year = "" if details.year is None else str(details.year)
    names = (details.artist, details.album, details.genre, year)
    slugs = {kind: words.slug(name) for kind, name in zip(KINDS, names, strict=True)}
    return {kind: slug for kind, slug in slugs.items() if slug}
