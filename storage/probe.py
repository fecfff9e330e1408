"""Asks a question that may hang, and takes no answer for an answer when time is up."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from storage.driver import Health

if TYPE_CHECKING:
    from collections.abc import Callable


class Probe:
    """Runs touch in a thread of its own, never a second one while the first one hangs.

    A hung mount holds a thread beyond the reach of any signal; a probe a second would collect
    thousands of them.
    """

    def __init__(self, touch: Callable[[], Health], *, subject: str, advice: str) -> None:
        """For the operator, subject is who does not answer, and advice what to do then."""
        self._touch = touch
        self._subject = subject
        self._advice = advice
        self._lock = threading.Lock()
        self._running: _Attempt | None = None

    def ask(self, timeout: float) -> Health:
        """Return what touch returned, or ill health when it did not within timeout (seconds)."""
        start = time.monotonic()
        with self._lock:
            if self._running is None or self._running.is_over():
                self._running = _Attempt(self._touch)
            attempt = self._running
        if attempt.done.wait(timeout) and attempt.health is not None:
            return attempt.health
        return Health(
            ok=False,
            detail=f"{self._subject} gives no answer within {timeout:g} s: {self._advice}",
            total=None,
            free=None,
            latency=time.monotonic() - start,
        )


class _Attempt:
    def __init__(self, touch: Callable[[], Health]) -> None:
        self.done = threading.Event()
        self.health: Health | None = None
        self._pid = os.getpid()
        threading.Thread(target=self._run, args=(touch,), name="storage-probe", daemon=True).start()

    def is_over(self) -> bool:
        # Its thread did not come along through a fork.
        return self.done.is_set() or self._pid != os.getpid()

    def _run(self, touch: Callable[[], Health]) -> None:
        try:
            self.health = touch()
        finally:
            self.done.set()
