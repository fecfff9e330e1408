"""Goes on until the database has taken a step, while it changes its writer."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy.outages import pauses, will_pass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)
T = TypeVar("T")
_PATIENCE = 20.0
"""Seconds: another node takes over within ten."""


def persist(db: Session, step: Callable[[], T], *, until: float = math.inf) -> T:
    """Return what step returns, which commits by itself; try again when an error will pass.

    The answer to a COMMIT may be lost, so step has to ask what it has done already. It is not tried
    again after until, in seconds of `time.monotonic()`.

    Raises:
        SQLAlchemyError: it does not pass, or not within twenty seconds.
    """
    deadline, waits = min(time.monotonic() + _PATIENCE, until), pauses()
    while True:
        pause = next(waits)
        try:
            return step()
        except SQLAlchemyError as error:
            db.invalidate()  # whatever became of its connection, the next one is new
            if not will_pass(error) or time.monotonic() + pause > deadline:
                raise
            log.warning("step_repeated", reason=str(getattr(error, "orig", error)))
        time.sleep(pause)
