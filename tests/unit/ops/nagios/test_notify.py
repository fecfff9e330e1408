from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from ops.nagios.notify import Notice, mail, to_file

if TYPE_CHECKING:
    from pathlib import Path

DOWN = Notice("2026-11-25T19:00:00Z", "nas1", "-", "DOWN", "is off or cut off")
BRICK = Notice("2026-11-25T19:00:05Z", "nas2", "brick", "CRITICAL", "no process")


def test_a_file_gets_one_line_a_notice(tmp_path: Path) -> None:
    file = tmp_path / "notices"
    to_file(DOWN, str(file))
    to_file(BRICK, str(file))
    assert file.read_text("utf-8") == (
        "2026-11-25T19:00:00Z\tnas1\t-\tDOWN\tis off or cut off\n"
        "2026-11-25T19:00:05Z\tnas2\tbrick\tCRITICAL\tno process\n"
    )


def test_a_program_gets_the_same_words(tmp_path: Path) -> None:
    program = tmp_path / "tell"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/told\n')
    program.chmod(0o755)
    words = ["operator@localhost", "PROBLEM", "nas2", "brick", "CRITICAL", "no process"]
    command = [sys.executable, "-m", "ops.nagios.notify", f"command:{program}", *words]
    subprocess.run(command, check=True)
    told = (tmp_path / "told").read_text("utf-8").splitlines()
    assert told[1:] == ["nas2", "brick", "CRITICAL", "no process"]


def test_a_letter_says_in_its_subject_what_is_wrong() -> None:
    letter = mail(BRICK, "PROBLEM", "operator@localhost")
    assert letter["Subject"] == "PROBLEM: brick on nas2 is CRITICAL"
    assert letter["To"] == "operator@localhost"
    assert "no process" in letter.get_content()


def test_a_letter_about_a_machine_names_no_service() -> None:
    assert mail(DOWN, "PROBLEM", "operator@localhost")["Subject"] == "PROBLEM: nas1 is DOWN"
