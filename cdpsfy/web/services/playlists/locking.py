"""Lets those who change a playlist come one after the other, each seeing what the last one did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from cdpsfy.models import Playlist

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Gone(Exception):
    """The playlist was deleted meanwhile."""


def lock(db: Session, playlist: Playlist) -> Playlist:
    """Keep others from changing a playlist until the transaction ends; return it as it is now.

    Raises:
        Gone: there is nothing to change any more.
    """
    locked = db.scalar(
        select(Playlist)
        .where(Playlist.id == playlist.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if locked is None or locked.deleted_at is not None:
        raise Gone
    return locked
