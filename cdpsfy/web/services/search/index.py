"""Keeps what live tracks are found by, in the transaction that changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from cdpsfy.models import Facet, SearchTerms, Track, User
from cdpsfy.web.services.search.facets import facets_of
from cdpsfy.web.services.search.terms import terms_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def refresh(db: Session, track: Track) -> None:
    """Let a track be found by what its row says now, or not at all once it is deleted.

    Whoever makes, changes, deletes or restores one calls this after it, before the commit.
    """
    db.flush()
    # Two who change it at once come one after the other, and the second sees what the first did.
    db.refresh(track, with_for_update=True)
    for index in (SearchTerms, Facet):
        db.execute(delete(index).where(index.track_id == track.id))
    if track.deleted_at is None:
        terms = terms_of(track, db.get_one(User, track.owner_id).name)
        db.execute(insert(SearchTerms).values(track_id=track.id, terms=terms))
        facets = [
            {"kind": kind, "slug": slug, "track_id": track.id}
            for kind, slug in facets_of(track).items()
        ]
        if facets:
            db.execute(insert(Facet), facets)
