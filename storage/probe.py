"""Asks a question that may hang, and takes no answer for an answer when time is up."""

from __future__ import annotations

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

    def __init__(self, touch: Callable[[], Health]) -> None:
        self._touch = touch
        self._lock = threading.Lock()
        self._running: _Attempt | None = None

    def ask(self, timeout: float) -> Health:
        """Return what touch returned, or ill health when it did not within timeout (seconds)."""
        start = time.monotonic()
        with self._lock:
            if self._running is None or self._running.done.is_set():
                self._running = _Attempt(self._touch)
            attempt = self._running
        if attempt.done.wait(timeout) and attempt.health is not None:
            return attempt.health
        detail = f"no answer within {timeout:g} s"
        return Health(
            ok=False, detail=detail, total=None, free=None, latency=time.monotonic() - start
        )


class _Attempt:
    def __init__(self, touch: Callable[[], Health]) -> None:
        self.done = threading.Event()
        self.health: Health | None = None
        threading.Thread(target=self._run, args=(touch,), name="storage-probe", daemon=True).start()

    def _run(self, touch: Callable[[], Health]) -> None:
        try:
            self.health = touch()
        finally:
            self.done.set()
