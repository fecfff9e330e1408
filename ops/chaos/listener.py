"""Plays a track as a browser's player does: by ranges, with music ahead, going on after trouble."""

from __future__ import annotations

import hashlib
import re
import socket
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from ops.chaos.ledger import What
from ops.chaos.person import Refused
from ops.chaos.playback import Playback

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from ops.chaos.ledger import Ledger
    from ops.chaos.person import Person

AHEAD = 20.0
"""Seconds of music that a player keeps."""
_CONNECT, _STALLED = 3.0, 5.0
"""Without a connection, or a byte on it, for so many seconds, the player asks again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
_CHUNK = 16 * 1024
_SOCKET_BUFFER = 64 * 1024
"""What the kernel reads ahead is small, so that a broken connection is noticed and not outlived."""
_NOTED_GAP = 0.5
"""Seconds; shorter ones are the network's business."""
_TICKET_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class PlayFailed(Exception):
    """The music stopped for good, or was not the right music."""


class _Interrupted(Exception):
    """The request brings no more bytes; another one may."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody listens."""

    rate: float
    """Bytes per second of music."""
    piece: int | None
    """Bytes asked for at once; None: all the rest, read as slowly as it is played."""
    patience: float = 30.0
    """Seconds without a byte after which the play has failed."""


@dataclass(frozen=True, slots=True)
class Track:
    """What is played: its page, and what its bytes must be."""

    path: str
    sha256: str


class Play:
    """One play of one track, to its end."""

    def __init__(
        self, person: Person, track: Track, habit: Habit, ledger: Ledger, hurry: threading.Event
    ) -> None:
        """Once hurry is set the rest is fetched at once: a play can end before its music does."""
        self._person = person
        self._track = track
        self._habit = habit
        self._ledger = ledger
        self._hurry = hurry
        self._http = _session(person.ca)
        self._playback = Playback(habit.rate, AHEAD)
        self._digest = hashlib.sha256()
        self._address: str | None = None
        self._position, self._size = 0, 1
        self._wants_since = time.monotonic()
        self._longest_gap = 0.0
        self._interruptions = 0

    def run(self) -> None:
        """Play, and write into the ledger what was heard."""
        self._ledger.note(What.PLAY_ASKED, track=self._track.path)
        problem = ""
        try:
            self._play()
        except PlayFailed as error:
            problem = str(error)
            self._note_what_is_missing(0, time.monotonic())
        finally:
            self._http.close()
        self._ledger.note(
            What.PLAY_ENDED,
            track=self._track.path,
            problem=problem,
            bytes=self._position,
            interruptions=self._interruptions,
            longest_gap=round(self._longest_gap, 2),
            silence=round(self._playback.silence, 2),
        )

    def _play(self) -> None:
        pause = _FIRST_PAUSE
        while self._position < self._size:
            before = self._position
            try:
                for chunk in self._chunks():
                    self._hear(chunk)
            except _Interrupted as error:
                self._interruptions += 1
                self._refuse_to_wait_for_ever(str(error))
                pause = _FIRST_PAUSE if self._position > before else min(2 * pause, _LONGEST_PAUSE)
                time.sleep(pause)
        if self._digest.hexdigest() != self._track.sha256:
            raise PlayFailed("wrong bytes")

    def _refuse_to_wait_for_ever(self, reason: str) -> None:
        waited = time.monotonic() - self._wants_since
        if waited > self._habit.patience:
            raise PlayFailed(f"no byte for {waited:.0f} s: {reason}")

    def _chunks(self) -> Iterator[bytes]:
        """Ask for what comes next, and yield it as it arrives."""
        start, status = time.monotonic(), 0
        try:
            with self._ask() as answer:
                status = answer.status_code
                self._note_answer(status, start)
                self._check(answer)
                yield from answer.iter_content(_CHUNK)
        except requests.RequestException as error:
            if not status:
                self._note_answer(status, start)
            raise _Interrupted(type(error).__name__) from error

    def _ask(self) -> requests.Response:
        if self._address is None:
            self._address = self._ask_for_ticket()
        stop = "" if self._habit.piece is None else self._position + self._habit.piece - 1
        headers = {"Range": f"bytes={self._position}-{stop}"}
        if self._position:
            headers["If-Range"] = self._etag
        return self._http.get(
            self._address, headers=headers, stream=True, timeout=(_CONNECT, _STALLED)
        )

    def _ask_for_ticket(self) -> str:
        try:
            return self._person.play_address(self._track.path)
        except Refused as error:
            raise _Interrupted(f"the page: {error}") from error

    @property
    def _etag(self) -> str:
        return f'"{self._track.sha256}"'

    def _note_answer(self, status: int, start: float) -> None:
        seconds = round(time.monotonic() - start, 3)
        self._ledger.note(What.ANSWER, deed="play", status=status, seconds=seconds)

    def _check(self, answer: requests.Response) -> None:
        """Let only the bytes pass that were asked for."""
        if answer.status_code in _TICKET_REFUSED:
            self._address = None
        if not answer.ok:
            raise _Interrupted(f"{answer.status_code} {answer.reason}")
        # With If-Range, 200 means that the track is another one by now (RFC 9110 §13.1.5).
        if answer.status_code != HTTPStatus.PARTIAL_CONTENT:
            raise PlayFailed(f"{answer.status_code} to a Range")
        if answer.headers.get("ETag") != self._etag:
            raise PlayFailed(f"the ETag is {answer.headers.get('ETag')}")
        got = answer.headers.get("Content-Range", "")
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", got)
        if match is None or int(match[1]) != self._position:
            raise PlayFailed(f"asked for bytes from {self._position}, got {got}")
        self._size = int(match[2])

    def _hear(self, chunk: bytes) -> None:
        now = time.monotonic()
        self._digest.update(chunk)
        self._position += len(chunk)
        self._note_what_is_missing(len(chunk), now)
        self._hurry.wait(self._playback.pause(now))
        self._wants_since = time.monotonic()

    def _note_what_is_missing(self, came: int, now: float) -> None:
        """Write down how long so many bytes, or the end of a failed play, were waited for."""
        self._note_gap(now - self._wants_since)
        silence = self._playback.deliver(came, now)
        if silence and not self._hurry.is_set():
            self._ledger.note(What.SILENCE, track=self._track.path, seconds=round(silence, 3))

    def _note_gap(self, gap: float) -> None:
        self._longest_gap = max(self._longest_gap, gap)
        if gap >= _NOTED_GAP:
            self._ledger.note(What.GAP, track=self._track.path, seconds=round(gap, 3))


def _session(ca: str | None) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = ca or True
    for scheme in ("http://", "https://"):
        session.mount(scheme, _SmallBuffers())
    return session


class _SmallBuffers(HTTPAdapter):
    """Makes connections whose kernel reads little ahead."""

    def init_poolmanager(self, *args: object, **options: object) -> None:
        small = (socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BUFFER)
        options["socket_options"] = [*HTTPConnection.default_socket_options, small]
        super().init_poolmanager(*args, **options)  # type: ignore[arg-type]
