"""What is made of the results that timers leave behind, noted down by the real record.sh."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from ops.nagios.plugins import result
from ops.nagios.plugins.answer import Answer, Status, Unknown

_RECORD = Path(__file__).parents[4] / "ops/nagios/record.sh"
_DAY = 86400


def check(file: Path, days: float) -> Answer:
    return result.check(file, days, awaited=file.with_name("awaited"))


def age(file: Path, days: float) -> None:
    long_ago = time.time() - days * _DAY
    os.utime(file, (long_ago, long_ago))


def record(file: Path, script: str, *options: str) -> int:
    command = [str(_RECORD), *options, str(file), "sh", "-c", script]
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.mark.parametrize(
    ("code", "said", "status", "text"),
    [
        (0, "all is well", Status.OK, "all is well (0.0 days ago)"),
        (1, "2 bytes that no row knows", Status.WARNING, "2 bytes that no row knows"),
        (2, "1 row without bytes", Status.CRITICAL, "1 row without bytes"),
        (3, "the volume is away", Status.WARNING, "could not be done: the volume is away"),
        (1, "Error: the database", Status.WARNING, "could not be done: Error: the database"),
        (137, "killed", Status.CRITICAL, "it ended with 137: killed"),
    ],
)
def test_a_result_is_what_the_command_said_last(
    code: int, said: str, status: Status, text: str, tmp_path: Path
) -> None:
    file = tmp_path / "result"
    assert record(file, f"echo before; echo '{said}'; exit {code}") == code
    found = check(file, days=1)
    assert found.status is status
    assert text in found.text


def test_an_old_result_is_a_warning_and_says_what_it_was(tmp_path: Path) -> None:
    file = tmp_path / "result"
    record(file, "echo all is well")
    age(file, days=3)
    found = check(file, days=2)
    assert str(found) == "WARNING: not run for 3.0 days; then: all is well"


def test_what_did_not_run_yet_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="not run yet"):
        check(tmp_path / "result", days=1)


def test_what_never_ran_since_it_was_first_looked_for_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "result"
    with pytest.raises(Unknown):
        check(file, days=2)
    age(tmp_path / "awaited", days=3)

    found = check(file, days=2)

    assert found.status is Status.WARNING
    assert "for 3.0 days; is its timer enabled?" in found.text


def test_a_result_that_came_and_went_is_awaited_anew(tmp_path: Path) -> None:
    file, awaited = tmp_path / "result", tmp_path / "awaited"
    awaited.touch()
    record(file, "echo all is well")
    check(file, days=1)
    assert not awaited.exists()


def test_a_strange_file_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "result"
    file.write_text("what is this\n")
    found = check(file, days=1)
    assert found.status is Status.WARNING
    assert "no result of record.sh" in found.text


def test_what_is_gone_at_the_second_look_was_nothing(tmp_path: Path) -> None:
    file, seen = tmp_path / "result", tmp_path / "seen"
    script = f"test -e {seen} && echo all is well && exit; touch {seen}; echo gone soon; exit 1"
    assert record(file, script, "--twice", "0") == 0
    assert check(file, days=1).status is Status.OK


def test_a_run_that_is_under_way_leaves_the_last_result(tmp_path: Path) -> None:
    file = tmp_path / "result"
    record(file, "echo all is well")
    assert record(file, f"grep -q well {file} || exit 9; echo still well") == 0
