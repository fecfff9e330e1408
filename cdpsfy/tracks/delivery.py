"""Answers GET and HEAD of one object: whole, part, or why not."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING

import structlog
from pyramid.httpexceptions import HTTPPreconditionFailed, HTTPRequestRangeNotSatisfiable
from pyramid.response import Response

from cdpsfy.tracks.preconditions import failed_precondition, range_applies
from cdpsfy.tracks.ranges import ByteRange, Unsatisfiable, parse_range
from storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyramid.request import Request

    from storage import ObjectInfo, Reader

log = structlog.get_logger(__name__)

# An upload may be audio and a web page at once: the type is the one that its bytes were found to
# have, no browser may guess another, and what is opened as a page runs nothing.
_SAFETY = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "no-referrer"),
]


def deliver(request: Request, reader: Reader) -> Response:
    """Return the answer; the reader is closed with it, or here when no byte is to be sent.

    Raises:
        HTTPPreconditionFailed, HTTPRequestRangeNotSatisfiable: as RFC 9110 says.
        Corrupt, Unavailable: the first block could not be had.
    """
    try:
        response, wanted = _head(request, reader.info)
        if response.status_int == HTTPStatus.NOT_MODIFIED or request.method == "HEAD":
            reader.close()
        else:
            response.app_iter = _Body(reader, wanted)
            response.content_length = wanted.stop - wanted.start
    except BaseException:
        reader.close()
        raise
    return response


def _head(request: Request, info: ObjectInfo) -> tuple[Response, ByteRange]:
    modified = datetime.fromtimestamp(int(info.modified), UTC)
    last_modified = format_datetime(modified, usegmt=True)
    response = Response(content_type=info.content_type, charset=None)
    # As a list: to set each by its name, WebOb looks through all that are there.
    response.headerlist += [
        *_SAFETY,
        ("ETag", f'"{info.sha256}"'),
        ("Last-Modified", last_modified),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "private, max-age=31536000, immutable"),
    ]
    match failed_precondition(request, info.sha256, modified):
        case HTTPStatus.PRECONDITION_FAILED:
            raise HTTPPreconditionFailed("the object is another one than you expect")
        case HTTPStatus.NOT_MODIFIED:
            response.status = HTTPStatus.NOT_MODIFIED
            del response.headers["Content-Type"]
            return response, ByteRange(0, 0)
    digest = base64.b64encode(bytes.fromhex(info.sha256)).decode("ascii")
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    wanted = _wanted(request, info, last_modified)
    if wanted is None:
        wanted = ByteRange(0, info.size)
    else:
        response.status = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{info.size}"
    response.content_length = wanted.stop - wanted.start
    return response, wanted


def _wanted(request: Request, info: ObjectInfo, last_modified: str) -> ByteRange | None:
    if not range_applies(request, info.sha256, last_modified):
        return None
    try:
        return parse_range(request.headers.get("Range"), info.size)
    except Unsatisfiable as error:
        headers = [("Content-Range", f"bytes */{info.size}")]
        detail = f"the object has only {info.size} bytes"
        raise HTTPRequestRangeNotSatisfiable(detail, headers=headers) from error


class _Body:
    """The bytes of an answer. Its first block is read at once: until then an error can be told."""

    def __init__(self, reader: Reader, wanted: ByteRange) -> None:
        self._reader = reader
        blocks = reader.blocks(*wanted)
        self._blocks = chain([next(blocks, b"")], blocks)

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._blocks
        except StorageError as error:
            # Too few bytes: the server cuts the connection, and the player resumes by Range.
            log.warning("track_cut", key=self._reader.info.key, detail=str(error))

    def close(self) -> None:
        """Close the object; WSGI servers call this however the answer ends (PEP 3333)."""
        self._reader.close()
