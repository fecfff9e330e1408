"""What the edge keeps: fetched once, looked at anew by parts, played on when all behind is gone."""

from __future__ import annotations

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.edge.conftest import noise
from tests.edge.edge import Edge, assert_problem
from tests.functional.tracks.service import MIB
from tests.ops.balancer import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.edge.origin import Asked, Origin

SONG = noise(3 * MIB + 1000)
PARTS = [f"bytes={at}-{at + MIB - 1}" for at in range(0, len(SONG), MIB)]
STALE = 2.1
"""Seconds after which a forgetful edge looks at a part anew."""


def address(origin: Origin, key: str) -> str:
    return f"/tracks/{key}?ticket={origin.tickets.play(key)}"


@pytest.fixture
def song(origin: Origin) -> str:
    return origin.put(SONG)


def test_a_part_is_fetched_once_however_many_wait_for_it(
    origin: Origin, edge: Edge, song: str
) -> None:
    origin.before_answer = lambda _: time.sleep(0.3)

    with ThreadPoolExecutor(20) as listeners:
        answers = listeners.map(lambda _: edge.ask("GET", address(origin, song)), range(20))

    assert [answer.body == SONG for answer in answers] == [True] * 20
    assert origin.parts_asked(song) == PARTS


def test_what_is_kept_is_not_asked_for_again(origin: Origin, edge: Edge, song: str) -> None:
    edge.ask("GET", address(origin, song))
    origin.asked.clear()

    answer = edge.ask("GET", address(origin, song), {"Range": "bytes=1048570-1048580"})

    assert answer.body == SONG[1048570:1048581]
    assert origin.asked == []


def test_a_cover_is_kept_as_songs_are(origin: Origin, edge: Edge, song: str) -> None:
    cover = origin.put(b"\xff\xd8\xff, a picture", "image/jpeg")
    path = f"/covers/{cover}?ticket={origin.tickets.play(cover)}"

    answers = [edge.ask("GET", path) for _ in range(3)]
    asked = [each.path for each in origin.asked]
    stranger = edge.ask("GET", f"/covers/{cover}?ticket={origin.tickets.play(song)}")
    other_kind = edge.ask("GET", path.replace("covers", "tracks"))

    assert {answer.body for answer in answers} == {b"\xff\xd8\xff, a picture"}
    assert answers[0].headers["content-type"] == "image/jpeg"
    assert asked.count(f"/covers/{cover}") == 1
    assert_problem(stranger, 403)
    assert_problem(other_kind, 404)


def test_a_range_fetches_the_parts_that_it_touches_and_no_others(
    origin: Origin, edge: Edge, song: str
) -> None:
    edge.ask("GET", address(origin, song), {"Range": f"bytes={2 * MIB - 1}-{2 * MIB}"})

    assert origin.parts_asked(song) == PARTS[1:3]


def test_each_part_is_looked_at_anew_by_its_own_range(
    origin: Origin, forgetful: Edge, song: str
) -> None:
    forgetful.ask("GET", address(origin, song))
    origin.asked.clear()
    time.sleep(STALE)

    assert forgetful.ask("GET", address(origin, song)).body == SONG

    assert origin.parts_asked(song) == PARTS
    conditions = {asked.headers.get("IF_NONE_MATCH") for asked in origin.asked if asked.range}
    assert conditions == {f'"{song[:64]}"'}


def test_a_song_that_was_given_up_for_others_is_fetched_anew(
    tmp_path: Path, secrets: Path, origin: Origin, song: str
) -> None:
    """Parts that nginx still has open, and that its cache has removed, are not taken for it."""
    with Edge(tmp_path, secrets, origin, cluster={"edge_cache": str(4 * MIB)}) as edge:
        edge.ask("GET", address(origin, song))
        others = [origin.put(noise(2 * MIB + each)) for each in range(6)]
        for other in others:
            edge.ask("GET", address(origin, other))
        # Its cache manager looks by itself, every ten seconds.
        eventually(
            lambda: sum(p.stat().st_size for p in edge.cache.rglob("*") if p.is_file()) < 5 * MIB
        )
        origin.asked.clear()

        assert edge.ask("GET", address(origin, song)).body == SONG
        assert edge.ask("GET", address(origin, song)).body == SONG

        assert origin.parts_asked(song) == PARTS


def test_what_was_written_a_week_ago_is_fetched_anew(
    origin: Origin, forgetful: Edge, song: str
) -> None:
    """However often it was looked at: nobody but the origin finds out that a disk has rotted."""
    forgetful.ask("GET", address(origin, song))
    time.sleep(STALE)
    forgetful.ask("GET", address(origin, song))
    origin.asked.clear()

    forgetful.apply_tmpfiles("--clean")
    kept = [path for path in forgetful.cache.rglob("*") if path.is_file()]
    forgetful.apply_tmpfiles("--clean", week="1s")
    left = [path for path in forgetful.cache.rglob("*") if path.is_file()]

    assert (len(kept), left) == (len(PARTS), [])
    time.sleep(STALE)
    assert forgetful.ask("GET", address(origin, song)).body == SONG
    conditions = [asked.headers.get("IF_NONE_MATCH") for asked in origin.asked if asked.range]
    assert conditions == [None] * len(PARTS)


def test_a_purged_song_is_gone_from_every_part(origin: Origin, forgetful: Edge, song: str) -> None:
    forgetful.ask("GET", address(origin, song))
    origin.driver.delete(song)
    time.sleep(STALE)

    for part in PARTS:
        assert_problem(forgetful.ask("GET", address(origin, song), {"Range": part}), 404)
    assert_problem(forgetful.ask("GET", address(origin, song)), 404)


