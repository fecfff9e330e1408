"""Keeps what public tracks are found by, in the transaction that changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from cdpsfy.models import Facet, SearchTerms, Track, User, Visibility
from cdpsfy.web.services.search.facets import facets_of
from cdpsfy.web.services.search.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_BATCH = 100


def refresh(db: Session, track: Track) -> None:
    """Let a track be found by what its row says now; not if it is deleted or not for everyone.

    Whoever makes, changes, deletes or restores one calls this after it, before the commit.
    """
    db.flush()
    # Two who change it at once come one after the other, and the second sees what the first did.
    db.refresh(track, with_for_update=True)
    for index in (SearchTerms, Facet):
        db.execute(delete(index).where(index.track_id == track.id))
    if track.deleted_at is None and track.visibility == Visibility.PUBLIC:
        terms = terms_of(track, db.get_one(User, track.owner_id).name)
        db.execute(insert(SearchTerms).values(track_id=track.id, terms=terms))
        facets = [
            {"kind": kind, "slug": slug, "track_id": track.id}
            for kind, slug in facets_of(track).items()
        ]
        if facets:
            db.execute(insert(Facet), facets)


def refresh_all(db: Session) -> Iterator[int]:
    """Refresh all tracks, a hundred at a time; commit each of these, and yield how many."""
    after = 0
    while tracks := db.scalars(_tracks_after(after)).all():
        for track in tracks:
            refresh(db, track)
        after = tracks[-1].id
        db.commit()
        db.expunge_all()
        yield len(tracks)


def _tracks_after(track_id: int) -> Select[Track]:
    return select(Track).where(Track.id > track_id).order_by(Track.id).limit(_BATCH)
