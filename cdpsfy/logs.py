"""Structured logs, and a request id that travels from the site to the track service.

`config.include("cdpsfy.logs")` gives an app one line a request. Only paths are written, never
queries: a ticket stands in the query.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

import structlog
from pyramid.tweens import INGRESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyramid.config import Configurator
    from pyramid.request import Request
    from pyramid.response import Response

REQUEST_ID = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}", re.ASCII)

log = structlog.get_logger("cdpsfy.request")


def set_up(log_format: str, level: int = logging.INFO) -> None:
    """Send all logs of this process, structlog's and logging's, to stderr in one format.

    log_format is `console` or `json`; what is below level is not written.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # Else each line puts its logger together anew, which is a third of what the line costs.
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(log_format),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _renderers(log_format: str) -> list[Any]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # The default would print local variables, and with them secrets.
    formatter = structlog.dev.plain_traceback
    return [
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=formatter)
    ]


def request_id() -> str:
    """Return the id of the request being handled in this thread, or a new one."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4())


def includeme(config: Configurator) -> None:
    """Put the log outermost, so that its line shows what was really sent."""
    config.add_tween("cdpsfy.logs.request_log", under=INGRESS)


def request_log(
    handler: Callable[[Request], Response], _registry: object
) -> Callable[[Request], Response]:
    """Give every request an id, its own or the one it came with, and write one line about it."""

    def logged(request: Request) -> Response:
        given = request.headers.get(REQUEST_ID, "")
        number = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        start = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=number):
            response = handler(request)
            response.headers[REQUEST_ID] = number
            log.info(
                "request",
                method=request.method,
                path=request.environ.get("PATH_INFO", ""),
                status=response.status_int,
                milliseconds=round(1000 * (time.monotonic() - start), 1),
                client=request.client_addr,
            )
        return response

    return logged
