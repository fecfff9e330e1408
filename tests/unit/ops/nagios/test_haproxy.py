"""What the plugins read in the figures of a real HAProxy 2.6.12, kept beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.nagios.plugins import balanced, balancer
from ops.nagios.plugins.answer import Status, Unknown
from ops.nagios.plugins.haproxy import Server, parse
from tests.components import free_port

_FIGURES = (Path(__file__).parent / "haproxy.csv").read_text("utf-8")
ALL = parse(_FIGURES)


def named(name: str, state: str = "UP") -> list[Server]:
    return [Server(backend, name, state, "L7OK") for backend in ("tracks", "tracks_alive")]


def test_a_balancer_whose_backends_have_servers_is_well_though_one_is_in_reserve() -> None:
    found = balancer.judge(ALL)
    assert found.status is Status.OK
    assert found.text == "14 of 14 servers are up, each backend has one"


def test_a_backend_without_a_server_is_a_warning_that_names_it() -> None:
    down = [one._replace(state="DOWN") if one.backend == "site" else one for one in ALL]
    found = balancer.judge(down)
    assert found.status is Status.WARNING
    assert found.text == "nobody serves site"


def test_a_balancer_that_reaches_nobody_is_critical() -> None:
    assert balancer.judge([one._replace(state="DOWN") for one in ALL]).status is Status.CRITICAL


def test_a_balancer_that_does_not_answer_is_critical() -> None:
    found = balancer.check(f"http://127.0.0.1:{free_port()}", timeout=1)
    assert found.status is Status.CRITICAL


def test_a_server_that_all_balancers_use_is_well() -> None:
    found = balanced.judge("s1", [named("s1"), named("s1")])
    assert str(found) == "OK: gets requests in tracks, tracks_alive"


def test_a_server_that_no_balancer_uses_is_critical_with_the_reason() -> None:
    found = balanced.judge("s1", [named("s1", "DOWN"), named("s1", "DOWN")])
    assert found.status is Status.CRITICAL
    assert "tracks: DOWN, L7OK" in found.text


def test_a_server_that_only_one_balancer_uses_is_a_warning() -> None:
    found = balanced.judge("s1", [named("s1"), named("s1", "DOWN")])
    assert found.status is Status.WARNING


@pytest.mark.parametrize("state", ["UP 1/2", "DOWN 1/2"])
def test_a_server_that_is_going_down_or_coming_up_is_in_use(state: str) -> None:
    assert balanced.judge("s1", [named("s1", state)]).status is Status.OK


@pytest.mark.parametrize("state", ["DRAIN", "MAINT", "MAINT (via tracks/s1)"])
def test_a_server_that_an_operator_keeps_out_is_a_warning(state: str) -> None:
    for other in (named("s1"), named("s1", state)):
        found = balanced.judge("s1", [named("s1", state), other])
        assert str(found) == f"WARNING: is kept out of tracks: {state}"


def test_a_server_in_reserve_is_kept_out() -> None:
    reserve = [server for server in ALL if server.name == "s4"]
    assert balanced.judge("s4", [reserve, reserve]).status is Status.WARNING


def test_a_server_that_one_balancer_does_not_know_is_a_warning() -> None:
    assert balanced.judge("s9", [named("s9"), []]).status is Status.WARNING


def test_a_server_that_the_balancers_do_not_know_is_critical() -> None:
    assert balanced.judge("s9", [[]]).status is Status.CRITICAL


def test_without_a_balancer_that_answers_nothing_is_known() -> None:
    with pytest.raises(Unknown, match="does not answer"):
        balanced.check("s1", [f"http://127.0.0.1:{free_port()}"], timeout=1)
