"""People who listen and upload through the balancer while something happens to a server."""

from __future__ import annotations

import hashlib
import random
import time
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from ulid import ULID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from cdpsfy.tickets import TicketSigner

_PATIENCE = 30.0


class People:
    """Listeners with new connections, listeners who keep theirs, and an uploader; until the end.

    songs are the SHA-256 digests of objects by their keys. upload is sent again and again.
    """

    def __init__(
        self,
        address: tuple[str, int],
        tickets: TicketSigner,
        songs: Mapping[str, str],
        upload: bytes = b"",
    ) -> None:
        self.problems: list[str] = []
        self.plays = self.uploads = 0
        self.longest = 0.0
        """Seconds that a play took."""
        self._address = address
        self._tickets = tickets
        self._songs = songs
        self._upload = upload
        self._end = Event()
        doings = [(self._listen, False), (self._listen, False), (self._listen, True)]
        self._threads = [Thread(target=doing, args=(keeps,)) for doing, keeps in doings]
        if upload:
            self._threads.append(Thread(target=self._upload_all))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        time.sleep(1)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        time.sleep(1)
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _listen(self, keeps: bool) -> None:  # noqa: FBT001 - from a table
        connection = HTTPConnection(*self._address, timeout=_PATIENCE)
        while not self._end.wait(0.02):
            key = random.choice([*self._songs])  # noqa: S311 - no secret
            start = time.monotonic()
            try:
                song = self._play(connection, key)
            except (HTTPException, OSError) as error:
                self.problems.append(f"{key[:6]}: {error!r}")
                connection.close()
            else:
                self.plays += 1
                if hashlib.sha256(song).hexdigest() != self._songs[key]:
                    self.problems.append(f"{key[:6]}: wrong bytes")
            self.longest = max(self.longest, time.monotonic() - start)
            if not keeps:
                connection.close()
        connection.close()

    def _play(self, connection: HTTPConnection, key: str) -> bytes:
        """Fetch a song; when it breaks off, ask for the rest, as players do."""
        path = f"/tracks/{key}?ticket={self._tickets.play(key)}"
        song = b""
        while True:
            connection.request("GET", path, headers={"Range": f"bytes={len(song)}-"})
            response = connection.getresponse()
            if response.status != 206:
                raise HTTPException(f"{response.status} {response.read(200)!r}")
            total = int(response.headers["Content-Range"].rpartition("/")[2])
            while data := response.read(65536):
                song += data
            if len(song) == total:
                return song
            connection.close()

    def _upload_all(self) -> None:
        while not self._end.wait(0.1):
            connection = HTTPConnection(*self._address, timeout=_PATIENCE)
            headers = {"Authorization": f"Bearer {self._tickets.upload(str(ULID()), 1 << 20)}"}
            try:
                connection.request("POST", "/tracks", self._upload, headers)
                response = connection.getresponse()
                said = f"{response.status} {response.read(200)!r}"
            except (HTTPException, OSError) as error:
                said = repr(error)
            finally:
                connection.close()
            if said.startswith("201 "):
                self.uploads += 1
            else:
                self.problems.append(f"upload: {said}")
