"""Takes what a POST brings: its length, its bytes and the digest they should have."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, BinaryIO

from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPLengthRequired,
    HTTPRequestEntityTooLarge,
)

if TYPE_CHECKING:
    from pyramid.request import Request

_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:(?P<base64>[A-Za-z0-9+/=]*):\s*(?:;[^,]*)?(?=,|$)")


def received_body(request: Request, limit: int) -> BinaryIO:
    """Return the whole body as a seekable file, which the server has spooled.

    Raises:
        HTTPLengthRequired: neither a length nor chunks.
        HTTPRequestEntityTooLarge: more than limit bytes.
    """
    length = request.content_length
    if length is None:
        raise HTTPLengthRequired("say how long the body is (Content-Length)")
    if length > limit:
        detail = f"the body has {length} bytes; the ticket allows {limit}"
        raise HTTPRequestEntityTooLarge(detail)
    body: BinaryIO = request.environ["wsgi.input"]
    # PEP 3333 promises no more than reading. waitress' body is a file; asking WebOb would copy it.
    if not (hasattr(body, "seekable") and body.seekable()):
        request.make_body_seekable()
        body = request.body_file_raw
    return body


def expected_digest(request: Request) -> str | None:
    """Return the SHA-256 (hex) of the Repr-Digest header (RFC 9530 §3), None without one.

    Raises:
        HTTPBadRequest: the header names a SHA-256 that is none.
    """
    header = request.headers.get("Repr-Digest", "")
    match = _SHA256.search(header)
    if match is None:
        if "sha-256" in header:
            raise HTTPBadRequest("Repr-Digest is malformed; write sha-256=:BASE64:")
        return None
    try:
        digest = base64.b64decode(match["base64"], validate=True)
    except binascii.Error as error:
        raise HTTPBadRequest("Repr-Digest is not base64") from error
    if len(digest) != hashlib.sha256().digest_size:
        raise HTTPBadRequest("Repr-Digest has not the length of a SHA-256")
    return digest.hex()
