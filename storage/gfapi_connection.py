"""Connects to a volume in the background, through whichever node answers."""

from __future__ import annotations

import itertools
import logging
import os
import queue
import threading
import time
from typing import TYPE_CHECKING

from storage.errors import Unavailable
from storage.gfapi_compat import Volume

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

_PATIENCE = (1.0, 5.0, 10.0)
"""Seconds until another node is asked first, while the earlier attempts go on. A dead node costs
libgfapi 3 s, one that drops packets 42 s, a frozen one hangs glfs_init for ever."""
_FIRST_WAIT = 3.0
"""Seconds that the first operations wait for the connection; later ones fail at once."""
_PAUSE = 1.0
"""Seconds between attempts that fail at once."""
_LOG_ERRORS = 4
"""GF_LOG_ERROR of glusterfs/logging.h."""


class Connection:
    """One volume handle for the process, shared by its threads. Thread-safe.

    options are translator options of glusterfs, by translator's pattern and name, added to those
    of the volume; log_file is where libgfapi writes.

    The handle belongs to the process that made it: after a fork the child makes its own, because
    an inherited one hangs.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        volume: str,
        options: Mapping[tuple[str, str], str],
        log_file: str,
    ) -> None:
        self._hosts = tuple(hosts)
        self.name = volume
        """The volume's name."""
        self._options = dict(options)
        self._log_file = log_file
        self._lock = threading.Lock()
        self._series: _Series | None = None

    def __str__(self) -> str:
        return f"volume {self.name} of {' '.join(self._hosts)}"

    def volume(self) -> Volume:
        """Return the connected handle.

        Raises:
            Unavailable: there is none yet; it is being worked on.
        """
        with self._lock:
            if self._series is None or self._series.pid != os.getpid():
                self._series = _Series(self)
            series = self._series
        return series.result()

    def attempt(self, number: int) -> Volume:
        """Connect once, every attempt asking another node first. It may never return.

        Raises:
            LibgfapiException: no node could, or knows the volume.
        """
        first = number % len(self._hosts)
        hosts = [*self._hosts[first:], *self._hosts[:first]]
        volume = Volume(hosts, self.name, self._options, self._log_file, _LOG_ERRORS)
        volume.mount()
        return volume

    @property
    def most_attempts(self) -> int:
        """Attempts that may hang at once: a hanging one cannot be ended, and holds threads."""
        return len(self._hosts)


class _Series:
    """Attempts, the next one started when the last one is late or failed, until one succeeds."""

    def __init__(self, connection: Connection) -> None:
        self.pid = os.getpid()
        self._connection = connection
        self._volume: Volume | None = None
        self._connected = threading.Event()
        self._outcomes: queue.SimpleQueue[Volume | Exception] = queue.SimpleQueue()
        self._last_failure = "no node answered yet"
        self._start = time.monotonic()
        threading.Thread(target=self._run, name="gluster-connect", daemon=True).start()

    def result(self) -> Volume:
        if self._volume is None:
            self._connected.wait(max(0.0, self._start + _FIRST_WAIT - time.monotonic()))
        if self._volume is None:
            raise Unavailable(
                f"{self._connection} is not connected ({self._last_failure}); it goes on trying: "
                f"see whether glusterd runs there and knows it (gluster volume status "
                f"{self._connection.name})"
            )
        return self._volume

    def _run(self) -> None:
        running = 0
        for number in itertools.count():
            if running < self._connection.most_attempts:
                self._start_attempt(number)
                running += 1
            outcome = self._await_outcome(_PATIENCE[min(number, len(_PATIENCE) - 1)])
            if isinstance(outcome, Volume):
                # A second success is dropped; its handle costs memory until the process ends.
                self._volume = outcome
                self._connected.set()
                log.info("%s: connected", self._connection)
                return
            if outcome is not None:
                running -= 1
                self._take_failure(outcome)

    def _start_attempt(self, number: int) -> None:
        attempt = threading.Thread(
            target=self._attempt, args=(number,), name="gluster-attempt", daemon=True
        )
        try:
            attempt.start()
        except RuntimeError as error:
            self._outcomes.put(error)

    def _attempt(self, number: int) -> None:
        try:
            self._outcomes.put(self._connection.attempt(number))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next attempt may do better
            self._outcomes.put(error)

    def _await_outcome(self, patience: float) -> Volume | Exception | None:
        try:
            return self._outcomes.get(timeout=patience)
        except queue.Empty:
            return None

    def _take_failure(self, error: Exception) -> None:
        # gfapi's own sentence names a pointer.
        self._last_failure = str(error).rpartition("failed: ")[2]
        log.warning("%s: %s", self._connection, self._last_failure)
        time.sleep(_PAUSE)
