"""Many listeners at once, whose players keep two seconds of music and read as fast as it plays."""

from __future__ import annotations

import random
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.processes import CannotMeasure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATE = 32_000
"""Bytes per second of music: 256 kbit/s."""
ARRIVING = 1000
"""Listeners that come in a second."""
_LOADING = 50 * RATE
"""Bytes per second that a player takes who loads a whole song ahead, as browsers do."""
_AHEAD = 2 * RATE
_PATIENCE = 3.0
"""Seconds that a player waits until those two seconds of music are there."""
_TOO_LATE = 2.0
"""Seconds: as much as a player has ahead, so that a stall might be our own."""
_SWEEP, _PARTS = 0.5, 20
"""Seconds from one look of a player to its next; the players look in so many groups."""
_SOCKET_BUFFER, _SEGMENT = 64 * 1024, 1448
"""The kernel takes in little ahead, in an Ethernet's segments. The loopback's own buffers would
hold so much of a song that no server saw a slow listener."""


_LARGEST_HEAD = 4096
_NOWHERE = bytearray(_AHEAD)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who comes, and what they hear of the songs at these paths."""

    place: tuple[str, int]
    paths: Sequence[str]
    size: int
    """Bytes of each of these songs, which are heard from anywhere in them."""
    listeners: int
    seconds: float
    """How long all of them listen, after the last one has come."""
    long_paths: Sequence[str] = ()
    """Songs of which each is loaded ahead by one more player, from its first byte on: so many parts
    of a song that a server might keep something of each."""

    @property
    def duration(self) -> float:
        """Seconds from the first one's coming to the end."""
        return self.listeners / ARRIVING + self.seconds


@dataclass(frozen=True, slots=True)
class Heard:
    """How it was for an audience."""

    listeners: int
    stalled: int
    """Who ran dry, waited too long for the music, or failed."""
    failed: int
    """Who was refused or cut off."""
    megabytes: float
    late: float
    """Seconds by which we ourselves looked too late, at most."""

    def require_punctuality(self) -> None:
        """Let pass what was the server's doing.

        Raises:
            CannotMeasure: we looked so late that a stall might be our own.
        """
        if self.late > _TOO_LATE:
            raise CannotMeasure(f"the listeners themselves were late by {self.late:.1f} s")


def attend(audience: Audience) -> Heard:
    """Let all come and listen."""
    coming = list(_players(audience))
    loading = [Player(audience.place, path, 0, _LOADING) for path in audience.long_paths]
    late = 0.0
    for since, part, delay in _turns(audience.duration):
        late = max(late, delay)
        now = time.monotonic()
        for player in (*coming[part : int(since * ARRIVING) : _PARTS], *loading):
            player.look(now)
    players = [*coming, *loading]
    for player in players:
        player.leave()
    stalled = sum(player.stalled for player in players)
    failed = sum(player.failed for player in players)
    megabytes = sum(player.received for player in players) / 1e6
    return Heard(len(players), stalled, failed, megabytes, late)


def _players(audience: Audience) -> Iterator[Player]:
    some = random.Random(3)  # noqa: S311 - any songs
    last = audience.size - int(audience.duration * RATE) - 2 * _AHEAD
    for _ in range(audience.listeners):
        yield Player(audience.place, some.choice(audience.paths), some.randrange(last), RATE)


def _turns(duration: float) -> Iterator[tuple[float, int, float]]:
    """Yield seconds since the start, whose turn it is, and by how much that is too late."""
    start = time.monotonic()
    turn = 0
    while (since := time.monotonic() - start) < duration:
        due = turn * _SWEEP / _PARTS
        if since < due:
            time.sleep(due - since)
            continue
        yield since, turn % _PARTS, since - due
        turn += 1


class Player:
    """One listener, who comes with the first look, and from start on takes rate bytes a second."""

    def __init__(self, place: tuple[str, int], path: str, start: int, rate: int) -> None:
        self.received = 0
        self.stalled = self.failed = False
        self._place = place
        self._rate = rate
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {place[0]}\r\nRange: bytes={start}-\r\n\r\n".encode()
        )
        self._connection: socket.socket | None = None
        self._came = 0.0
        self._began: float | None = None
        self._head: bytes | None = b""

    def look(self, now: float) -> None:
        """Take what there is, as far as it is wanted; now is in seconds of any clock."""
        if self.failed:
            return
        try:
            connection = self._connection or self._come(now)
            if self._request:
                connection.sendall(self._request)
                self._request = b""
            self._take(connection, self._wanted(now))
        except BlockingIOError:
            pass  # no more is there just now
        except OSError:
            self.failed = True
        self.stalled |= self.failed or self._has_run_dry(now)

    def leave(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    def _come(self, now: float) -> socket.socket:
        self._came = now
        self._connection = connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BUFFER)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, _SEGMENT)
        connection.setblocking(False)  # noqa: FBT003 - its name in the library
        connection.connect_ex(self._place)
        return connection

    def _since_it_began(self, now: float) -> float:
        return 0.0 if self._began is None else now - self._began

    def _wanted(self, now: float) -> int:
        return int(self._since_it_began(now) * self._rate) + _AHEAD - self.received

    def _take(self, connection: socket.socket, wanted: int) -> None:
        if self._head is not None:
            self._read_head(connection)
        if self._head is None and wanted > 0:
            # MSG_TRUNC: the kernel copies nothing to us (tcp(7)).
            received = connection.recv_into(_NOWHERE, min(wanted, len(_NOWHERE)), socket.MSG_TRUNC)
            if not received:
                raise ConnectionError("the music ended")
            self.received += received

    def _read_head(self, connection: socket.socket) -> None:
        piece = connection.recv(_LARGEST_HEAD)
        begun = (self._head or b"") + piece
        head, end, body = begun.partition(b"\r\n\r\n")
        if not piece or (end and not head.startswith(b"HTTP/1.1 206 ")):
            raise ConnectionError("no music came")
        self._head = None if end else begun
        self.received = len(body)

    def _has_run_dry(self, now: float) -> bool:
        if self._began is not None:
            return self.received < self._since_it_began(now) * RATE
        if self.received >= _AHEAD:
            self._began = now
        return now - self._came > _PATIENCE
