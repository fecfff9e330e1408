"""The lab is whole, says how it is, and leaves this machine as it was."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ops.lab.cluster import LabTrouble, lab_topology, new_lab, open_lab
from ops.lab.machine import ROOT
from ops.lab.status import table

if TYPE_CHECKING:
    from pathlib import Path

    from ops.lab import Lab


def test_every_machine_runs_what_the_topology_says(lab: Lab) -> None:
    lines = table(lab).splitlines()

    assert lab.missing() == []
    assert len(lines) == len(lab.machines)
    assert "s1      tracks    10.1.2.11 10.1.3.11 10.1.10.11" in table(lab)


def test_a_machine_that_is_off_or_frozen_is_shown_as_such(lab: Lab) -> None:
    s4, c2 = lab.machines["s4"], lab.machines["c2"]
    s4.freeze()
    c2.power_off()

    shown = table(lab)
    s4.thaw()
    c2.power_on()

    assert any(line.startswith("s4 ") and "FROZEN" in line for line in shown.splitlines())
    assert any(line.startswith("c2 ") and line.endswith("OFF") for line in shown.splitlines())


def test_a_killed_service_starts_again_as_its_unit_says(lab: Lab) -> None:
    s4 = lab.machines["s4"]
    before = s4.run("pgrep", "-f", "pserve").split()

    s4.kill_service("cdpsfy-tracks")
    s4.start_service("cdpsfy-tracks")

    assert not set(before) & set(s4.run("pgrep", "-f", "pserve").split())


@pytest.mark.parametrize(("successes", "state"), [("", "failed"), ("1 2", "active")])
def test_a_unit_says_which_ends_of_a_job_are_good(lab: Lab, successes: str, state: str) -> None:
    c2 = lab.machines["c2"]
    job = f"[Service]\nType=oneshot\nExecStart=/bin/sh -c 'exit 2'\nSuccessExitStatus={successes}\n"
    c2.run("sh", "-c", "cat >/etc/systemd/system/job.service", stdin=job)

    code, _ = c2.attempt("systemctl", "start", "job")
    told = c2.services()["job"]
    c2.stop_service("job")

    assert (code == 0, told) == (state == "active", state)


@pytest.mark.usefixtures("lab")
def test_nothing_of_it_is_seen_from_this_machine() -> None:
    links = subprocess.run(["ip", "-br", "link"], capture_output=True, text=True, check=True).stdout
    mounts = (ROOT / "/proc/self/mounts").read_text()

    assert "services" not in links
    assert ".serv" not in links
    assert " /mnt/nas " not in mounts
    assert "srv/brick" not in mounts


def test_a_host_that_has_an_address_of_the_lab_is_left_alone() -> None:
    script = (
        "ip link add dummy type bridge && ip addr add 10.1.2.200/24 dev dummy && "
        'exec "$0" -c \'from ops.lab.host import *; from ops.lab.cluster import *; '
        "require_fit(lab_topology())'"
    )

    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", script, sys.executable],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert "this machine has 10.1.2.200 (dummy), which lies in services 10.1.2.0/24" in done.stderr


def test_there_is_one_lab_or_none(tmp_path: Path) -> None:
    with pytest.raises(LabTrouble, match="there is no lab; `make lab` brings it up"):
        open_lab(tmp_path / "none")
    with pytest.raises(LabTrouble, match="the lab is there already"):
        new_lab(tmp_path)


def test_the_lab_is_the_topology_of_production_with_few_differences() -> None:
    topology = lab_topology()

    assert topology.cluster["home"] == "/opt/cdpsfy"
    assert topology.cluster["site"].endswith(".localhost")
