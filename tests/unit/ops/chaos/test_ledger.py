"""The journal of a chaos run outlives its writer and tells what is broken in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ops.chaos.ledger import Ledger, What, WrongLedger, read_ledger

if TYPE_CHECKING:
    from pathlib import Path

_WRITER = """
import os, signal, sys
from pathlib import Path
from ops.chaos.ledger import Ledger, What
ledger = Ledger(Path(sys.argv[1]))
ledger.promise(What.UPLOAD_ACKNOWLEDGED, track="/tracks/1")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.note(What.UPLOAD_ASKED, form="1", size=3)
        ledger.promise(What.UPLOAD_ACKNOWLEDGED, form="1")

    events = read_ledger(tmp_path / "ledger")

    assert [event.what for event in events] == [What.UPLOAD_ASKED, What.UPLOAD_ACKNOWLEDGED]
    assert events[0].facts == {"form": "1", "size": 3}


def test_a_promise_outlives_the_writer(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _WRITER, tmp_path / "ledger"], check=False)

    assert done.returncode == -signal.SIGKILL
    assert [event.facts for event in read_ledger(tmp_path / "ledger")] == [{"track": "/tracks/1"}]


def test_half_a_line_at_the_end_is_forgotten(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.note(What.GAP, seconds=1)
    os.truncate(tmp_path / "ledger", (tmp_path / "ledger").stat().st_size - 3)

    with Ledger(tmp_path / "ledger") as ledger:
        before = read_ledger(tmp_path / "ledger")
        ledger.note(What.GAP, seconds=2)

    assert before == []
    assert [event.facts["seconds"] for event in read_ledger(tmp_path / "ledger")] == [2]


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text('{"at": 1, "what": "gap"}\n{"at"\n{"at": 1, "what": "gap"}\n')

    with pytest.raises(WrongLedger, match="line 2"):
        read_ledger(tmp_path / "ledger")


def test_several_journals_are_read_as_one_by_time(tmp_path: Path) -> None:
    (tmp_path / "people").write_text('{"at": 2, "what": "gap"}\n')
    (tmp_path / "faults").write_text('{"at": 1, "what": "fault began"}\n')

    events = read_ledger(tmp_path / "people", tmp_path / "faults")

    assert [event.at for event in events] == [1, 2]
