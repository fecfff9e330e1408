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
from storage.gfapi_compat import LibgfapiException, Volume

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

_PATIENCE = (2.0, 5.0, 10.0)
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
        self._name = volume
        self._options = dict(options)
        self._log_file = log_file
        self._lock = threading.Lock()
        self._series: _Series | None = None

    def __str__(self) -> str:
        return f"volume {self._name} on {' '.join(self._hosts)}"

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
        volume = Volume(hosts, self._name, self._options, self._log_file, _LOG_ERRORS)
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
        self._failures: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._last_failure = "no node answered yet"
        self._start = time.monotonic()
        threading.Thread(target=self._run, name="gluster-connect", daemon=True).start()

    def result(self) -> Volume:
        if self._volume is None:
            self._connected.wait(max(0.0, self._start + _FIRST_WAIT - time.monotonic()))
        if self._volume is None:
            raise Unavailable(
                f"{self._connection} is not connected: {self._last_failure}; it goes on trying. "
                "See whether glusterd runs there and knows the volume (gluster volume status)"
            )
        return self._volume

    def _run(self) -> None:
        running = 0
        for number in itertools.count():
            if running < self._connection.most_attempts:
                threading.Thread(
                    target=self._attempt, args=(number,), name="gluster-attempt", daemon=True
                ).start()
                running += 1
            running -= self._await_failure(_PATIENCE[min(number, len(_PATIENCE) - 1)])
            if self._connected.is_set():
                return

    def _await_failure(self, patience: float) -> int:
        """Wait for a success or a failure; return how many attempts failed."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not self._connected.wait(0.02):
            if not self._failures.empty():
                self._last_failure = self._failures.get()
                log.warning("%s: %s", self._connection, self._last_failure)
                self._connected.wait(_PAUSE)
                return 1
        return 0

    def _attempt(self, number: int) -> None:
        try:
            volume = self._connection.attempt(number)
        except LibgfapiException as error:
            # gfapi's own sentence names a pointer.
            self._failures.put(str(error).rpartition("failed: ")[2])
            return
        # A second success is dropped unused; its handle costs some memory until the process ends.
        if not self._connected.is_set():
            self._volume = volume
            self._connected.set()
            log.info("%s: connected", self._connection)
