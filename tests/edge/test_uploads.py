"""Uploads go through the edge unspooled, and what is too long is refused before it has come."""

from __future__ import annotations

import gc
import hashlib
import socket
from typing import TYPE_CHECKING

import pytest
import requests
from ulid import ULID

from tests.edge.edge import Edge, assert_problem
from tests.edge.test_refusals import say
from tests.functional.tracks.service import MIB, bearer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.edge.origin import Origin

LIMIT = 2 * MIB


@pytest.fixture
def edge(tmp_path: Path, secrets: Path, origin: Origin) -> Iterator[Edge]:
    with Edge(tmp_path, secrets, origin, cluster={"body_limit": str(LIMIT)}) as edge:
        yield edge


def upload_ticket(origin: Origin) -> dict[str, str]:
    return bearer(origin.tickets.upload(str(ULID()), LIMIT))


def post(edge: Edge, origin: Origin, body: object) -> requests.Response:
    host, port = edge.address
    return requests.post(
        f"http://{host}:{port}/tracks",
        body,  # type: ignore[arg-type]  # bytes, or pieces of them
        headers=upload_ticket(origin),
        timeout=30,
    )


def test_what_is_uploaded_is_stored_and_played(origin: Origin, edge: Edge, song: bytes) -> None:
    whole = post(edge, origin, song)
    in_chunks = post(edge, origin, iter([song[:1000], song[1000:]]))

    for answer in (whole, in_chunks):
        assert answer.status_code == 201
        key = answer.json()["key"]
        path = f"/tracks/{key}?ticket={origin.tickets.play(key)}"
        assert edge.ask("GET", path).body == song
    assert hashlib.sha256(song).hexdigest() == key[:64]


def test_a_song_is_deleted_and_listed_through_the_edge(
    origin: Origin, edge: Edge, song: bytes
) -> None:
    keys = sorted(post(edge, origin, song).json()["key"] for _ in range(2))
    operator = bearer(origin.tickets.list())

    for path, listed in (("/tracks", keys), (f"/tracks?after={keys[0]}", keys[1:])):
        answer = edge.ask("GET", path, operator)
        assert [entry for entry in keys if entry.encode() in answer.body] == listed
    deleted = edge.ask("DELETE", f"/tracks/{keys[0]}", bearer(origin.tickets.delete(keys[0])))
    again = edge.ask("DELETE", f"/tracks/{keys[0]}", bearer(origin.tickets.delete(keys[0])))

    assert deleted.status == 204
    assert_problem(again, 404)


def test_an_upload_is_not_kept_back_until_it_is_whole(
    origin: Origin, edge: Edge, song: bytes
) -> None:
    """The origin has what has come; nothing of it lies with the edge."""
    head = "POST /tracks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    head += f"Authorization: {upload_ticket(origin)['Authorization']}\r\n"
    head += f"Content-Length: {len(song)}\r\n\r\n"
    with socket.create_connection(edge.address, 20) as client:
        client.sendall(head.encode() + song[:100_000])
        origin.await_bytes(100_000)
        client.sendall(song[100_000:])
        answer = client.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 201 ")


def test_what_is_too_long_is_refused_by_its_length_alone(origin: Origin, edge: Edge) -> None:
    head = f"POST /tracks HTTP/1.1\r\nHost: a\r\nContent-Length: {LIMIT + 1}\r\n"
    head += f"Authorization: {upload_ticket(origin)['Authorization']}\r\n"

    for expect in ("", "Expect: 100-continue\r\n"):
        assert_problem(say(edge, f"{head}{expect}Connection: close\r\n\r\n".encode()), 413)
    assert origin.asked == []


# waitress leaves the file of a body that broke off to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_chunks_that_become_too_long_are_refused(origin: Origin, edge: Edge) -> None:
    head = "POST /tracks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    head += f"Authorization: {upload_ticket(origin)['Authorization']}\r\n\r\n"
    piece = f"{MIB:x}\r\n".encode() + bytes(MIB) + b"\r\n"

    assert_problem(say(edge, head.encode() + 2 * piece + b"1\r\na\r\n"), 413)
    assert origin.files() == []
    origin.await_nobody()
    gc.collect()


def test_an_upload_to_a_dead_origin_is_told_to_come_again(
    origin: Origin, edge: Edge, song: bytes
) -> None:
    origin.stop()
    try:
        answer = post(edge, origin, song)
    finally:
        origin.start()

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
