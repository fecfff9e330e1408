"""Slows reading down to a rate, so that a check of everything leaves room for listeners."""

from __future__ import annotations

import time


class Throttle:
    """Lets bytes pass at a rate at most, in bytes per second; None: as fast as they come."""

    def __init__(self, rate: int | None = None) -> None:
        self._rate = rate
        self._due = 0.0

    def take(self, size: int) -> None:
        """Return when size bytes more may have passed. Time that was not used is not made up."""
        if self._rate is None:
            return
        now = time.monotonic()
        self._due = max(self._due, now) + size / self._rate
        time.sleep(self._due - now)
