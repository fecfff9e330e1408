"""Lists of artists, albums, genres and years, of the tracks of each, and of who uploaded them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select

from cdpsfy.models import Cover, Facet, Track, User, Visibility
from cdpsfy.web.services.catalogue import LISTED, PAGE, Page
from cdpsfy.web.services.search.words import slug as slug_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import FromClause, ScalarSelect
    from sqlalchemy.orm import InstrumentedAttribute, Session


@dataclass(frozen=True, slots=True)
class Names:
    """Some names of a kind, and where the next ones begin."""

    names: Sequence[Sequence[Any]]
    """Each with what it is compared by, ascending: its slug and how the newest track writes it;
    and what is shown of that track beside it: public_id, artist, cover_medium."""
    after: str | None
    """What to go on after; None on the last page."""


def tracks_of(db: Session, kind: str, name: str, *, after: int | None = None) -> Page:
    """Return a page of the live tracks that have name in the column kind, newest first.

    Case and accents of name do not matter, nor what stands between its words.
    """
    query = (
        LISTED.join(Facet, Facet.track_id == Track.__table__.c.id)
        .where(Facet.kind == kind, Facet.slug == slug_of(name))
        .order_by(Facet.track_id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(Facet.track_id < after)
    tracks = db.execute(query).all()
    return Page(tracks[:PAGE], tracks[PAGE - 1].id if len(tracks) > PAGE else None)


def spelling(db: Session, kind: str, track_id: int) -> str:
    """Return what a track has in the column kind, as people write it."""
    return str(db.scalars(select(_column(kind)).where(Track.id == track_id)).one())


def names(db: Session, kind: str, *, after: str = "") -> Names:
    """Return a page of what live tracks have in the column kind."""
    grouping = db.get_bind().dialect.name in ("mysql", "mariadb")
    listed = (_grouped if grouping else _walked)(kind, after)
    found = db.execute(
        select(
            listed.c.slug, _column(kind), Track.public_id, Track.artist, Cover.medium.label("cover")
        )
        .select_from(listed)
        .join(Track, Track.id == listed.c.newest)
        .outerjoin(Cover, Cover.track_id == Track.id)
        .order_by(listed.c.slug)
    ).all()
    shown = found[:PAGE]
    return Names(shown, shown[-1].slug if len(found) > PAGE else None)


def people(db: Session, *, after: str = "") -> Names:
    """Return a page of the people who have public tracks."""
    # With its limit it is asked for each person, by that person's index; of EXISTS, MariaDB would
    # make a table first, of all tracks. Their visibility is not written as its index has it.
    one = select(Track.id).where(
        Track.owner_id == User.id,
        Track.deleted_at.is_(None),
        func.coalesce(Track.visibility, "") == Visibility.PUBLIC,
    )
    has_tracks = one.limit(1).scalar_subquery().is_not(None)
    query = select(User.name_key, User.name).where(has_tracks, User.name_key > after)
    found = db.execute(query.order_by(User.name_key).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    return Names(shown, shown[-1].name_key if len(found) > PAGE else None)


def _walked(kind: str, after: str) -> FromClause:
    """List the names that come next, each with its newest track, from each name to the next one.

    Whoever groups reads all tracks of each name: SQLite and PostgreSQL do.
    """
    step = select(_next(kind, literal(after)).label("slug"), literal(1).label("number")).cte(
        "step", recursive=True
    )
    step = step.union_all(
        select(_next(kind, step.c.slug), step.c.number + 1).where(
            step.c.slug.is_not(None), step.c.number <= PAGE
        )
    )
    newest = (
        select(func.max(Facet.track_id))
        .where(Facet.kind == kind, Facet.slug == step.c.slug)
        .scalar_subquery()
    )
    return select(step.c.slug, newest.label("newest")).subquery()


def _grouped(kind: str, after: str) -> FromClause:
    """List the same for MariaDB, which groups by walking its index from name to name.

    From a name that an outer query has it would begin at the first one, for each step.
    """
    return (
        select(Facet.slug, func.max(Facet.track_id).label("newest"))
        .where(Facet.kind == kind, Facet.slug > after)
        .group_by(Facet.kind, Facet.slug)
        .order_by(Facet.kind, Facet.slug)
        .limit(PAGE + 1)
        .subquery()
    )


def _next(kind: str, slug: object) -> ScalarSelect[str]:
    return (
        select(Facet.slug)
        .where(Facet.kind == kind, Facet.slug > slug)
        .order_by(Facet.slug)
        .limit(1)
        .scalar_subquery()
    )


def _column(kind: str) -> InstrumentedAttribute[str]:
    column: InstrumentedAttribute[str] = getattr(Track, kind)
    return column
