"""What an error of the database means: whether it will pass, and whether anything was changed.

The database may change its writer at any moment: connections break, a node is not ready yet, a
transaction loses against one that another node took first. The numbers are MariaDB's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError  # noqa: A004 - SQLAlchemy's name

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLOCK = 1213
"""Another transaction won, here or on another node (Galera says so at COMMIT): nothing happened."""
_CONFLICTS = {
    DEADLOCK,
    1205,  # lock wait timeout exceeded
    1317,  # query execution was interrupted
}
_NOT_THE_WRITER = {
    1047,  # WSREP has not yet prepared node for application use
    1290,  # --read-only
    1836,  # read-only mode
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
}


class OutcomeUnknown(SQLAlchemyError):
    """COMMIT was sent and not answered: it may have happened. Who goes on has to ask first."""


def is_from_another_node(error: BaseException) -> bool:
    """Tell of the driver's error whether a new connection may reach a node that can write."""
    return _number(error) in _NOT_THE_WRITER


def will_pass(error: BaseException | None) -> bool:
    """Tell whether the same may succeed in a moment, on a new connection."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _number(error.orig) in _AWAY | _CONFLICTS
    return isinstance(error, (OutcomeUnknown, TimeoutError))


def is_conflict(error: BaseException | None) -> bool:
    """Tell whether the database answers, and only another transaction was in the way."""
    if not isinstance(error, DBAPIError) or error.connection_invalidated:
        return False
    return _number(error.orig) in _CONFLICTS


def may_have_happened(error: DBAPIError) -> bool:
    """Tell of an error that COMMIT ended in whether the transaction may be committed."""
    return will_pass(error) and _number(error.orig) != DEADLOCK


def pauses() -> Iterator[float]:
    """Yield the seconds to wait before each next try, without end."""
    yield from (0.1, 0.2, 0.4, 0.8)
    while True:
        yield 1.0


def _number(error: BaseException | None) -> object:
    return error.args[0] if error is not None and error.args else None
