"""`make lab` as a person types it: up, open to this machine's browser, and gone."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from ops.lab.cluster import FOLDER, lab_topology
from ops.lab.machine import ROOT
from tests.components import require_program, require_root


@pytest.mark.timeout(600)
def test_the_lab_comes_up_lets_a_browser_in_and_goes_without_a_trace() -> None:
    require_root()
    require_program("make")
    if FOLDER.exists():
        pytest.fail("a lab is up; `make lab-down`, and then the tests")
    links, loops = _said("ip", "-br", "link"), _said("losetup", "--list")
    site, port = (lab_topology().cluster[name] for name in ("site", "https_port"))
    authority = FOLDER / "rendered/secrets/ca.pem"

    began = time.monotonic()
    try:
        told = _said("make", "lab")
        up = time.monotonic() - began
        # Browsers know where names under .localhost are; this resolver does not.
        here = ("--resolve", f"{site}:{port}:127.0.0.1", "--cacert", str(authority))
        page = _said("curl", "-sSf", *here, f"https://{site}:{port}/tracks")
        again = subprocess.run(
            ["make", "lab"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        shown = _said("make", "lab-status")
    finally:
        began = time.monotonic()
        _said("make", "lab-down")
        down = time.monotonic() - began

    assert f"https://{site}:{port}" in told
    assert "Quorum Chorale" in page
    assert "the lab is there already" in again.stderr
    assert "nas3" in shown
    assert not FOLDER.exists()
    assert _said("ip", "-br", "link") == links
    assert _said("losetup", "--list") == loops
    assert [path for path in _commands() if str(FOLDER) in path] == []
    print(f"up in {up:.0f} s, down in {down:.1f} s")  # noqa: T201 - figures for the docs


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _commands() -> list[str]:
    return [path.read_text(errors="replace") for path in Path("/proc").glob("[0-9]*/cmdline")]
