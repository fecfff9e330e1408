"""Lets one of several workers work, by a row that it renews: alike on every database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from cdpsfy.models import Lease
from cdpsfy.models.meta import now
from cdpsfy.web.services.rows import change

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_WORK = "worker"
LIFE = timedelta(seconds=60)


def lead(db: Session, holder: str) -> bool:
    """Take or renew the lead for a minute; False while another holds it. Commits."""
    until = now() + LIFE
    taken = change(
        db,
        update(Lease)
        .where(Lease.name == _WORK, or_(Lease.holder == holder, Lease.until < now()))
        .values(holder=holder, until=until),
    )
    db.commit()
    return taken == 1 or _first(db, Lease(name=_WORK, holder=holder, until=until))


def resign(db: Session, holder: str) -> None:
    """Give the lead back, so that another need not wait. Commits."""
    ended = update(Lease).where(Lease.name == _WORK, Lease.holder == holder).values(until=now())
    db.execute(ended)
    db.commit()


def _first(db: Session, lease: Lease) -> bool:
    if db.get(Lease, lease.name) is not None:
        db.rollback()
        return False
    db.add(lease)
    try:
        db.commit()
    except IntegrityError:
        db.rollback()
        return False
    return True
