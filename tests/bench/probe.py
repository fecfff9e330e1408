"""Asks for a piece of a song on a connection of its own, as a new listener does."""

from __future__ import annotations

import random
import socket
import statistics
import time
from typing import TYPE_CHECKING

from tests.bench.processes import CannotMeasure
from tests.bench.songs import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_PIECE = 64 * 1024
_PAUSE = 0.005
_PATIENCE = 20
"""Seconds for a byte."""


def first_bytes(
    place: tuple[str, int], paths: Iterable[str], is_over: Callable[[], bool]
) -> Iterator[float]:
    """Yield the milliseconds to the first byte of a random piece of each song, until it is over.

    Raises:
        CannotMeasure: an answer was not 206.
    """
    some = random.Random(4)  # noqa: S311 - any pieces
    for path in paths:
        if is_over():
            return
        yield _first_byte(place, path, some.randrange(SIZE - _PIECE))
        time.sleep(_PAUSE)


def median(times: Sequence[float]) -> float:
    """Return the median of some times."""
    return statistics.median(times)


def p99(times: Sequence[float]) -> float:
    """Return what 99 of a hundred do not exceed."""
    return statistics.quantiles(times, n=100, method="inclusive")[-1]


def _first_byte(place: tuple[str, int], path: str, start: int) -> float:
    """Count from asking for a connection on."""
    ranges = f"Range: bytes={start}-{start + _PIECE - 1}"
    request = f"GET {path} HTTP/1.1\r\nHost: {place[0]}\r\n{ranges}\r\nConnection: close\r\n\r\n"
    begun = time.perf_counter()
    with socket.create_connection(place, _PATIENCE) as connection:
        connection.sendall(request.encode("ascii"))
        first = connection.recv(4096)
        elapsed = time.perf_counter() - begun
        while connection.recv(_PIECE):
            pass
    if not first.startswith(b"HTTP/1.1 206 "):
        raise CannotMeasure(f"{path}: {first.decode('latin-1')}")
    return 1000 * elapsed
