"""What is made of the answers of several machines."""

from __future__ import annotations

import pytest

from ops.nagios.plugins import majority, worst_of
from ops.nagios.plugins.answer import Answer, Status
from ops.nagios.plugins.first_of import choose
from ops.nagios.plugins.one_holds import judge
from ops.nagios.plugins.remote import Reply, _understood

OK, WARNING, CRITICAL, UNKNOWN = Status


def replies(*states: Status) -> list[Reply]:
    return [Reply(f"m{at}", Answer(state, state.name)) for at, state in enumerate(states, 1)]


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ((OK, CRITICAL), OK),
        ((UNKNOWN, CRITICAL, WARNING), WARNING),
        ((CRITICAL, UNKNOWN), CRITICAL),
        ((UNKNOWN, UNKNOWN), UNKNOWN),
    ],
)
def test_the_cluster_is_as_the_best_of_its_machines_sees_it(
    states: tuple[Status, ...], status: Status
) -> None:
    assert choose(replies(*states)).status is status


def test_that_nobody_knows_may_be_critical() -> None:
    assert choose(replies(UNKNOWN, UNKNOWN), otherwise=CRITICAL).status is CRITICAL


@pytest.mark.parametrize(
    ("states", "status", "text"),
    [
        ((OK, CRITICAL), CRITICAL, "m2: CRITICAL"),
        ((WARNING, UNKNOWN, OK), WARNING, "m1: WARNING"),
        ((UNKNOWN, OK), OK, "m2: OK"),
        ((UNKNOWN, UNKNOWN), UNKNOWN, "m1: UNKNOWN; m2: UNKNOWN"),
    ],
)
def test_what_one_machine_found_counts_though_others_found_nothing(
    states: tuple[Status, ...], status: Status, text: str
) -> None:
    assert worst_of.choose(replies(*states)) == (status, text, {})


@pytest.mark.parametrize(
    ("states", "status", "text"),
    [
        ((OK, OK, OK), OK, "3 of 3"),
        ((OK, UNKNOWN, OK), WARNING, "2 of 3, not m2"),
        ((OK, CRITICAL, UNKNOWN), CRITICAL, "NO MAJORITY: 1 of 3, not m2, m3"),
        ((OK, OK, CRITICAL, OK, CRITICAL, OK), WARNING, "4 of 6, not m3, m5"),
        ((OK, OK, OK, OK, CRITICAL, CRITICAL), CRITICAL, "NO MAJORITY: 4 of 6, not m5, m6"),
    ],
)
def test_each_set_of_three_needs_two_that_are_well(
    states: tuple[Status, ...], status: Status, text: str
) -> None:
    said = replies(*states)
    found = majority.judge(said, [reply.address for reply in said], of=3)
    assert (found.status, found.text) == (status, text)


@pytest.mark.parametrize(
    ("states", "status", "text"),
    [
        ((OK, WARNING), OK, "m1 holds it"),
        ((OK, UNKNOWN), OK, "m1 holds it"),
        ((OK, OK), CRITICAL, "m1 and m2 hold it at once"),
        ((WARNING, WARNING), CRITICAL, "nobody holds it"),
        ((WARNING, UNKNOWN), WARNING, "who holds it? m2 cannot be asked"),
    ],
)
def test_exactly_one_machine_is_to_hold_the_address(
    states: tuple[Status, ...], status: Status, text: str
) -> None:
    assert judge(replies(*states)) == (status, text, {})


def test_a_remote_answer_keeps_its_figures() -> None:
    found = _understood(1, "WARNING: 2 of 3 bricks | 'bricks'=2 'pending'=6")
    assert found == (WARNING, "2 of 3 bricks", {"bricks": "2", "pending": "6"})


def test_a_remote_answer_of_an_unheard_of_code_is_unknown() -> None:
    assert _understood(-9, "").status is UNKNOWN
