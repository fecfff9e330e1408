"""Uploads and deletes, again and again until it is done; acknowledgements are written down."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from ops.chaos.ledger import What
from ops.chaos.listener import Track
from ops.chaos.person import Refused

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from ops.chaos.ledger import Ledger
    from ops.chaos.person import Person
    from ops.chaos.songs import Song

_AGAIN = 4.0
"""Seconds until somebody who read an error presses the button again."""
_T = TypeVar("_T")


class GaveUp(Exception):
    """The load is over, and this was not done."""


class Uploader:
    """Somebody who tries again until it is done; once no_patience is set, a failure is the last."""

    def __init__(self, person: Person, ledger: Ledger, no_patience: threading.Event) -> None:
        self._person = person
        self._ledger = ledger
        self._no_patience = no_patience

    def upload(self, song: Song) -> Track:
        """Upload a song; return the track that was acknowledged.

        Raises:
            GaveUp: it may be there or not.
        """
        about = {"sha256": song.sha256, "owner": self._person.name}
        refused = self._noting(What.UPLOAD_REFUSED, about)
        self._ledger.note(What.UPLOAD_ASKED, **about, size=len(song.data))
        form = self.insist(self._person.open_form, refused)
        path = self.insist(lambda: self._person.upload(form, song), refused)
        self._ledger.promise(What.UPLOAD_ACKNOWLEDGED, **about, form=form.ulid, track=path)
        return Track(path, song.sha256)

    def delete(self, track: Track) -> None:
        """Delete a track.

        Raises:
            GaveUp: it may be there or not.
        """
        about = {"track": track.path, "sha256": track.sha256, "owner": self._person.name}
        refused = self._noting(What.DELETE_REFUSED, about)
        self._ledger.note(What.DELETE_ASKED, **about)
        # The ticket outlives the track: with it the bytes can be asked for when they must be gone.
        address = self.insist(lambda: self._person.play_address(track.path), refused)
        self.insist(lambda: self._delete_or_find_deleted(track), refused)
        self._ledger.promise(What.DELETE_ACKNOWLEDGED, **about, address=address)

    def insist(
        self,
        deed: Callable[[], _T],
        note: Callable[[Refused, float], None] = lambda _error, _seconds: None,
    ) -> _T:
        """Do it again and again until it is done; note is told of each failure, and of its seconds.

        Raises:
            GaveUp: there was no patience left.
        """
        while True:
            began = time.monotonic()
            try:
                return deed()
            except Refused as error:
                note(error, time.monotonic() - began)
                if self._no_patience.wait(_AGAIN):
                    raise GaveUp(str(error)) from error

    def _noting(self, what: What, about: Mapping[str, str]) -> Callable[[Refused, float], None]:
        return lambda error, seconds: self._ledger.note(
            what, **about, status=error.status, reason=error.reason, seconds=round(seconds, 3)
        )

    def _delete_or_find_deleted(self, track: Track) -> None:
        try:
            self._person.delete(track.path)
        except Refused as error:
            # The button was pressed before, unheard: the bytes are purged by now.
            if error.status != HTTPStatus.NOT_FOUND:
                raise
