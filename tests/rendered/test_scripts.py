"""What the scripts and units say is sound by their own checkers."""

from __future__ import annotations

import subprocess

from tests.components import require_program
from tests.deployment import ROOT
from tests.ops.site import SCRIPTS


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    ours = [path for path in ROOT.glob("ops/**/*.sh") if ".venv" not in path.parts]
    scripts = [*ours, ROOT / ".ci/run"]

    subprocess.run(
        [require_program("shellcheck"), "--external-sources", "--source-path=SCRIPTDIR", *scripts],
        check=True,
    )


def test_systemd_understands_the_units_that_are_not_rendered() -> None:
    units = [unit for unit in SCRIPTS.glob("systemd/*") if unit.suffix != ".j2"]

    done = subprocess.run(
        [require_program("systemd-analyze"), "verify", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
