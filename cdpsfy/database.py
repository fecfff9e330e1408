"""Opens the database that `sqlalchemy.url` names: one code for SQLite, MariaDB and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from cdpsfy.settings import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUSY_TIMEOUT = 10
"""Seconds that a writer waits for another one (SQLite), or a connection for its server."""


class Database:
    """Makes sessions: `writing()` for what may change rows, `reading()` for what does not."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reading = sessionmaker(engine, expire_on_commit=False)
        self.writing: sessionmaker[Session] = sessionmaker(
            engine.execution_options(writing=True), expire_on_commit=False
        )

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(ini: Mapping[str, str]) -> Database:
    """Make the engine; it connects with the first session.

    Raises:
        Misconfigured: `sqlalchemy.url` is missing or not an address of a database.
    """
    try:
        url = make_url(ini["sqlalchemy.url"])
        engine = create_engine(url, pool_pre_ping=True, connect_args=_connect_args(url.drivername))
    except KeyError:
        raise Misconfigured("sqlalchemy.url is missing: the address of the database") from None
    except (ArgumentError, ImportError) as error:
        raise Misconfigured(f"sqlalchemy.url: {error}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return Database(engine)


def _connect_args(driver: str) -> dict[str, Any]:
    if driver.startswith("sqlite"):
        return {"timeout": _BUSY_TIMEOUT}
    if driver.startswith(("mysql", "mariadb")):
        return {"connect_timeout": _BUSY_TIMEOUT, "read_timeout": 30, "charset": "utf8mb4"}
    return {"connect_timeout": _BUSY_TIMEOUT}


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
