"""Many listeners at once, whose players keep two seconds of music and read as fast as it plays."""

from __future__ import annotations

import random
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATE = 32_000
"""Bytes per second of music: 256 kbit/s."""
ARRIVING = 1000
"""Listeners that come in a second."""
_AHEAD = 2 * RATE
_PATIENCE = 3.0
"""Seconds that a player waits until those two seconds of music are there."""
_SWEEP, _PARTS = 0.5, 20
"""Seconds from one look of a player to its next; the players look in so many groups."""
_SOCKET_BUFFER, _SEGMENT = 64 * 1024, 1448
"""The kernel takes in little ahead, in an Ethernet's segments. The loopback's own buffers would
hold so much of a song that no server saw a slow listener."""


_LARGEST_HEAD = 4096
_NOWHERE = bytearray(_AHEAD)


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


def attend(
    place: tuple[str, int], paths: Sequence[str], size: int, listeners: int, seconds: float
) -> Heard:
    """Let so many come, and listen for so many seconds more, from anywhere in a song of size."""
    some = random.Random(3)  # noqa: S311 - any songs
    duration = listeners / ARRIVING + seconds
    last = size - int(duration * RATE) - 2 * _AHEAD
    players = [_Player(place, some.choice(paths), some.randrange(last)) for _ in range(listeners)]
    late = 0.0
    for since, part, delay in _turns(duration):
        late = max(late, delay)
        for player in players[part : int(since * ARRIVING) : _PARTS]:
            player.look()
    for player in players:
        player.leave()
    stalled = sum(player.stalled for player in players)
    failed = sum(player.failed for player in players)
    megabytes = sum(player.received for player in players) / 1e6
    return Heard(listeners, stalled, failed, megabytes, late)


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


class _Player:
    """One listener, who comes with the first look."""

    def __init__(self, place: tuple[str, int], path: str, start: int) -> None:
        self.received = 0
        self.stalled = self.failed = False
        self._place = place
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {place[0]}\r\nRange: bytes={start}-\r\n\r\n".encode()
        )
        self._connection: socket.socket | None = None
        self._came = 0.0
        self._began: float | None = None
        self._head: bytes | None = b""

    def look(self) -> None:
        """Take what there is, as far as it is wanted."""
        if self.failed:
            return
        now = time.monotonic()
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

    def _played(self, now: float) -> float:
        return 0.0 if self._began is None else (now - self._began) * RATE

    def _wanted(self, now: float) -> int:
        return int(self._played(now)) + _AHEAD - self.received

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
            return self.received < self._played(now)
        if self.received >= _AHEAD:
            self._began = now
        return now - self._came > _PATIENCE
