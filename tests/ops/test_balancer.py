"""Which server HAProxy asks, when it asks another one, and what it never sends twice."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from subprocess import CalledProcessError
from threading import Event
from typing import TYPE_CHECKING

import pytest

from tests.ops.balancer import TRACKS, eventually, loopback_topology
from tests.ops.balancer_servers import LONG, hang_up, say_unavailable, saying, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ops.balancer_servers import Stage

_TICKETS = ("a", "b", "c")


@pytest.fixture(scope="module")
def whole_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("balancer")
    with set_up(loopback_topology(folder), folder) as stage:
        yield stage


@pytest.fixture
def stage(whole_stage: Stage) -> Stage:
    whole_stage.calm()
    return whole_stage


def test_a_song_comes_from_one_server_whatever_its_ticket(stage: Stage) -> None:
    for song in ("one", "two", "three"):
        assert len({stage.play(song, ticket) for ticket in _TICKETS}) == 1


def test_a_ticket_reaches_a_track_server_as_a_header(stage: Stage) -> None:
    """In an address, the edge would write it into its log."""
    given = {"Authorization": "Bearer given"}
    asked = [
        ("GET", "/tracks/one?ticket=hush", {}, "/tracks/one", "Bearer hush"),
        ("GET", "/tracks/one?a=b&ticket=hush&c=d", {}, "/tracks/one", "Bearer hush"),
        ("GET", "/tracks/one?ticket=hush", given, "/tracks/one", "Bearer given"),
        ("GET", "/tracks/one?ticket=a%0d%0ab", {}, "/tracks/one", "Bearer a%0d%0ab"),
        ("GET", "/tracks?after=x&ticket=hush", {}, "/tracks?after=x", "Bearer hush"),
        ("DELETE", "/tracks/one?ticket=hush", {}, "/tracks/one", "Bearer hush"),
        ("POST", "/tracks?ticket=hush", {}, "/tracks", "Bearer hush"),
    ]

    for method, path, headers, _, _ in asked:
        for server in stage.servers:
            server.received.clear()
        stage.balancer.ask(method, path, host=TRACKS, headers=headers)
        stage.balancer.ask_inside(method, path, headers=headers)
        received = [request for server in stage.servers for request in server.received]
        expected = [each[3:] for each in asked if each[:3] == (method, path, headers)]
        seen = [(each.path, each.headers["authorization"]) for each in received]
        assert seen == 2 * expected


def test_a_pages_query_stays(stage: Stage) -> None:
    stage.balancer.ask("GET", "/tracks?ticket=a&page=2")

    received = [request for web in stage.webs for request in web.received]
    assert [request.path for request in received] == ["/tracks?ticket=a&page=2"]
    assert "authorization" not in received[0].headers


@pytest.mark.parametrize("media_type", ["text/javascript", "text/css", "image/svg+xml"])
def test_what_has_no_secret_comes_compressed(stage: Stage, media_type: str) -> None:
    for web in stage.webs:
        web.fault = saying(media_type)

    answer = stage.balancer.ask("GET", "/static/x", headers={"Accept-Encoding": "gzip, br"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.body) == LONG
    assert len(answer.body) < len(LONG) // 10


@pytest.mark.parametrize("media_type", ["text/html; charset=UTF-8", "application/json"])
def test_what_has_a_secret_in_it_stays_as_long_as_it_is(stage: Stage, media_type: str) -> None:
    for web in stage.webs:
        web.fault = saying(media_type)

    answer = stage.balancer.ask("GET", "/?q=guess", headers={"Accept-Encoding": "gzip, br"})

    assert "content-encoding" not in answer.headers
    assert answer.body == LONG


def test_songs_stay_as_they_are(stage: Stage) -> None:
    for server in stage.servers:
        server.fault = saying("audio/wav")
    headers = {"Accept-Encoding": "gzip, br"}

    answer = stage.balancer.ask("GET", "/tracks/one?ticket=a", host=TRACKS, headers=headers)

    assert "content-encoding" not in answer.headers
    assert answer.body == LONG


def test_songs_are_spread_over_the_servers_in_use(stage: Stage) -> None:
    assert {stage.play(f"song-{number}") for number in range(30)} == {"s1", "s2", "s3"}


def test_a_server_that_hangs_up_costs_no_listener_a_song(stage: Stage) -> None:
    stage.servers[0].fault = hang_up

    assert {stage.play(f"song-{number}") for number in range(30)} == {"s2", "s3"}
    assert stage.servers[0].received


def test_a_server_that_says_not_now_costs_no_listener_a_song(stage: Stage) -> None:
    stage.servers[0].fault = say_unavailable

    assert {stage.play(f"song-{number}") for number in range(30)} == {"s2", "s3"}


def test_a_server_that_refuses_connections_costs_no_listener_a_song(stage: Stage) -> None:
    stage.servers[0].close()
    try:
        # One that was connected before may still be used.
        assert {stage.play(f"song-{number}") for number in range(30)} >= {"s2", "s3"}
    finally:
        stage.servers[0].listen()


def test_a_server_that_is_not_ready_is_asked_for_nothing(stage: Stage) -> None:
    stage.servers[0].ready = False
    stage.wait_for("tracks", s1="DOWN")
    stage.servers[0].received.clear()

    for number in range(20):
        stage.play(f"song-{number}")
        stage.balancer.ask_inside("POST", "/tracks", body=b"audio")

    assert stage.servers[0].received == []


def test_when_none_is_ready_the_living_play_and_take_no_upload(stage: Stage) -> None:
    for server in stage.servers:
        server.ready = False
    stage.servers[2].alive = False
    stage.wait_for("tracks", s1="DOWN", s2="DOWN", s3="DOWN")
    stage.wait_for("tracks_alive", s3="DOWN")

    assert {stage.play(f"song-{number}") for number in range(20)} == {"s1", "s2"}
    for method in ("POST", "DELETE"):
        answer = stage.balancer.ask_inside(method, "/tracks/one", body=b"audio")
        assert answer.status == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"] == "5"
    assert not any(server.count("POST") + server.count("DELETE") for server in stage.servers)


def test_a_song_is_not_refused_because_all_became_unready_after_it_was_asked_for(
    stage: Stage,
) -> None:
    unready = Event()

    def hang(_: object) -> None:
        unready.wait(20)

    for server in stage.servers:
        server.fault = hang
    with ThreadPoolExecutor(1) as pool:
        played = pool.submit(stage.play, "one")
        eventually(lambda: any(server.received for server in stage.servers))
        for server in stage.servers:
            server.fault, server.ready = None, False
        stage.wait_for("tracks", s1="DOWN", s2="DOWN", s3="DOWN")

        assert played.result() in {"s1", "s2", "s3"}
        unready.set()


def test_when_no_site_is_ready_a_living_one_is_asked(stage: Stage) -> None:
    for web in stage.webs:
        web.ready = False
    stage.wait_for("site", web1="DOWN")
    stage.wait_for("site_alive", web1="UP")

    assert stage.balancer.ask("GET", "/").status == 200


def test_an_upload_that_broke_off_is_not_sent_again(stage: Stage) -> None:
    for server in stage.servers:
        server.fault = hang_up

    for size in (1, 100_000):
        answer = stage.balancer.ask_inside("POST", "/tracks", body=b"a" * size)
        assert answer.status == 502
        assert answer.headers["content-type"] == "application/problem+json"

    assert sum(server.count("POST") for server in stage.servers) == 2


def test_an_upload_that_was_answered_not_now_is_not_sent_again(stage: Stage) -> None:
    for server in stage.servers:
        server.fault = say_unavailable

    assert stage.balancer.ask_inside("POST", "/tracks", body=b"audio").status == 503
    assert sum(server.count("POST") for server in stage.servers) == 1


def test_an_upload_goes_elsewhere_when_its_server_takes_no_connection(stage: Stage) -> None:
    for server in stage.servers[:2]:
        server.close()
    try:
        answers = [
            stage.balancer.ask_inside("POST", "/tracks", body=b"a" * 100_000) for _ in range(6)
        ]
    finally:
        for server in stage.servers[:2]:
            server.listen()

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"s3")] * 6
    assert stage.servers[2].count("POST") == 6


def test_a_deletion_and_the_listing_may_be_asked_for_again(stage: Stage) -> None:
    stage.servers[0].fault = stage.servers[1].fault = hang_up

    for _ in range(6):
        assert stage.balancer.ask_inside("DELETE", "/tracks/one").body == b"s3"
        assert stage.balancer.ask_inside("GET", "/tracks?after=").body == b"s3"


def test_a_page_is_asked_for_again_and_a_form_is_not_sent_again(stage: Stage) -> None:
    stage.webs[0].fault = hang_up

    assert {stage.balancer.ask("GET", "/").body for _ in range(6)} == {b"web2"}
    stage.webs[1].fault = hang_up
    stage.webs[0].received.clear()
    stage.webs[1].received.clear()
    answer = stage.balancer.ask("POST", "/login", body=b"name=ana")

    assert answer.status == 502
    assert stage.webs[0].count("POST") + stage.webs[1].count("POST") == 1


def test_a_server_in_reserve_is_taken_into_use_while_everything_runs(stage: Stage) -> None:
    stage.balancer.server("ready", "s4")

    stage.wait_for("tracks", s4="UP")
    stage.wait_for("tracks_changes", s4="UP")
    assert "s4" in {stage.play(f"song-{number}") for number in range(40)}


def test_a_drained_server_is_asked_for_nothing_new(stage: Stage) -> None:
    stage.balancer.server("drain", "s1")

    assert {stage.play(f"song-{number}") for number in range(30)} == {"s2", "s3"}
    bodies = {stage.balancer.ask_inside("POST", "/tracks", body=b"a").body for _ in range(6)}
    stage.balancer.server("ready", "s1")
    assert bodies <= {b"s2", b"s3"}


def test_the_operator_sees_all_servers_and_is_told_of_unknown_ones(stage: Stage) -> None:
    assert "tracks           s1        UP" in stage.balancer.server("show")
    with pytest.raises(CalledProcessError):
        stage.balancer.server("drain", "s9")
