"""What is made of the answers of several machines."""

from __future__ import annotations

import pytest

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
