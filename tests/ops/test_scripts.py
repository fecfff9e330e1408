"""What the scripts and units say is sound by their own checkers."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.components import require_program
from tests.deployment import ROOT
from tests.ops.site import SCRIPTS

if TYPE_CHECKING:
    from pathlib import Path


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    scripts = [*ROOT.glob("ops/**/*.sh"), ROOT / ".ci/run"]

    subprocess.run(
        [require_program("shellcheck"), "--external-sources", "--source-path=SCRIPTDIR", *scripts],
        check=True,
    )


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    units = [_installed(unit, tmp_path) for unit in SCRIPTS.glob("systemd/*")]

    done = subprocess.run(
        [require_program("systemd-analyze"), "verify", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def _installed(unit: Path, folder: Path) -> Path:
    """Copy a unit as it is on a machine where the project lies in /opt/cdpsfy."""
    copy = folder / unit.name
    copy.write_text(unit.read_text().replace("/opt/cdpsfy", str(ROOT)))
    return copy
