"""Whatever people, or Nagios, were not to notice or to miss is named; what is allowed is not."""

from __future__ import annotations

import pytest

from ops.chaos.ledger import Event, What
from ops.chaos.marks import missed
from ops.chaos.verdict import Verdict
from ops.topology import read_topology

TOPOLOGY = read_topology()
GOOD = Verdict(uploads=1, deletions=0, copies=3, problems=[])
HEARD = Event(1, What.PLAY_ENDED, {"track": "/1", "problem": "", "bytes": 9})
PLAYED = [Event(0, What.PLAY_ASKED, {"track": "/1"}), HEARD]
SENTENCE = "We cannot answer just now. Please try again in a moment."


def test_a_good_run_misses_nothing() -> None:
    assert marks(fault("s1.cut")) == []


def test_what_the_verdict_found_is_missed() -> None:
    bad = Verdict(uploads=1, deletions=0, copies=3, problems=["lost: /1"])

    assert missed(TOPOLOGY, PLAYED, bad) == ["lost: /1"]


def test_a_cluster_that_did_not_come_back_is_missed() -> None:
    gave_up = Event(130, What.NOT_WHOLE, {"fault": "s1.cut", "problem": "no volume"})

    assert marks([*fault("s1.cut")[:2], gave_up]) == [
        "s1.cut: the cluster did not come back: no volume"
    ]


def test_a_fault_that_was_planned_and_never_began_is_missed() -> None:
    plan = [Event(50, What.FAULT_PLANNED, {"fault": name}) for name in ("s1.cut", "s2.cut")]

    assert marks([*plan, *fault("s1.cut")]) == ["s2.cut: this fault never began"]


@pytest.mark.parametrize(
    ("asked", "facts", "mark"),
    [
        (What.UPLOAD_ASKED, {"sha256": "ab"}, "ab: an upload never got through"),
        (What.DELETE_ASKED, {"track": "/1"}, "/1: a deletion never got through"),
        (What.PLAY_ASKED, {"track": "/1"}, "/1: a play has no end"),
    ],
)
def test_what_people_began_and_did_not_finish_is_missed(
    asked: What, facts: dict[str, str], mark: str
) -> None:
    assert marks([Event(50, asked, facts)]) == [mark]


def test_a_run_in_which_nobody_listened_proves_nothing() -> None:
    assert missed(TOPOLOGY, fault("s1.cut"), GOOD) == ["nobody heard one track to its end"]


def test_what_listeners_notice_is_missed() -> None:
    noticed = [
        played(120, "no byte for 31 s", 9),
        Event(121, What.SILENCE, {"seconds": 2.5}),
        Event(122, What.ANSWER, {"deed": "play", "status": 503}),
        Event(122, What.ANSWER, {"deed": "play", "status": 0}),
    ]

    assert marks([*fault("lb1.kill"), *noticed]) == [
        "lb1.kill: a play failed: no byte for 31 s",
        "lb1.kill: a listener heard nothing for 2.5 s",
        "lb1.kill: 1 requests for music were answered 5xx",
    ]


@pytest.mark.parametrize("name", ["db1.cut", "all.restart", "balancers.move"])
def test_a_play_begins_while_one_database_is_there(name: str) -> None:
    found = marks([*fault(name), played(120, "the page: 503", 0)])

    assert found == [f"{name}: a play did not begin: the page: 503"]


def test_a_play_may_not_begin_while_every_database_is_away() -> None:
    assert marks([*fault("database.cut"), played(120, "the page: 503", 0)]) == []


@pytest.mark.parametrize("name", ["s1.kill", "nas1.cut", "db1.freeze", "balancers.reload"])
def test_an_upload_may_not_fail_when_the_way_to_the_site_is_whole(name: str) -> None:
    assert marks([*fault(name), refused(503, SENTENCE)]) == [f"{name}: 1 uploads failed at first"]


