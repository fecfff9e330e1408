from __future__ import annotations

from typing import NoReturn

import pytest

from ops.nagios.plugins.answer import Answer, Status, Unknown, answer
from ops.nagios.plugins.arguments import Arguments


def test_an_answer_is_one_line_for_people_with_figures_behind_a_bar() -> None:
    found = Answer(Status.WARNING, "2 of 3\nbricks | one away", {"bricks": 2, "time": "0.2s"})
    assert str(found) == "WARNING: 2 of 3 bricks / one away | 'bricks'=2 'time'=0.2s"


@pytest.mark.parametrize("status", Status)
def test_a_check_ends_with_the_code_of_what_it_found(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        answer(lambda: Answer(status, "so it is"))
    assert end.value.code == status
    assert capsys.readouterr().out == f"{status.name}: so it is\n"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unknown("nobody answers"), Status.UNKNOWN),
        (ZeroDivisionError("of our own"), Status.CRITICAL),
    ],
)
def test_a_check_that_could_not_be_made_is_unknown_and_its_own_error_is_told(
    error: Exception, status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> NoReturn:
        raise error

    with pytest.raises(SystemExit) as end:
        answer(fail)
    assert end.value.code == status
    assert str(error) in capsys.readouterr().out


def test_a_wrong_call_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        Arguments("does nothing").parse_args(["--no-such-option"])
    assert end.value.code == Status.UNKNOWN
    assert "called wrongly" in capsys.readouterr().err
