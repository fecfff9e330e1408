"""What the edge says by itself, what it keeps to itself, and what it writes down."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.edge.conftest import noise
from tests.edge.edge import Answer, Edge, assert_problem
from tests.functional.tracks.service import bearer
from tests.ops.balancer import eventually, received

if TYPE_CHECKING:
    from tests.edge.origin import Asked, Origin


def say(edge: Edge, raw: bytes) -> Answer:
    """Send raw bytes, and return what comes until the end."""
    with socket.create_connection(edge.address, 20) as client:
        client.sendall(raw)
        head, _, body = received(client).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Answer(int(first.split()[1]), headers, body)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"GET /" + b"a" * 17000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 17000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    ],
    ids=lambda value: value[:40].decode() if isinstance(value, bytes) else str(value),
)
def test_an_error_of_the_edge_is_a_problem(edge: Edge, raw: bytes, status: int) -> None:
    assert_problem(say(edge, raw), status)


def test_metrics_and_readiness_are_for_those_within(edge: Edge) -> None:
    person = {"X-Forwarded-For": "203.0.113.5"}

    for path in ("/metrics", "/readyz", "//readyz", "/%72eadyz", "/./metrics"):
        for source in ("", edge.balancer):
            assert_problem(edge.ask("GET", path, person, source=source), 404)
    for path in ("/metrics", "/readyz", "/healthz"):
        assert edge.ask("GET", path).status == 200
        assert edge.ask("GET", path, source=edge.balancer).status == 200
    # Of another network, past the balancers.
    stranger = edge.topology.machines["nagios"].addresses["management"]
    assert_problem(edge.ask("GET", "/metrics", source=stranger), 404)
    assert edge.ask("GET", "/healthz", person).status == 200


def test_the_check_of_a_ticket_is_for_the_edge_alone(origin: Origin, edge: Edge) -> None:
    key = origin.put(noise(10))
    ticket = bearer(origin.tickets.play(key))

    for path in (
        f"/tracks/{key}/ticket",
        f"/covers/{key}/ticket",
        "/tracks/x/ticket",
        "/tracks/x%2Fticket",
        "/ticket",
    ):
        assert_problem(edge.ask("GET", path, ticket), 404)
    assert origin.asked == []


BODIES = {
    "length": b"Content-Length: 100000\r\n\r\n" + bytes(100_000),
    "chunks": b"Transfer-Encoding: chunked\r\n\r\n186A0\r\n" + bytes(100_000) + b"\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_question_with_a_long_body_is_refused_and_none_of_it_kept(
    origin: Origin, edge: Edge, body: bytes
) -> None:
    key = origin.put(noise(10))
    song = f"/tracks/{key}?ticket={origin.tickets.play(key)}"
    edge.ask("GET", song)
    routes = (
        ("GET", song, ""),
        ("GET", song, "Range: bytes=0-1\r\n"),
        ("GET", song, "If-Match: *\r\n"),
        ("DELETE", song, ""),
        ("GET", "/healthz", ""),
        ("GET", "/readyz", ""),
        ("GET", "/metrics", ""),
    )
    origin.asked.clear()
    # nginx itself would take away the file of a body, and not before the answer.
    edge.run.joinpath("body").rmdir()

    for method, path, header in routes:
        head = f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{header}"
        assert_problem(say(edge, head.encode() + body), 413)
    assert [asked for asked in origin.asked if not asked.path.endswith("/ticket")] == []


def test_a_body_that_is_let_pass_changes_nothing_and_is_not_kept(
    origin: Origin, edge: Edge
) -> None:
    key = origin.put(noise(10))
    edge.run.joinpath("body").rmdir()

    song = edge.ask("GET", f"/tracks/{key}", bearer(origin.tickets.play(key)), b"a" * 1000)
    listing = edge.ask("GET", "/tracks", bearer(origin.tickets.list()), b"a" * 100_000)

    assert song.body == noise(10)
    assert key.encode() in listing.body


def test_one_address_reads_twice_at_a_time_past_the_cache(origin: Origin, edge: Edge) -> None:
    """And what is not reading is never counted."""
    key = origin.put(noise(10))
    ticket = bearer(origin.tickets.play(key))
    come, go = threading.Semaphore(0), threading.Event()

    def wait(asked: Asked) -> None:
        if asked.headers.get("IF_MATCH") == "*" and asked.method == "GET":
            come.release()
            go.wait(20)

    origin.before_answer = wait

    def read(who: str, method: str = "GET") -> Answer:
        said = {**ticket, "If-Match": "*", "X-Forwarded-For": who}
        return edge.ask(method, f"/tracks/{key}", said, source=edge.balancer)

    with ThreadPoolExecutor(2) as readers:
        begun = [readers.submit(read, "203.0.113.5") for _ in range(2)]
        for _ in begun:
            assert come.acquire(timeout=20)
        third = read("203.0.113.5")
        head = read("203.0.113.5", "HEAD")
        go.set()
        other = read("203.0.113.6")

    assert [each.result().body for each in begun] == [noise(10)] * 2
    assert_problem(third, 503)
    assert other.body == noise(10)
    assert head.status == 200


def test_only_a_balancer_is_believed_about_who_is_asking(origin: Origin, edge: Edge) -> None:
    said = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Host": "x", "Forwarded": "for=x"}

    edge.ask("GET", "/tracks", said, source=edge.balancer)
    edge.ask("GET", "/tracks", said, source="127.0.0.1")

    assert [asked.client for asked in origin.asked] == ["203.0.113.5", "127.0.0.1"]
    for asked in origin.asked:
        assert not asked.headers.keys() & {"FORWARDED", "X_FORWARDED_HOST"}


def test_a_request_keeps_its_id_and_a_cached_answer_has_its_own(origin: Origin, edge: Edge) -> None:
    key = origin.put(noise(10))
    path = f"/tracks/{key}?ticket={origin.tickets.play(key)}"

    first = edge.ask("GET", path, {"X-Request-Id": "the-first-one"})
    second = edge.ask("GET", path, {"X-Request-Id": "the-second-one"})
    third = edge.ask("GET", path, {"X-Request-Id": "no id"})

    assert first.headers["x-request-id"] == "the-first-one"
    assert second.headers["x-request-id"] == "the-second-one"
    assert len(third.headers["x-request-id"]) == 32
    told = {asked.headers.get("X_REQUEST_ID") for asked in origin.asked}
    assert told == {"the-first-one"}


def test_the_log_tells_of_each_request(origin: Origin, edge: Edge) -> None:
    key = origin.put(noise(10))
    path = f"/tracks/{key}?ticket={origin.tickets.play(key)}"

    for _ in range(2):
        edge.ask("GET", path, {"Range": "bytes=0-1", "X-Request-Id": "known-here"})

    eventually(lambda: len(edge.logged()) == 2)
    miss, hit = sorted(edge.logged(), key=lambda line: line["time"])
    assert (miss["cache"], hit["cache"]) == ("MISS", "HIT")
    assert miss["origin"]["status"] == "206"
    for line in (miss, hit):
        assert (line["method"], line["path"], line["status"]) == ("GET", f"/tracks/{key}", 206)
        assert (line["range"], line["request_id"]) == ("bytes=0-1", "known-here")
        assert line["client"] == "127.0.0.1"


def test_a_ticket_that_comes_as_a_header_is_in_no_log(origin: Origin, edge: Edge) -> None:
    """Nor in nginx' own, which has the first line of every request that failed."""
    key = origin.put(noise(10))
    ticket = bearer(origin.tickets.play(key))
    origin.lose_volume()
    edge.ask("GET", f"/tracks/{key}", ticket)
    origin.stop()
    try:
        for method in ("GET", "HEAD", "DELETE"):
            assert edge.ask(method, f"/tracks/{key}", ticket).status == 503
    finally:
        origin.start()

    eventually(lambda: len(edge.logged()) == 4)
    told = edge.log_text() + edge.errors.read_text("utf-8")
    assert "Connection refused" in told
    assert f"/tracks/{key}" in told
    assert "eyJ" not in told  # how every JWT begins


