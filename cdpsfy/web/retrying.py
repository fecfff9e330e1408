"""Tries a request again, as a whole, while the database changes its writer.

Reading is tried again whatever happened. What was to change something is tried again when it is
certain that nothing was changed; otherwise the person is told to look.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from cdpsfy.outages import OutcomeUnknown, is_conflict, pauses, will_pass
from cdpsfy.web.db import SAFE_METHODS

if TYPE_CHECKING:
    from typing import Any

    from pyramid.config import Configurator
    from pyramid.request import Request
    from pyramid.response import Response
    from pyramid.router import Router

_FAILOVER = 9.0
"""Seconds in which another node takes over. Who comes later waits only for the rest of them: with
the database gone for long, every answer is quick, and no thread is held. A conflict with another
transaction, of which that says nothing, is worth as long a wait to each request."""
_APART = 5.0
"""Seconds without an error after which the next one is the first of another outage."""


class Outage:
    """How long the database has been failing, as far as this process can tell. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first = self._last = float("-inf")

    def is_worth_waiting(self, *, since: float) -> bool:
        """Note an error of this moment; tell whether who asked then may wait for its end."""
        now = time.monotonic()
        with self._lock:
            if now > self._last + _APART:
                self._first = now
            self._last = now
            return now < min(self._first, since) + _FAILOVER


def includeme(config: Configurator) -> None:
    """Make it the way in which requests are handled."""
    config.registry["outage"] = Outage()
    config.set_execution_policy(answer)


def answer(environ: dict[str, Any], router: Router) -> Response:
    """Return the answer of the first attempt that is not worth repeating."""
    outage, waits, start = router.registry["outage"], pauses(), time.monotonic()
    rewindable = _is_rewindable(environ["wsgi.input"])
    while True:
        with router.request_context({**environ}) as request:
            response = _attempt(router, request)
            repeatable = _may_be_repeated(request, rewindable=rewindable)
            if not repeatable or not _is_worth_waiting(request.exception, outage, start):
                return response
        time.sleep(next(waits))
        if rewindable:
            environ["wsgi.input"].seek(0)


def _attempt(router: Router, request: Request) -> Response:
    try:
        return router.invoke_request(request)
    except Exception:  # noqa: BLE001 - whatever failed outside the views, or in an error's page
        return request.invoke_exception_view(reraise=True)


def _may_be_repeated(request: Request, *, rewindable: bool) -> bool:
    if not will_pass(request.exception):
        return False
    if request.method in SAFE_METHODS:
        return True
    return rewindable and not isinstance(request.exception, OutcomeUnknown)


def _is_worth_waiting(error: BaseException, outage: Outage, start: float) -> bool:
    if is_conflict(error):
        return time.monotonic() < start + _FAILOVER
    return outage.is_worth_waiting(since=start)


def _is_rewindable(body: Any) -> bool:  # noqa: ANN401 - WSGI's
    # PEP 3333 promises no more than reading; waitress' is a file.
    return hasattr(body, "seekable") and bool(body.seekable())
