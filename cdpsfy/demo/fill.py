"""Fills a site with the demo's account and tracks, by the same road as any upload."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, BinaryIO, cast

from ulid import ULID

from cdpsfy.demo import tracks
from cdpsfy.web.services import accounts
from cdpsfy.web.services.covers import set_cover
from cdpsfy.web.services.tags import read_picture
from cdpsfy.web.services.uploads import Received, create_track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from cdpsfy.models import User
    from cdpsfy.web.track_service import TrackService

NAME = "Demo"


def demo_account(db: Session) -> tuple[User, str | None]:
    """Return the demo's account, and its new password if it was made just now."""
    user = accounts.find(db, NAME)
    if user is not None:
        return user, None
    password = secrets.token_urlsafe(12)
    user = accounts.sign_up(db, NAME, password)
    db.commit()
    return user, password


def fill(db: Session, service: TrackService, owner: User, lease: int) -> Iterator[str]:
    """Upload every demo track that is not there yet; yield each one's title.

    Raises:
        Unreachable: the track service does not answer.
        NotACover: too many other pictures are being read.
    """
    for number, file in enumerate(tracks()):
        form = str(ULID.from_int(number))  # always the same: a second filling adds nothing
        with cast("BinaryIO", file.open("rb")) as body:
            received = Received(body, file.name, form)
            track = create_track(db, service, owner, received, lease)
            if picture := read_picture(body):
                set_cover(db, service, track, picture, lease, replace=False)
            yield track.title
