"""Changes rows and tells how many: what claims and races are decided by."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Delete, Update
    from sqlalchemy.orm import Session


def change(db: Session, statement: Update | Delete) -> int:
    """Execute statement and return how many rows it matched."""
    return cast("CursorResult[tuple[()]]", db.execute(statement)).rowcount
