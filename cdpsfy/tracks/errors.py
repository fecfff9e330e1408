"""Every error as `application/problem+json` (RFC 9457), and what storage's errors mean in HTTP."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from pyramid.exceptions import URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPForbidden, HTTPNotFound
from pyramid.response import Response

import storage
from cdpsfy.methods import allowed_methods
from cdpsfy.tickets import InvalidTicket
from cdpsfy.tracks.audio import NotAudio
from cdpsfy.tracks.pictures import NotPicture

if TYPE_CHECKING:
    from pyramid.config import Configurator

    from cdpsfy.tracks.request import Request

log = structlog.get_logger(__name__)

RETRY_AFTER = "5"

_MEANINGS: dict[type[Exception], HTTPStatus] = {
    storage.InvalidKey: HTTPStatus.BAD_REQUEST,
    storage.NotFound: HTTPStatus.NOT_FOUND,
    storage.Exists: HTTPStatus.CONFLICT,
    storage.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    storage.DigestMismatch: HTTPStatus.UNPROCESSABLE_ENTITY,
    storage.Full: HTTPStatus.INSUFFICIENT_STORAGE,
    storage.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    storage.Corrupt: HTTPStatus.INTERNAL_SERVER_ERROR,
    NotAudio: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    NotPicture: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    UnicodeDecodeError: HTTPStatus.BAD_REQUEST,
    URLDecodeError: HTTPStatus.BAD_REQUEST,
}

_IN_PUBLIC: dict[HTTPStatus, str] = {
    HTTPStatus.INTERNAL_SERVER_ERROR: "the bytes are damaged; it has been written down",
    HTTPStatus.SERVICE_UNAVAILABLE: "the storage does not answer just now; try again in a moment",
    HTTPStatus.INSUFFICIENT_STORAGE: "the storage is full",
}
"""What is said instead of the error's own sentence, which names machines and paths for the operator
and goes to the log."""


def includeme(config: Configurator) -> None:
    """Add the exception views."""
    config.add_exception_view(_answered, context=HTTPException)
    config.add_exception_view(_unexpected, context=Exception)
    for error in _MEANINGS:
        config.add_exception_view(_meaning, context=error)
    config.add_notfound_view(_not_found)
    config.add_forbidden_view(_forbidden)


def problem(status: int, detail: str) -> Response:
    """Return an answer that a program can read and a person understands."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    response = Response(
        json.dumps(body).encode(), status=status, content_type="application/problem+json"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _answered(error: HTTPException, _request: Request) -> Response:
    response = problem(error.status_int, error.detail or error.explanation)
    for name in ("Allow", "Content-Range", "WWW-Authenticate"):
        if name in error.headers:
            response.headers[name] = error.headers[name]
    return response


def _meaning(error: Exception, _request: Request) -> Response:
    meanings = (_MEANINGS[kind] for kind in type(error).__mro__ if kind in _MEANINGS)
    status = next(meanings)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("storage_failed", error=type(error).__name__, detail=str(error))
    if isinstance(error, UnicodeDecodeError):
        return problem(status, "the address is not UTF-8")
    response = problem(status, _IN_PUBLIC.get(status, str(error)))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _unexpected(error: Exception, _request: Request) -> Response:
    log.error("unexpected_error", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "an error of ours; it has been written down")


def _not_found(_error: HTTPNotFound, request: Request) -> Response:
    methods = allowed_methods(request)
    if not methods or request.method in methods:
        return problem(HTTPStatus.NOT_FOUND, "there is nothing at this address")
    detail = f"this address answers {', '.join(methods)}"
    response = problem(HTTPStatus.METHOD_NOT_ALLOWED, detail)
    response.headers["Allow"] = ", ".join(methods)
    return response


def _forbidden(error: HTTPForbidden, request: Request) -> Response:
    try:
        request.registry["tickets"].check(request.bearer_token)
    except InvalidTicket as reason:
        response = problem(HTTPStatus.UNAUTHORIZED, str(reason))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    return problem(HTTPStatus.FORBIDDEN, str(error.result))
