"""What the balancer refuses by itself, in which words, and what it tells servers and its log."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.ops.balancer import SITE, TRACKS, eventually, loopback_topology, received
from tests.ops.balancer_servers import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.ops.balancer_servers import Stage

_LIMIT = 1000
_FORM = b"name=ana&password=secret"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("balancer")
    rates = dict.fromkeys(("logins_a_minute", "sign_ups_a_minute", "uploads_a_minute"), "3")
    topology = loopback_topology(
        folder,
        cluster={"body_limit": str(_LIMIT), **rates},
        deadlines={"client_header": "1.5", "client_body": "2"},
    )
    with set_up(topology, folder) as stage:
        stage.webs[1].close()
        stage.wait_for("site", web1="UP", web2="DOWN")
        yield stage
        stage.webs[1].listen()


def _request(first: str, *lines: str, host: str | None = SITE) -> bytes:
    named = [f"Host: {host}"] if host else []
    return "\r\n".join([first, *named, "Connection: close", *lines, "", ""]).encode()


def _last_page(stage: Stage) -> Mapping[str, str]:
    """Return the headers of the last request that reached the site."""
    return stage.webs[0].received[-1].headers


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (_request("GET / HTTP/1.1", host=None), 400),
        (_request("GET / HTTP/1.0", host=None), 400),
        (_request("GET / HTTP/1.1", host="other.example"), 421),
        (_request("GET /\x00 HTTP/1.1"), 400),
        (_request("GET / HTTP/1.1", "Content-Length: 1", "Content-Length: 2"), 400),
        (_request("POST / HTTP/1.1", "Content-Length: +3") + b"abc", 400),
        (_request("POST / HTTP/1.1", "Content-Length: -3") + b"abc", 400),
        (_request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + b"0x3\r\nabc\r\n", 400),
        (_request("POST / HTTP/1.1", "Transfer-Encoding: gzip"), 400),
        (_request("GET / HTTP/1.1", "X : y"), 400),
        (_request("GET / HTTP/1.1", f"X: {'y' * 16000}"), 400),
        (_request("GET / HTTP/1.1", *(f"X{number}: y" for number in range(200))), 400),
        (_request(f"GET /{'y' * 16000} HTTP/1.1"), 400),
        (_request("POST /tracks HTTP/1.1", f"Content-Length: {_LIMIT + 1}"), 413),
        (_request("POST /tracks HTTP/1.1", f"Content-Length: {10**18}"), 413),
    ],
)
def test_what_is_malformed_or_too_large_is_refused_at_once(
    stage: Stage, raw: bytes, status: int
) -> None:
    before = [len(server.received) for server in stage.webs]
    start = time.monotonic()

    answer = stage.balancer.say(raw)

    assert _status(answer) == status
    assert time.monotonic() - start < 1.5
    assert [len(server.received) for server in stage.webs] == before


def test_a_request_of_two_lengths_is_the_last_of_its_connection(stage: Stage) -> None:
    stage.webs[0].received.clear()
    first = f"POST /first HTTP/1.1\r\nHost: {SITE}\r\nTransfer-Encoding: chunked\r\n"
    raw = f"{first}Content-Length: 3\r\n\r\n0\r\n\r\n".encode()

    said = stage.balancer.say(raw + _request("GET /second HTTP/1.1"))

    assert said.count(b"HTTP/1.1 200") == 1
    assert [request.path for request in stage.webs[0].received] == ["/first"]
    assert "content-length" not in _last_page(stage)


def test_headers_that_do_not_come_are_not_waited_for(stage: Stage) -> None:
    with stage.balancer.connect() as client:
        client.settimeout(8)
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        start = time.monotonic()
        said = received(client)

    assert _status(said) == 408
    assert time.monotonic() - start < 4


@pytest.mark.parametrize("host", [SITE, TRACKS])
def test_a_body_that_does_not_come_reaches_no_server(stage: Stage, host: str) -> None:
    lines = ("POST /slow HTTP/1.1", "Authorization: Bearer ticket", "Content-Length: 500")

    said = stage.balancer.say(_request(*lines, host=host) + b"begun")

    assert _status(said) == 408
    kind = b"text/html" if host == SITE else b"application/problem+json"
    assert kind in said
    everyone = [*stage.servers, *stage.webs]
    assert not any("/slow" in request.path for each in everyone for request in each.received)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_nothing_is_waited_for_without_a_ticket(stage: Stage, method: str) -> None:
    raw = _request(f"{method} /tracks HTTP/1.1", "Content-Length: 500", host=TRACKS)

    said = stage.balancer.say(raw)

    assert _status(said) == 401
    assert b"application/problem+json" in said


def test_a_form_is_small(stage: Stage) -> None:
    raw = _request("POST /login HTTP/1.1", "Content-Length: 65537", host=SITE)

    assert _status(stage.balancer.say(raw)) == 413


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/%6detrics", "//readyz", "/%2Fmetrics"])
@pytest.mark.parametrize("host", [SITE, TRACKS])
def test_what_is_for_operators_is_not_public(stage: Stage, host: str, path: str) -> None:
    assert stage.balancer.ask("GET", path, host=host).status == 404


@pytest.mark.parametrize(
    "path", ["/login", "//signup", "/tracks", "/%74racks", "/%2ftracks", "//tracks/x/cover"]
)
def test_an_address_that_tries_too_often_waits_a_minute(stage: Stage, path: str) -> None:
    source = stage.balancer.public[0].rsplit(".", 1)[0] + f".{100 + len(path) * 3 + ord(path[1])}"

    answers = [stage.balancer.ask("POST", path, body=_FORM, source=source).status for _ in range(5)]
    refused = stage.balancer.ask("POST", path, body=_FORM, source=source)

    assert answers == [200, 200, 200, 429, 429]
    assert refused.headers["retry-after"] == "60"
    assert "Wait a minute" in refused.body.decode()
    assert "Espera un minuto" in refused.body.decode()
    assert stage.balancer.ask("GET", path, source=source).status == 200
    assert stage.balancer.ask("POST", path, body=_FORM).status == 200


def test_a_program_is_refused_in_its_own_words(stage: Stage) -> None:
    source = stage.balancer.public[0].rsplit(".", 1)[0] + ".99"
    ticket = {"Authorization": "Bearer ticket"}
    for host, headers in ((TRACKS, ticket), (SITE, {"Accept": "application/problem+json"})):
        for _ in range(4):
            answer = stage.balancer.ask(
                "POST", "/tracks", host=host, headers=headers, body=b"audio", source=source
            )

        assert answer.status == 429
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.body)["status"] == 429


def test_nobody_is_believed_about_who_is_asking(stage: Stage) -> None:
    lies = {
        "X-Forwarded-For": "9.9.9.9",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Forwarded-By": "me",
        "Forwarded": "for=9.9.9.9",
    }

    stage.balancer.ask("GET", "/", headers=lies)

    told = {name: value for name, value in _last_page(stage).items() if "forwarded" in name}
    assert told == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "x-forwarded-host": SITE,
    }


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("abc-123.DEF_4", True), (None, False), ("a b", False), ("x" * 65, False)],
)
def test_every_request_has_an_id(stage: Stage, given: str | None, is_kept: bool) -> None:  # noqa: FBT001
    stage.balancer.ask("GET", "/", headers={"X-Request-Id": given} if given else {})

    number = _last_page(stage)["x-request-id"]
    assert (number == given) == is_kept
    assert len(number) >= 8


def test_the_log_has_paths_and_no_tickets(stage: Stage) -> None:
    stage.balancer.ask("GET", "/tracks/one?ticket=hush", host=TRACKS)
    stage.balancer.ask("GET", '/tracks/t"wo?ticket=hush', host=TRACKS)
    stage.balancer.ask_inside("GET", "/tracks/three?ticket=hush", at=stage.balancer.plain)
    stage.balancer.say(b"GET /tracks/four?ticket=hush\x00 HTTP/1.1\r\n\r\n")

    eventually(lambda: "/tracks/three" in stage.balancer.logged())
    line = stage.balancer.logged()["/tracks/one"]
    assert (line["status"], line["host"], line["method"]) == (200, TRACKS, "GET")
    assert line["server"].startswith("tracks/s")
    assert '/tracks/t"wo' in stage.balancer.logged()
    assert "hush" not in stage.balancer.log.read_text("utf-8")


def test_a_site_that_is_down_is_told_to_people_in_both_languages(stage: Stage) -> None:
    stage.webs[0].close()
    try:
        stage.wait_for("site", web1="DOWN")
        answer = stage.balancer.ask("GET", "/")
    finally:
        stage.webs[0].listen()
        stage.wait_for("site", web1="UP")

    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Please try again" in answer.body.decode()
    assert "Inténtalo de nuevo" in answer.body.decode()


def test_operators_have_a_page_and_figures(stage: Stage) -> None:
    page = stage.balancer.ask_inside("GET", "/", at=stage.balancer.figures)
    figures = stage.balancer.ask_inside("GET", "/metrics", at=stage.balancer.figures)

    assert b"Statistics Report" in page.body
    assert b'haproxy_server_status{proxy="tracks",server="s1",state="UP"} 1' in figures.body
