"""How PostgreSQL is reached: patient with answers, impatient with servers that may be frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import TransactionStatus
from sqlalchemy import event

from cdpsfy.outages import is_from_another_node

if TYPE_CHECKING:
    from psycopg.abc import PQGen
    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext

T = TypeVar("T")
_CONNECT = 3
"""Seconds that a server has to take a connection and to let us in."""
_ANSWER = 8
"""Seconds that a server has for an answer."""
_PATIENCE = 3600
"""Seconds for an answer to a change of the schema."""
_RECYCLE = 600
"""Seconds after which a connection is made anew, so that none stays with a former primary."""


def options() -> dict[str, Any]:
    """Return the engine's options."""
    return {
        "connect_args": {
            "connect_timeout": _CONNECT,
            # Frequent words want another plan than rare ones, not one that was made for all.
            "prepare_threshold": None,
        },
        # Claims are single statements and need no snapshot, as on MariaDB.
        "isolation_level": "READ COMMITTED",
        "pool_size": 10,
        "max_overflow": 20,
        "pool_timeout": _CONNECT,
        "pool_recycle": _RECYCLE,
    }


def prepare(engine: Engine, *, patient: bool) -> None:
    """Let the engine's connections have a deadline, and leave servers that cannot write."""
    kind = _PatientConnection if patient else _Connection
    event.listen(engine, "do_connect", lambda _dialect, _record, _, named: kind.connect(**named))
    event.listen(engine, "connect", _take_any_text)
    event.listen(engine, "handle_error", _leave_a_server_that_cannot_write)


class _Connection(psycopg.Connection[Any]):
    """A frozen server's kernel goes on taking connections and bytes; only silence tells."""

    patience: float = _ANSWER

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # The answer may still come; the next question is not to take it for its own.
                self.close()
            raise


class _PatientConnection(_Connection):
    patience = _PATIENCE


class _Text(Dumper):
    """Text with U+0000, which PostgreSQL refuses, is found nowhere, as on the other databases."""

    def dump(self, obj: str) -> bytes:
        return obj.replace("\0", "\ufffd").encode()


def _take_any_text(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.adapters.register_dumper(str, _Text)


def _leave_a_server_that_cannot_write(context: ExceptionContext) -> None:
    if is_from_another_node(context.original_exception):
        context.is_disconnect = True
