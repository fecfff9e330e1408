"""How MariaDB is reached: patient with answers, impatient with servers that may be frozen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pymysql.connections import Connection
from sqlalchemy import event

from cdpsfy.outages import is_from_another_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext

_CONNECT = 3
"""Seconds that a server has to take a connection, to greet, and to show that it lives."""
_ANSWER = 8
"""Seconds that a server has for an answer: COMMIT waits about six while Galera drops a node."""
_PATIENCE = 3600
"""Seconds for an answer to a change of the schema."""
_RECYCLE = 600
"""Seconds after which a connection is made anew, so that none stays with a former writer."""


def options(*, patient: bool) -> dict[str, Any]:
    """Return the engine's options."""
    answer = _PATIENCE if patient else _ANSWER
    timeouts = {"connect_timeout": _CONNECT, "read_timeout": answer, "write_timeout": answer}
    return {
        "connect_args": {**timeouts, "charset": "utf8mb4"},
        # Claims are single statements and need no snapshot; without gap locks they conflict less.
        "isolation_level": "READ COMMITTED",
        "pool_size": 10,
        "max_overflow": 20,
        "pool_timeout": _CONNECT,
        "pool_recycle": _RECYCLE,
    }


def prepare(engine: Engine) -> None:
    """Let the engine's connections hurry where they can, and leave nodes that cannot write."""
    event.listen(engine, "do_connect", lambda _dialect, _record, _, named: _Connection(**named))
    event.listen(engine, "handle_error", _leave_a_node_that_cannot_write)


class _Connection(Connection):
    """A frozen server's kernel goes on taking connections and bytes; only silence tells.

    PyMySQL waits for a greeting, and for the answer to a ping, as long as for any other.
    """

    _read_timeout: float | None

    def connect(self, sock: Any = None) -> None:  # noqa: ANN401 - PyMySQL's
        with self._hurry():
            super().connect(sock)

    def ping(self, *arguments: Any) -> None:  # noqa: ANN401 - PyMySQL's
        with self._hurry():
            super().ping(*arguments)

    @contextmanager
    def _hurry(self) -> Iterator[None]:
        patience, self._read_timeout = self._read_timeout, _CONNECT
        try:
            yield
        finally:
            self._read_timeout = patience


def _leave_a_node_that_cannot_write(context: ExceptionContext) -> None:
    if is_from_another_node(context.original_exception):
        context.is_disconnect = True
