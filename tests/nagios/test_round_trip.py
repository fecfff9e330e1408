"""The plugins that do what people do, against the real track service."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cdpsfy.tracks.audio import media_type
from ops.nagios.plugins.answer import Status
from ops.nagios.plugins.leftovers import Leftovers
from ops.nagios.plugins.ready import check as check_ready
from ops.nagios.plugins.round_trip import Journey, Wrong, check, noise
from ops.nagios.plugins.tickets import Tickets
from ops.nagios.plugins.visitor import Visitor
from ops.topology import STANDARD
from tests.functional.tracks.server import Server
from tests.functional.tracks.service import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = STANDARD.with_name("nagios") / "run.sh"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def tickets(tmp_path: Path) -> Tickets:
    keys = tmp_path / "ticket_keys"
    keys.write_text(f"test:{SECRET}\n")
    return Tickets(keys)


@pytest.fixture
def leftovers(tmp_path: Path) -> Leftovers:
    return Leftovers(tmp_path / "leftovers")


@pytest.fixture
def visitor(server: Server) -> Visitor:
    """Visit tracks.cdpsfy.es where the server is."""
    connect = f"{server.address[0]}:{server.address[1]}"
    return Visitor("http://tracks.cdpsfy.es", connect=connect, authority=Path(), timeout=20)


def test_the_noise_is_audio_and_never_the_same(tmp_path: Path) -> None:
    file = tmp_path / "noise"
    file.write_bytes(noise())
    with file.open("rb") as source:
        assert media_type(source) == "audio/wav"
    assert noise() != noise()


def test_a_whole_round_trip_is_well_and_leaves_nothing(
    visitor: Visitor, tickets: Tickets, leftovers: Leftovers, server: Server
) -> None:
    found = check(visitor, tickets, leftovers)
    assert found.status is Status.OK, found
    assert server.stored() == []
    assert leftovers.all() == []


def test_what_an_earlier_run_left_is_deleted_first(
    visitor: Visitor, tickets: Tickets, leftovers: Leftovers, server: Server
) -> None:
    interrupted = Journey(visitor, tickets)
    leftovers.remember(interrupted.key)
    interrupted.upload()
    assert len(server.stored()) == 1
    assert check(visitor, tickets, leftovers).status is Status.OK
    assert server.stored() == []


def test_an_upload_that_comes_late_is_deleted_then(
    visitor: Visitor, tickets: Tickets, leftovers: Leftovers, server: Server
) -> None:
    late = Journey(visitor, tickets)
    leftovers.remember(late.key)
    assert check(visitor, tickets, leftovers).status is Status.OK
    assert leftovers.all() == [late.key]
    late.upload()
    assert check(visitor, tickets, leftovers).status is Status.OK
    assert leftovers.all() == []
    assert server.stored() == []


def test_what_was_not_stored_for_long_never_will_be(
    visitor: Visitor, tickets: Tickets, leftovers: Leftovers
) -> None:
    leftovers.remember(f"{'0' * 64}-01J00000000000000000000000")
    assert check(visitor, tickets, leftovers).status is Status.OK
    assert leftovers.all() == []


def test_a_trip_that_takes_too_long_is_critical(
    server: Server, tickets: Tickets, leftovers: Leftovers
) -> None:
    connect = f"{server.address[0]}:{server.address[1]}"
    late = Visitor(server.url, connect=connect, authority=Path(), timeout=20, within=0)
    found = check(late, tickets, leftovers)
    assert found.status is Status.CRITICAL
    assert "has taken all the time" in found.text


@pytest.mark.parametrize("lost", ["ticket_keys", "state"])
def test_a_trip_that_cannot_begin_is_critical(lost: str, tmp_path: Path) -> None:
    (tmp_path / "ticket_keys").write_text(f"test:{SECRET}\n")
    (tmp_path / lost).unlink(missing_ok=True)
    (tmp_path / lost).mkdir()
    command = [str(_RUN), "plugins.round_trip", "https://tracks.cdpsfy.es"]
    command += ["--connect", "127.0.0.1:1", "--state", str(tmp_path / "state")]
    command += ["--keys", str(tmp_path / "ticket_keys")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == Status.CRITICAL
    assert str(tmp_path / lost) in done.stdout


def test_other_bytes_than_were_sent_are_an_error(
    visitor: Visitor, tickets: Tickets, server: Server
) -> None:
    journey = Journey(visitor, tickets)
    journey.upload()
    journey.sound = noise()
    with pytest.raises(Wrong, match="the whole came back with other bytes"):
        journey.play()
    journey.delete(journey.key)
    assert server.stored() == []


def test_a_service_that_is_away_is_critical_and_what_was_begun_is_remembered(
    tickets: Tickets, leftovers: Leftovers
) -> None:
    nobody = Visitor("http://tracks.cdpsfy.es", connect="127.0.0.1:1", authority=Path(), timeout=5)
    found = check(nobody, tickets, leftovers)
    assert found.status is Status.CRITICAL
    assert "refused" in found.text
    assert len(leftovers.all()) == 1


def test_a_ticket_that_nobody_believes_is_critical(
    visitor: Visitor, leftovers: Leftovers, tmp_path: Path
) -> None:
    keys = tmp_path / "other_keys"
    keys.write_text("test:another-secret-of-the-tests-and-of-nothing\n")
    found = check(visitor, Tickets(keys), leftovers)
    assert found.status is Status.CRITICAL
    assert "the upload is answered 403" in found.text or "401" in found.text


def test_a_service_whose_volume_answers_is_ready(server: Server) -> None:
    found = check_ready(server.url, timeout=10)
    assert found.status is Status.OK
    assert "ready" in found.text


def test_a_service_whose_volume_is_gone_is_not_ready_and_says_why(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        (server.objects / ".cdpsfy-volume").unlink()
        found = check_ready(server.url, timeout=10)
    assert found.status is Status.CRITICAL
    assert ".cdpsfy-volume" in found.text


def test_a_dead_service_is_told_from_one_that_is_not_ready() -> None:
    found = check_ready("http://127.0.0.1:1", timeout=5)
    assert found.status is Status.CRITICAL
    assert "it is dead or hangs" in found.text