def test_the_access_log_has_paths_and_no_queries(origin: Origin, edge: Edge) -> None:
    key = origin.put(noise(10))

    edge.ask("GET", f"/tracks/{key}?ticket={origin.tickets.play(key)}")
    edge.ask("GET", f'/tracks/"?ticket={origin.tickets.play(key)}')

    eventually(lambda: len(edge.logged()) == 2)
    assert {line["path"] for line in edge.logged()} == {f"/tracks/{key}", '/tracks/"'}
    assert "eyJ" not in edge.log_text()


def test_its_log_is_rotated_without_losing_a_line(edge: Edge) -> None:
    edge.ask("GET", "/healthz")
    eventually(lambda: len(edge.logged()) == 1)

    said = edge.rotate_log("--debug")
    kept = edge.logged()
    edge.rotate_log("--force")
    eventually(lambda: edge.log_text() == "")
    edge.ask("GET", "/metrics")
    eventually(lambda: len(edge.logged()) == 1)

    assert "error" not in said
    assert [line["path"] for line in kept] == ["/healthz"]
    assert [line["path"] for line in edge.logged()] == ["/metrics"]
    assert "/healthz" in edge.rotated_log_text()


def test_told_to_end_it_finishes_what_it_began(origin: Origin, edge: Edge) -> None:
    # More than the buffers of both sockets take.
    song = noise(16 << 20)
    key = origin.put(song)
    path = f"/tracks/{key}?ticket={origin.tickets.play(key)}"
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        listener.settimeout(20)
        listener.connect(edge.address)
        listener.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        heard = listener.recv(1000)
        edge.quit()
        time.sleep(1)
        while piece := listener.recv(1 << 20):
            heard += piece

    assert heard.partition(b"\r\n\r\n")[2] == song
    assert edge.exit_code() == 0
