"""Limits on log-in attempts, which never lock the right person out.

Failures are counted by name and address together, and by address alone: nobody elsewhere can use
up a person's attempts. A browser that logged in as this person before bears a device cookie and is
counted by itself (OWASP, "device cookies"): not even a neighbour behind the same address can.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from cdpsfy.models import LoginFailure
from cdpsfy.models.meta import now
from cdpsfy.web.services.text import comparison_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WINDOW = timedelta(minutes=15)
_FAILURES_A_NAME = 10
_FAILURES_AN_ADDRESS = 100


class TooManyAttempts(Exception):
    """Whoever tries has to wait a quarter of an hour."""


def check(db: Session, name: str, address: str, known_browser: str | None) -> None:
    """Let an attempt pass that is within the limits.

    known_browser identifies a browser that logged in as this person before.

    Raises:
        TooManyAttempts: it is not.
    """
    for bucket, most in _limits(name, address, known_browser).items():
        failures = db.scalar(
            select(func.count())
            .select_from(LoginFailure)
            .where(LoginFailure.bucket == bucket, LoginFailure.failed_at > now() - WINDOW)
        )
        if failures is not None and failures >= most:
            raise TooManyAttempts


def count_failure(db: Session, name: str, address: str, known_browser: str | None) -> None:
    """Count an attempt that failed."""
    db.add_all(LoginFailure(bucket=bucket) for bucket in _limits(name, address, known_browser))


def forget_old_failures(db: Session) -> None:
    """Remove what no longer counts."""
    db.execute(delete(LoginFailure).where(LoginFailure.failed_at < now() - WINDOW))


def _limits(name: str, address: str, known_browser: str | None) -> dict[str, int]:
    if known_browser is not None:
        return {_bucket("browser", known_browser): _FAILURES_A_NAME}
    return {
        _bucket("name", comparison_key(name), address): _FAILURES_A_NAME,
        _bucket("address", address): _FAILURES_AN_ADDRESS,
    }


def _bucket(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
