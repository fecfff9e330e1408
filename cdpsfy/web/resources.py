"""What an address stands for, with the list of who may do what to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.authorization import Allow, Authenticated, Everyone
from pyramid.httpexceptions import HTTPNotFound

from cdpsfy.models import Visibility
from cdpsfy.web.security import ADMIN, Permission
from cdpsfy.web.services import catalogue
from cdpsfy.web.services.playlists import access
from cdpsfy.web.services.playlists.access import Standing

if TYPE_CHECKING:
    from pyramid.request import Request

    from cdpsfy.models import Track, User

_ON_A_TRACK = [Permission.LISTEN, Permission.EDIT, Permission.DELETE]
_IN_A_PLAYLIST = {
    Standing.STRANGER: [],
    Standing.LISTENER: [Permission.LEAVE],
    Standing.EDITOR: [Permission.LEAVE, Permission.ARRANGE],
    Standing.OWNER: [Permission.ARRANGE, Permission.OWN],
}


class Site:
    """All that is not one thing."""

    __acl__ = [(Allow, Authenticated, [Permission.BE_SOMEBODY, Permission.UPLOAD])]  # noqa: RUF012 - Pyramid's form

    def __init__(self, _request: Request) -> None:
        pass


class TrackResource:
    """One track. A deleted one is there for its owner and admins until its bytes are purged.

    A private one is there for its owner alone: to everyone else it does not exist.
    """

    def __init__(self, request: Request) -> None:
        track = catalogue.find(request.db, request.matchdict["track"])
        if track is None or track.purged_at is not None:
            raise HTTPNotFound
        if not _exists_for(request.identity, track):
            raise HTTPNotFound
        self.track = track

    def __acl__(self) -> list[tuple[str, str, list[Permission]]]:
        """Let the owner and admins change it, and everyone hear it for whom it exists.

        Who has an account likes what is not deleted.
        """
        acl = [
            (Allow, f"user:{self.track.owner_id}", _ON_A_TRACK),
            (Allow, ADMIN, _ON_A_TRACK),
            (Allow, Everyone, [Permission.LISTEN]),
            (Allow, Authenticated, [Permission.COLLECT]),
        ]
        if self.track.deleted_at is None:
            acl.append((Allow, Authenticated, [Permission.LIKE]))
        return acl


class PlaylistResource:
    """One playlist, as who asks sees it; to who may not, it does not exist."""

    def __init__(self, request: Request) -> None:
        seen = access.find(request.db, request.matchdict["playlist"], request.identity)
        if seen is None:
            raise HTTPNotFound
        self.seen = seen
        self.playlist = seen.playlist

    def __acl__(self) -> list[tuple[str, str, list[Permission]]]:
        """Let all see it who are here, and each do what they may."""
        acl = [(Allow, Everyone, [Permission.SEE])]
        if self.seen.viewer is not None:
            allowed = _IN_A_PLAYLIST[self.seen.standing]
            acl.append((Allow, f"user:{self.seen.viewer.id}", allowed))
        return acl


def _exists_for(person: User | None, track: Track) -> bool:
    if person is not None and person.id == track.owner_id:
        return True
    if track.visibility == Visibility.PRIVATE:
        return False
    return track.deleted_at is None or (person is not None and person.is_admin)
