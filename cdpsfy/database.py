"""Opens the database that `sqlalchemy.url` names: one code for SQLite, MariaDB and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from cdpsfy.outages import OutcomeUnknown, is_from_another_node, may_have_happened
from cdpsfy.settings import Misconfigured, from_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import ExceptionContext

_BUSY_TIMEOUT = 10
"""Seconds that a writer waits for another one (SQLite)."""
_CONNECT = 3
"""Seconds that a server has to take a connection, and as many to greet."""
_ANSWER = 8
"""Seconds that a server has for an answer: COMMIT waits about six while Galera drops a node."""
_PATIENCE = 3600
"""Seconds for an answer to a change of the schema."""
_RECYCLE = 600
"""Seconds after which a connection is made anew, so that none stays with a former writer."""


class Database:
    """Makes sessions: `writing()` for what may change rows, `reading()` for what does not."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reading: sessionmaker[Session] = sessionmaker(
            engine, class_=_Session, expire_on_commit=False
        )
        self.writing: sessionmaker[Session] = sessionmaker(
            engine.execution_options(writing=True), class_=_Session, expire_on_commit=False
        )

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


class _Session(Session):
    """A session that tells a transaction that failed from one that nobody knows about."""

    def commit(self) -> None:
        """Commit.

        Raises:
            OutcomeUnknown: the answer was lost. After any other error nothing has happened.
        """
        self.flush()
        try:
            super().commit()
        except DBAPIError as error:
            if may_have_happened(error):
                raise OutcomeUnknown(str(error.orig)) from error
            raise


def open_database(ini: Mapping[str, str], *, patient: bool = False) -> Database:
    """Make the engine; it connects with the first session. A patient one waits for long answers.

    Raises:
        Misconfigured: `sqlalchemy.url` is missing or not an address of a database.
    """
    try:
        url = database_url(ini)
        options = _options(url.drivername, _PATIENCE if patient else _ANSWER)
        engine = create_engine(url, pool_pre_ping=True, **options)
    except (ArgumentError, ImportError) as error:
        raise Misconfigured(f"sqlalchemy.url: {error}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    if engine.dialect.name in ("mysql", "mariadb"):
        event.listen(engine, "do_connect", _connect_quickly)
        event.listen(engine, "handle_error", _leave_a_node_that_cannot_write)
    return Database(engine)


def database_url(ini: Mapping[str, str]) -> URL:
    """Return the address of the database, or what the file holds that it names: it has a password.

    Raises:
        Misconfigured: `sqlalchemy.url` is missing or not an address of a database.
    """
    try:
        return make_url(from_file(ini["sqlalchemy.url"]))
    except KeyError:
        raise Misconfigured("sqlalchemy.url is missing: the address of the database") from None
    except (ArgumentError, OSError) as error:
        raise Misconfigured(f"sqlalchemy.url: {error}") from error


def _options(driver: str, answer: float) -> dict[str, Any]:
    if driver.startswith("sqlite"):
        return {"connect_args": {"timeout": _BUSY_TIMEOUT}}
    if not driver.startswith(("mysql", "mariadb")):
        return {"connect_args": {"connect_timeout": _CONNECT}}
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


def _connect_quickly(dialect: Any, _record: object, arguments: Any, options: Any) -> Any:  # noqa: ANN401
    # A frozen server's kernel goes on taking connections, which are then never greeted; PyMySQL
    # waits for that as long as for any answer.
    connection = dialect.connect(*arguments, **{**options, "read_timeout": _CONNECT})
    connection._read_timeout = options["read_timeout"]  # noqa: SLF001 - it has no other way
    return connection


def _leave_a_node_that_cannot_write(context: ExceptionContext) -> None:
    if is_from_another_node(context.original_exception):
        context.is_disconnect = True


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - any DBAPI's
    # The driver would begin by itself, and always deferred.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that comes to write may fail at once, whatever the timeout.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
