"""The people who use the cluster while it is in trouble, each in a thread."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from ops.chaos.ledger import What
from ops.chaos.listener import Habit, Play, Track
from ops.chaos.person import Person
from ops.chaos.songs import make_song
from ops.chaos.uploader import GaveUp, Uploader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.chaos.ledger import Ledger
    from ops.chaos.songs import Song

_KBIT = 1000 / 8
_HABITS = (
    Habit(256 * _KBIT, piece=None),
    Habit(1000 * _KBIT, piece=256 * 1024),
    Habit(1000 * _KBIT, piece=None),
    Habit(256 * _KBIT, piece=64 * 1024),
)
_SMALLEST, _LARGEST = 100_000, 3_000_000
"""Bytes of an uploaded song."""
_PATIENCE = 90.0
"""Seconds that people go on trying, before the load begins and when it is over."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people do what. Two shared cores bear this beside the whole cluster."""

    listeners: int = 4
    uploaders: int = 2
    deleters: int = 1
    long_tracks: int = 3
    long_track: int = 20_000_000
    """Bytes of what is listened to."""
    pause: float = 5.0
    """Seconds that an uploader rests between two songs."""


class Load:
    """People who sign up, listen, upload and delete from `start` to `stop`.

    site is its address without a path; ca a file that vouches for it; seed decides the songs.
    """

    def __init__(
        self, site: str, ledger: Ledger, *, seed: int, ca: str | None = None, crowd: Crowd
    ) -> None:
        self._site = site
        self._ledger = ledger
        self._seed = seed
        self._ca = ca
        self._crowd = crowd
        self._over, self._no_patience = threading.Event(), threading.Event()
        # A seed's songs come again with the next run of it, but not to the same people.
        born = int(time.time())
        self._owners = [
            self._person(f"owner-{born}-{number}")
            for number in range(crowd.uploaders + crowd.deleters)
        ]
        self._tracks: list[Track] = []
        self._together = ThreadPoolExecutor(crowd.listeners + len(self._owners))
        self._lives: list[Future[None]] = []

    def prepare(self) -> None:
        """Let the owners make their accounts, and upload what is listened to.

        Raises:
            GaveUp: the site does not let them.
        """
        with self._impatience():
            for owner in self._owners:
                self._uploader(owner).insist(owner.sign_up)
            uploader = self._uploader(self._owners[0])
            for number in range(self._crowd.long_tracks):
                song = make_song(self._number(999, number), self._crowd.long_track)
                self._tracks.append(uploader.upload(song))

    def start(self) -> None:
        """Let everyone begin."""
        for number in range(self._crowd.listeners):
            self._begin(self._listen, number)
        for number, owner in enumerate(self._owners):
            deletes = number >= self._crowd.uploaders
            self._begin(self._delete if deletes else self._upload, number, owner)

    def stop(self) -> None:
        """Let everyone finish what they began, and list what every owner has then.

        Raises:
            GaveUp: the site does not list it.
            Exception: whatever ended somebody's life before its time.
        """
        self._over.set()
        with self._impatience():
            self._together.shutdown()
            for owner in self._owners:
                self._list_tracks(owner)
        for life in self._lives:
            life.result()

    @contextmanager
    def _impatience(self) -> Iterator[None]:
        """Let patience end if this takes long."""
        timer = threading.Timer(_PATIENCE, self._no_patience.set)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _begin(self, live: Callable[..., None], *about: object) -> None:
        self._lives.append(self._together.submit(live, *about))

    def _listen(self, number: int) -> None:
        person = self._person(f"listener {number}")
        taste = random.Random(self._number(number, 0))  # noqa: S311 - to be replayed, not secret
        habit = _HABITS[number % len(_HABITS)]
        while not self._over.is_set():
            Play(person, taste.choice(self._tracks), habit, self._ledger, self._over).run()

    def _upload(self, number: int, owner: Person) -> None:
        with suppress(GaveUp):  # the ledger has the question without an acknowledgement
            for _ in self._uploads(self._uploader(owner), number):
                pass

    def _delete(self, number: int, owner: Person) -> None:
        """Upload, and delete each song when the next one is there."""
        uploader = self._uploader(owner)
        before: Track | None = None
        with suppress(GaveUp):  # as above
            for track in self._uploads(uploader, number):
                if before is not None:
                    uploader.delete(before)
                before = track

    def _uploads(self, uploader: Uploader, number: int) -> Iterator[Track]:
        for song in self._songs(number):
            yield uploader.upload(song)
            if self._over.wait(self._crowd.pause):
                return

    def _songs(self, number: int) -> Iterator[Song]:
        for turn in count():
            seed = self._number(number, turn)
            size = random.Random(seed).uniform(_SMALLEST, _LARGEST)  # noqa: S311 - to be replayed
            yield make_song(seed, int(size))

    def _list_tracks(self, owner: Person) -> None:
        uploader = self._uploader(owner)
        for path in uploader.insist(lambda: list(owner.tracks())):
            address = uploader.insist(partial(owner.play_address, path))
            self._ledger.promise(What.LISTED, track=path, address=address, owner=owner.name)

    def _person(self, name: str) -> Person:
        return Person(self._site, name, self._ledger, self._ca)

    def _uploader(self, owner: Person) -> Uploader:
        return Uploader(owner, self._ledger, self._no_patience)

    def _number(self, person: int, turn: int) -> int:
        """Return the number of a song or a taste; none comes twice."""
        return (self._seed * 1000 + person) * 100_000 + turn
