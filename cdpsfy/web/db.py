"""`request.db`: one session a request. Returning a response commits, raising rolls back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.tweens import EXCVIEW
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy.database import open_database
from cdpsfy.health import Readiness
from cdpsfy.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyramid.config import Configurator
    from pyramid.registry import Registry
    from pyramid.request import Request
    from pyramid.response import Response
    from sqlalchemy.orm import Session

    from cdpsfy.database import Database

SAFE_METHODS = ("GET", "HEAD")
"""The methods that change nothing, and may be tried again whatever happened."""


def includeme(config: Configurator) -> None:
    """Open the database, end each request's session, and be ready when it answers."""
    database = open_database(config.get_settings())
    config.registry["database"] = database
    config.add_tween("cdpsfy.web.db.commit_or_roll_back", under=EXCVIEW)
    config.set_readiness(Probe(lambda: _readiness(database), "the database").ask)


def open_session(request: Request) -> Session:
    """Return a session for one request; it is closed when that ends."""
    database: Database = request.registry["database"]
    # Only what changes something has to wait for other writers.
    make = database.reading if request.method in SAFE_METHODS else database.writing
    session = make()
    request.add_finished_callback(lambda _: session.close())
    return session


def commit_or_roll_back(
    handler: Callable[[Request], Response], _registry: Registry
) -> Callable[[Request], Response]:
    """End the request's transaction before its answer leaves; a session never used costs none."""

    def ended(request: Request) -> Response:
        try:
            response = handler(request)
        except BaseException:
            request.db.rollback()
            raise
        request.db.commit()
        return response

    return ended


def _readiness(database: Database) -> Readiness:
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1 FROM users WHERE 1 = 0"))
    except SQLAlchemyError as error:
        return Readiness(ok=False, detail=f"the database does not answer: {type(error).__name__}")
    return Readiness(ok=True, detail="the database answers")
