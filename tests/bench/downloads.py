"""Gets whole songs as fast as they come, over connections that stay open."""

from __future__ import annotations

import itertools
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.bench.processes import CannotMeasure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CONNECTIONS = 4
_PATIENCE = 20
"""Seconds for a byte."""
_LARGEST_HEAD = 4096
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


def download(
    place: tuple[str, int],
    paths: Sequence[str],
    seconds: float | None,
    connections: int = _CONNECTIONS,
) -> int:
    """Get songs again and again for so long, or with None each of them once; return the bytes.

    Raises:
        CannotMeasure: an answer was not 200, or was cut.
    """
    queue = iter(paths) if seconds is None else itertools.cycle(paths)
    deadline = None if seconds is None else time.monotonic() + seconds
    with ThreadPoolExecutor(connections) as pool:
        downloads = [pool.submit(_listen, place, queue, deadline) for _ in range(connections)]
        return sum(each.result() for each in downloads)


def _listen(place: tuple[str, int], queue: Iterator[str], deadline: float | None) -> int:
    received = 0
    with socket.create_connection(place, _PATIENCE) as connection:
        while deadline is None or time.monotonic() < deadline:
            path = next(queue, None)
            if path is None:
                break
            received += _get(connection, place[0], path)
    return received


def _get(connection: socket.socket, host: str, path: str) -> int:
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("ascii"))
    head, begun = _head(connection)
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise CannotMeasure(f"{path}: {head.decode('latin-1')}")
    _throw_away(connection, int(length[1]) - begun)
    return int(length[1])


def _head(connection: socket.socket) -> tuple[bytes, int]:
    """Return the head of an answer, and how many bytes of its body came with it."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(_LARGEST_HEAD)
        if not piece:
            raise CannotMeasure(f"the connection ended within a head: {received!r}")
        received += piece
    head, end, body = received.partition(b"\r\n\r\n")
    return head + end, len(body)


def _throw_away(connection: socket.socket, size: int) -> None:
    # MSG_TRUNC: the kernel copies nothing to us (tcp(7)), so that we are faster than any server.
    nowhere = bytearray(1 << 20)
    while size > 0:
        received = connection.recv_into(nowhere, min(size, len(nowhere)), socket.MSG_TRUNC)
        if not received:
            raise CannotMeasure(f"the connection ended {size} bytes too early")
        size -= received
