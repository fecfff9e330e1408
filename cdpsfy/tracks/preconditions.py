"""Conditional requests (RFC 9110 §13.2.2), for objects that never change."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from pyramid.request import Request


def failed_precondition(request: Request, etag: str, modified: datetime) -> HTTPStatus | None:
    """Return 412 or 304 if a condition of the request decides its answer, else None.

    etag is without quotes; modified is in whole seconds, UTC.
    """
    if "If-Match" in request.headers:
        if etag not in request.if_match:
            return HTTPStatus.PRECONDITION_FAILED
    elif request.if_unmodified_since and modified > request.if_unmodified_since:
        return HTTPStatus.PRECONDITION_FAILED
    if "If-None-Match" in request.headers:
        return HTTPStatus.NOT_MODIFIED if etag in request.if_none_match else None
    if request.if_modified_since and modified <= request.if_modified_since:
        return HTTPStatus.NOT_MODIFIED
    return None


def range_applies(request: Request, etag: str, last_modified: str) -> bool:
    """Tell whether the Range of a GET holds: If-Range names this very object (§13.1.5)."""
    if request.method != "GET":
        return False
    condition = request.headers.get("If-Range")
    return condition is None or condition.strip() in (f'"{etag}"', last_modified)