def test_an_upload_may_not_fail_in_peace() -> None:
    assert marks([refused(0, "ReadTimeout")]) == ["nothing: 1 uploads failed at first"]


@pytest.mark.parametrize(
    "name", ["lb1.kill", "web2.power", "database.power", "balancers.move", "all.restart"]
)
def test_an_upload_may_be_cut_off_with_what_it_goes_through(name: str) -> None:
    assert marks([*fault(name), refused(503, SENTENCE)]) == []
    assert marks([*fault(name), refused(0, "ConnectionError")]) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, SENTENCE),
        (303, "See Other"),
        (503, ""),
        (503, "Service Unavailable"),
        (503, "Traceback (most recent call last):"),
    ],
)
def test_an_error_that_is_not_clear_is_missed(status: int, words: str) -> None:
    name = "database.cut"

    found = marks([*fault(name), refused(status, words)])

    assert found == [f"{name}: no clear error: {status} {words}".rstrip()]


def test_a_balancer_may_say_that_it_broke_off_but_not_for_the_database() -> None:
    broke_off = refused(502, "It broke off before an answer came.")

    assert marks([*fault("web1.kill"), broke_off]) == []
    assert marks([*fault("database.cut"), broke_off]) != []


def test_the_right_alarm_in_time_that_is_taken_back_is_enough() -> None:
    assert marks([*fault("nas1.power", 60), *alarm("nas1", 130, 200)]) == []
    assert marks([*fault("database.power", 60), *alarm("db2", 130, 200)]) == []


@pytest.mark.parametrize(
    ("name", "lasts"), [("nas1.power", 20), ("s1.one-way", 90), ("nas1.wipe", 90)]
)
def test_a_fault_may_be_too_short_or_too_slight_to_be_told(name: str, lasts: float) -> None:
    assert marks(fault(name, lasts)) == []


def test_an_alarm_that_did_not_come_in_time_is_missed() -> None:
    silent = ["nas1.power: Nagios told nothing of it within 60 s"]

    assert marks(fault("nas1.power", 60)) == silent
    assert marks([*fault("nas1.power", 90), *alarm("nas1", 165, 200)]) == silent


def test_an_alarm_of_another_machine_is_missed() -> None:
    told = [*alarm("nas1", 130, 200), *alarm("s1", 131, 200), *alarm("cluster", 132, 200)]

    assert marks([*fault("nas1.power", 60), *told]) == ["nas1.power: Nagios told of s1, -"]


@pytest.mark.parametrize("cleared", [281, None])
def test_an_alarm_that_is_not_taken_back_in_time_is_missed(cleared: float | None) -> None:
    found = marks([*fault("nas1.power", 60), *alarm("nas1", 130, cleared)])

    assert found == ["nas1.power: nas1, - was not clear after 120 s"]


def marks(events: list[Event]) -> list[str]:
    return missed(TOPOLOGY, sorted([*PLAYED, *events], key=lambda event: event.at), GOOD)


def fault(name: str, lasts: float = 10) -> list[Event]:
    facts = {"fault": name, "machine": name.partition(".")[0]}
    whats = (What.FAULT_BEGAN, What.FAULT_ENDED, What.WHOLE_AGAIN)
    return [Event(100 + lasts * turn, what, facts) for turn, what in enumerate(whats)]


def played(at: float, problem: str, size: int) -> Event:
    return Event(at, What.PLAY_ENDED, {"track": "/1", "problem": problem, "bytes": size})


def refused(status: int, words: str) -> Event:
    return Event(123, What.UPLOAD_REFUSED, {"sha256": "ab", "status": status, "reason": words})


def alarm(machine: str, at: float, cleared: float | None) -> list[Event]:
    facts = {"machine": machine, "service": "-"}
    told = [Event(at, What.ALARM, facts)]
    return told if cleared is None else [*told, Event(cleared, What.ALL_CLEAR, facts)]
