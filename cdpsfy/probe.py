"""Asks whether something is ready, and takes no answer for a no when time is up."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from cdpsfy.health import Readiness

if TYPE_CHECKING:
    from collections.abc import Callable

_DEADLINE = 2.0


class Probe:
    """Runs check in a thread of its own, never a second one while the first one hangs.

    subject is who does not answer then, for the operator.
    """

    def __init__(self, check: Callable[[], Readiness], subject: str) -> None:
        self._check = check
        self._subject = subject
        self._lock = threading.Lock()
        self._running: Future[Readiness] | None = None

    def ask(self) -> Readiness:
        """Return what check returns, or within two seconds that it does not."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = self._start()
            running = self._running
        try:
            return running.result(_DEADLINE)
        except TimeoutError:
            detail = f"{self._subject} gives no answer within {_DEADLINE:g} s"
            return Readiness(ok=False, detail=detail)

    def _start(self) -> Future[Readiness]:
        future: Future[Readiness] = Future()

        def run() -> None:
            try:
                future.set_result(self._check())
            except BaseException as error:  # noqa: BLE001 - it is whoever asks that has to know
                future.set_exception(error)

        threading.Thread(target=run, name="probe", daemon=True).start()
        return future
