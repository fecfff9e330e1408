"""A ticket opens one song, whoever else listens to it, and for no longer than it says."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.edge.conftest import noise
from tests.edge.edge import Edge, ask, assert_problem
from tests.functional.tracks.service import SECRET, bearer

if TYPE_CHECKING:
    from tests.edge.origin import Asked, Origin

SONG = noise(1000)


@pytest.fixture
def song(origin: Origin) -> str:
    return origin.put(SONG)


def signed(key: str, *, secret: str = SECRET, left: int = 600, **changes: Any) -> str:
    """Sign a ticket of our own, which is believed for so many seconds more."""
    claims = {"aud": "tracks", "act": "play", "sub": key, "exp": int(time.time()) + left - 60}
    return jwt.encode({**claims, **changes}, secret, algorithm="HS256", headers={"kid": "test"})


def checks(origin: Origin) -> int:
    return sum(asked.path.endswith("/ticket") for asked in origin.asked)


def test_a_ticket_is_taken_from_the_header_or_the_address(
    origin: Origin, edge: Edge, song: str
) -> None:
    ticket = origin.tickets.play(song)

    by_address = edge.ask("GET", f"/tracks/{song}?ticket={ticket}")
    by_header = edge.ask("GET", f"/tracks/{song}", bearer(ticket))
    by_both = edge.ask("GET", f"/tracks/{song}?ticket=old", bearer(ticket))

    assert by_address.body == by_header.body == by_both.body == SONG


@pytest.mark.parametrize("cached", [False, True])
def test_who_may_not_hears_nothing_and_why(
    origin: Origin,
    edge: Edge,
    song: str,
    cached: bool,  # noqa: FBT001
) -> None:
    other = origin.put(noise(500))
    if cached:
        edge.ask("GET", f"/tracks/{song}?ticket={signed(song)}")
        edge.ask("GET", f"/tracks/{other}?ticket={signed(other)}")
    wrong = {
        "": 401,
        "nonsense": 401,
        signed(song, left=-1): 401,
        signed(song, secret="the secret of somebody else, of some length"): 401,
        signed(other): 403,
        signed(song, act="delete"): 403,
        origin.tickets.list(): 403,
    }

    for ticket, status in wrong.items():
        for path, headers in (
            (f"/tracks/{song}?ticket={ticket}", {}),
            (f"/tracks/{song}", bearer(ticket)),
        ):
            got = edge.ask("GET", path, headers)
            wanted = ask(origin.address, "GET", path, headers)
            assert (got.status, got.body) == (status, wanted.body)
            assert got.headers.get("www-authenticate") == wanted.headers.get("www-authenticate")
            assert got.headers["content-type"] == "application/problem+json"
            assert edge.ask("HEAD", path, headers).status == status
    assert edge.ask("GET", f"/tracks/{song}").status == 401


def test_one_listeners_ticket_opens_nothing_to_another(
    origin: Origin, edge: Edge, song: str
) -> None:
    """Not even with the parts, and the answer to the check, in the cache."""
    ticket = origin.tickets.play(song)
    other = origin.put(noise(500))
    for key in (song, other):
        edge.ask("GET", f"/tracks/{key}?ticket={origin.tickets.play(key)}")

    assert edge.ask("GET", f"/tracks/{song}").status == 401
    assert edge.ask("GET", f"/tracks/{other}?ticket={ticket}").status == 403
    # A name of a cached answer that is made of two parts must not be cut elsewhere.
    assert edge.ask("GET", f"/tracks/{song}?ticket=%20{ticket}").status == 401
    assert edge.ask("GET", f"/tracks/{song}?ticket={ticket[:-1]}").status == 401


def test_a_ticket_is_checked_once_for_many_parts(origin: Origin, edge: Edge, song: str) -> None:
    path = f"/tracks/{song}?ticket={origin.tickets.play(song)}"

    for at in range(5):
        edge.ask("GET", path, {"Range": f"bytes={at}-{at}"})

    assert checks(origin) == 1


def test_a_check_is_believed_no_longer_than_the_ticket(
    origin: Origin, edge: Edge, song: str
) -> None:
    """Not even while the origin cannot be asked."""
    path = f"/tracks/{song}?ticket={signed(song, left=2)}"
    first = edge.ask("GET", path)
    time.sleep(3.1)
    late = edge.ask("GET", path)
    origin.stop()
    try:
        without_origin = edge.ask("GET", path)
    finally:
        origin.start()

    assert first.body == SONG
    assert late.status == 401
    assert_problem(without_origin, 503)


def test_a_ticket_that_ends_while_the_origin_hangs_is_not_let_in_by_many_asking_at_once(
    origin: Origin, edge: Edge, song: str
) -> None:
    path = f"/tracks/{song}?ticket={signed(song, left=2)}"
    edge.ask("GET", path)
    time.sleep(3.1)
    free = threading.Event()

    def hang(_: Asked) -> None:
        free.wait(20)

    origin.before_answer = hang

    with ThreadPoolExecutor(4) as listeners:
        answers = list(listeners.map(lambda _: edge.ask("GET", path).status, range(4)))
    free.set()

    assert answers == [503] * 4


def test_a_check_is_believed_for_a_minute(origin: Origin, song: str) -> None:
    """So a key that was taken out of the settings is good for no longer; in an outage, an hour."""
    path = f"/tracks/{song}/ticket"

    long = ask(origin.address, "GET", path, bearer(signed(song, left=7200)))
    short = ask(origin.address, "GET", path, bearer(signed(song, left=30)))

    assert long.headers["cache-control"] == "max-age=60, stale-if-error=3540"
    assert re.fullmatch(r"max-age=([12]\d|30), stale-if-error=0", short.headers["cache-control"])
    assert long.body == b""


def test_the_check_asks_no_storage(origin: Origin, song: str) -> None:
    origin.lose_volume()

    assert ask(origin.address, "GET", f"/tracks/{song}/ticket", bearer(signed(song))).status == 204


def test_a_checked_ticket_goes_on_while_the_origin_is_dead(
    origin: Origin, edge: Edge, song: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cdpsfy.tracks.views._CHECKED_FOR", 1)
    checked, new = signed(song, left=600), signed(song, left=601)
    edge.ask("GET", f"/tracks/{song}?ticket={checked}")
    origin.stop()
    try:
        time.sleep(2.1)
        assert edge.ask("GET", f"/tracks/{song}?ticket={checked}").body == SONG
        assert edge.ask("GET", f"/tracks/{song}?ticket={new}").status == 503
        assert edge.ask("GET", f"/tracks/{song}").status == 503
    finally:
        origin.start()


def test_no_ticket_is_on_disk(origin: Origin, edge: Edge, song: str) -> None:
    ticket = origin.tickets.play(song)

    edge.ask("GET", f"/tracks/{song}?ticket={ticket}")

    kept = [path for path in edge.cache.rglob("*") if path.is_file()]
    assert kept
    assert not any(ticket.encode() in path.read_bytes() for path in kept)
