"""What an error of the database means: whether it will pass, and whether anything was changed.

The database may change its writer at any moment: connections break, a node is not ready yet, a
transaction loses against one that another node took first. The numbers are MariaDB's, the texts
PostgreSQL's SQLSTATEs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import (
    DBAPIError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's name
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOST = {
    1213,  # deadlock; Galera says so at COMMIT when another node was faster
    "40001",  # serialization failure
    "40P01",  # deadlock
}
"""Another transaction won, here or on another node: nothing happened."""
_CONFLICTS = _LOST | {
    1205,  # lock wait timeout exceeded
    1317,  # query execution was interrupted
    "55P03",  # lock not available
}
_NOT_THE_WRITER = {
    1047,  # WSREP has not yet prepared node for application use
    1290,  # --read-only
    1836,  # read-only mode
    "25006",  # read-only transaction: a standby
}
_AWAY = _NOT_THE_WRITER | {
    1040,  # too many connections
    1053,  # server shutdown in progress
    1180,  # error during COMMIT
    1927,  # connection was killed
    2002,  # can't connect (socket)
    2003,  # can't connect (TCP)
    2006,  # server has gone away
    2013,  # lost connection during query
    2055,  # lost connection at reading
    "53300",  # too many connections
    "57P01",  # shutdown by an administrator
    "57P02",  # shutdown after a crash
    "57P03",  # cannot connect now: starting, or shutting down
}


class OutcomeUnknown(SQLAlchemyError):
    """COMMIT was sent and not answered: it may have happened. Who goes on has to ask first."""


def is_from_another_node(error: BaseException) -> bool:
    """Tell of the driver's error whether a new connection may reach a node that can write."""
    return _code(error) in _NOT_THE_WRITER


def will_pass(error: BaseException | None) -> bool:
    """Tell whether the same may succeed in a moment, on a new connection."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or _is_libpqs_own(error):
            return True
        return _code(error.orig) in _AWAY | _CONFLICTS
    return isinstance(error, (OutcomeUnknown, TimeoutError))


def is_conflict(error: BaseException | None) -> bool:
    """Tell whether the database answers, and only another transaction was in the way."""
    if not isinstance(error, DBAPIError) or error.connection_invalidated:
        return False
    return _code(error.orig) in _CONFLICTS


def may_have_happened(error: DBAPIError) -> bool:
    """Tell of an error that COMMIT ended in whether the transaction may be committed."""
    return will_pass(error) and _code(error.orig) not in _LOST


def pauses() -> Iterator[float]:
    """Yield the seconds to wait before each next try, without end."""
    yield from (0.1, 0.2, 0.4, 0.8)
    while True:
        yield 1.0


def _code(error: BaseException | None) -> object:
    number = error.args[0] if error is not None and error.args else None
    return number if isinstance(number, int) else getattr(error, "sqlstate", None)


def _is_libpqs_own(error: DBAPIError) -> bool:
    """Tell whether no server said it: none was reached, or none answered."""
    return (
        isinstance(error, OperationalError)
        and hasattr(error.orig, "sqlstate")
        and _code(error.orig) is None
    )
