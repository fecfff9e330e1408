"""Opens the database that `sqlalchemy.url` names: one code for SQLite, MariaDB and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from cdpsfy.outages import OutcomeUnknown, may_have_happened
from cdpsfy.settings import Misconfigured, from_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUSY_TIMEOUT = 10
"""Seconds that a writer waits for another one (SQLite)."""


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
        return Database(_make_engine(database_url(ini), patient=patient))
    except (ArgumentError, ImportError) as error:
        raise Misconfigured(f"sqlalchemy.url: {error}") from error


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


def _make_engine(url: URL, *, patient: bool) -> Engine:
    driver = url.get_backend_name()
    if driver in ("mysql", "mariadb"):
        from cdpsfy import mariadb  # noqa: PLC0415 - its driver is an extra

        engine = create_engine(url, pool_pre_ping=True, **mariadb.options(patient=patient))
        mariadb.prepare(engine)
        return engine
    if driver == "postgresql":
        from cdpsfy import postgresql  # noqa: PLC0415 - its driver is an extra

        engine = create_engine(url, pool_pre_ping=True, **postgresql.options())
        postgresql.prepare(engine, patient=patient)
        return engine
    if driver == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    raise ArgumentError(f"{driver} is not SQLite, MariaDB or PostgreSQL")


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - any DBAPI's
    # The driver would begin by itself, and always deferred.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that comes to write may fail at once, whatever the timeout. What only
    # reads has none: each of its statements sees what is committed, as on MariaDB.
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
