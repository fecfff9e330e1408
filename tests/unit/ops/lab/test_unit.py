"""The lab reads units as systemd does, as far as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.lab import unit
from ops.lab.unit import Unit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(unit, "_FOLDERS", (tmp_path,))
    return tmp_path


def test_a_setting_given_again_adds_and_an_empty_one_clears(units: Path) -> None:
    (units / "a.service").write_text("[Unit]\nAfter=b c\nAfter=d\n[Service]\nExecStart=/bin/old\n")
    (units / "a.service.d").mkdir()
    (units / "a.service.d/own.conf").write_text("[Service]\nExecStart=\nExecStart=/bin/new\n")

    read = Unit("a.service")

    assert read.words("Unit.After") == ["b", "c", "d"]
    assert [command.words for command in read.commands("Service.ExecStart", {})] == [["/bin/new"]]


def test_only_a_variable_that_is_a_word_is_several_words(units: Path) -> None:
    (units / "a.service").write_text(
        '[Service]\nExecStart=-/bin/x $MANY ${MANY} "$MANY" $NONE \\\n  $$HOME\n'
    )

    (command,) = Unit("a.service").commands("Service.ExecStart", {"MANY": "1 2"})

    assert command.words == ["/bin/x", "1", "2", "1 2", "1", "2", "$HOME"]
    assert command.may_fail


def test_the_environment_comes_from_the_unit_and_from_its_files(units: Path) -> None:
    (units / "defaults").write_text("# a comment\nA='1 2'\n")
    (units / "a.service").write_text(
        f'[Service]\nEnvironment="B=3 4" C=5\nEnvironmentFile={units}/defaults\n'
        "EnvironmentFile=-/nowhere\n"
    )

    assert Unit("a.service").environment() == {"A": "1 2", "B": "3 4", "C": "5"}


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("1min 30s", 90), ("500ms", 0.5), ("2 h", 7200), ("", 7)]
)
def test_spans_of_time_are_seconds(units: Path, text: str, seconds: float) -> None:
    (units / "a.service").write_text(f"[Service]\nTimeoutStopSec={text}\n")

    assert Unit("a.service").seconds("Service.TimeoutStopSec", 7) == seconds


@pytest.mark.usefixtures("units")
def test_a_unit_that_is_nowhere_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no unit a\.service"):
        Unit("a.service")