def test_a_purged_song_does_not_come_back_while_the_origin_is_in_trouble(
    origin: Origin, forgetful: Edge, song: str
) -> None:
    forgetful.ask("GET", address(origin, song))
    origin.driver.delete(song)
    time.sleep(STALE)
    forgetful.ask("GET", address(origin, song))
    time.sleep(STALE)
    origin.lose_volume()

    assert_problem(forgetful.ask("GET", address(origin, song)), 404)


def test_what_is_purged_is_gone_within_ten_seconds(origin: Origin, edge: Edge, song: str) -> None:
    edge.ask("GET", address(origin, song))
    origin.driver.delete(song)
    deleted = time.monotonic()

    eventually(lambda: edge.ask("GET", address(origin, song)).status == 404)

    assert time.monotonic() - deleted < 10


def test_a_cached_song_plays_while_the_origin_is_dead(
    origin: Origin, forgetful: Edge, song: str
) -> None:
    path, other = address(origin, song), address(origin, origin.put(noise(10)))
    forgetful.ask("GET", path)
    forgetful.ask("GET", other, {"If-Match": "*"})
    origin.stop()
    try:
        time.sleep(STALE)
        assert forgetful.ask("GET", path).body == SONG
        assert forgetful.ask("GET", path, {"Range": "bytes=-5"}).body == SONG[-5:]
        assert_problem(forgetful.ask("GET", other), 503)
        for probe in ("/healthz", "/readyz"):
            assert_problem(forgetful.ask("GET", probe), 503)
    finally:
        origin.start()
    assert forgetful.ask("GET", other).body == noise(10)


def test_a_cached_song_can_be_started_while_the_volume_is_away(
    origin: Origin, forgetful: Edge, song: str
) -> None:
    other = address(origin, origin.put(noise(10)))
    forgetful.ask("GET", address(origin, song))
    origin.lose_volume()
    time.sleep(STALE)

    # By somebody whose ticket nobody has checked before.
    assert forgetful.ask("GET", address(origin, song), {"Authorization": "Basic none"}).body == SONG
    assert_problem(forgetful.ask("GET", other), 503)
    origin.find_volume()
    assert forgetful.ask("GET", other).body == noise(10)


def test_a_cached_song_plays_while_storage_hangs(
    origin: Origin, forgetful: Edge, song: str
) -> None:
    """How long the edge waits is less than a balancer does: the table of deadlines says so."""
    forgetful.ask("GET", address(origin, song))
    time.sleep(STALE)
    free = threading.Event()

    def hang(asked: Asked) -> None:
        if asked.range:
            free.wait(20)

    origin.before_answer = hang
    answer = forgetful.ask("GET", address(origin, song), {"Range": "bytes=0-9"})
    free.set()

    assert answer.body == SONG[:10]
    eventually(lambda: len(forgetful.logged()) == 2)
    [line] = [line for line in forgetful.logged() if line["range"]]
    assert (line["cache"], line["origin"]["status"]) == ("STALE", "504")


def test_a_song_whose_next_part_cannot_be_had_is_cut_and_nothing_wrong_is_sent(
    origin: Origin, edge: Edge, song: str
) -> None:
    edge.ask("GET", address(origin, song), {"Range": "bytes=0-0"})
    origin.lose_volume()

    with closing(http.client.HTTPConnection(*edge.address, timeout=20)) as connection:
        connection.request("GET", address(origin, song))
        answer = connection.getresponse()
        with pytest.raises(http.client.IncompleteRead) as cut:
            answer.read()

    # What was not yet on its way is lost with the connection.
    assert SONG[:MIB].startswith(cut.value.partial)


def test_a_part_of_one_song_is_never_completed_with_anothers(
    origin: Origin, edge: Edge, song: str
) -> None:
    other = origin.put(noise(len(SONG) + 1))
    with ThreadPoolExecutor(8) as listeners:
        asked = [song, other] * 8
        answers = listeners.map(lambda key: edge.ask("GET", address(origin, key)).body, asked)

    assert [len(body) for body in answers] == [len(SONG), len(SONG) + 1] * 8
    assert edge.ask("GET", address(origin, other)).body == noise(len(SONG) + 1)


def test_damaged_bytes_are_neither_sent_nor_kept(origin: Origin, edge: Edge, song: str) -> None:
    [path] = origin.files()
    with path.open("r+b") as file:
        file.seek(100)
        file.write(bytes([SONG[100] ^ 1]))

    assert_problem(edge.ask("GET", address(origin, song)), 500)

    with path.open("r+b") as file:
        file.seek(100)
        file.write(SONG[100:101])
    assert edge.ask("GET", address(origin, song)).body == SONG


def test_the_cache_survives_a_restart_and_not_a_boot(origin: Origin, edge: Edge, song: str) -> None:
    edge.ask("GET", address(origin, song))
    origin.asked.clear()

    edge.stop()
    edge.start()
    edge.ask("GET", address(origin, song))
    kept = origin.parts_asked(song)
    edge.stop()
    edge.apply_tmpfiles("--create", "--remove")
    installed = list(edge.cache.rglob("*"))
    edge.apply_tmpfiles("--create", "--remove", "--boot")

    assert kept == []
    assert installed
    # It may be a disk of its own.
    assert list(edge.cache.iterdir()) == []
