"""What machines of a cloud do with themselves: their files, and the disk that is a brick."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from ops.cloud.member import describe_member
from ops.cloud.stack import CLOUDS, topology_files
from ops.render import render
from ops.topology import read_topology
from tests.components import require_program, require_root
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOLUME = "vol-0123456789abcdef0"


def test_a_member_renders_what_it_runs(tmp_path: Path) -> None:
    own = tmp_path / "here.ini"
    member = describe_member(read_topology(*topology_files("aws")), "web", ["10.1.1.77"])
    own.write_text(f"[cluster]\ntracks_host = within.example\ndatabase_host = db.example\n{member}")
    render(read_topology(*topology_files("aws", own)), tmp_path / "rendered")

    etc = tmp_path / "rendered/web-10-1-1-77/etc"
    site = (etc / "cdpsfy/site.ini").read_text()
    assert "listen = 10.1.1.77:6543\n" in site
    assert "trusted_proxies = 10.1.0.0/22\n" in site
    assert "cdpsfy.tracks_internal_url = http://within.example:8000\n" in site
    assert "@db.example:3306/cdpsfy\n" in (etc / "cdpsfy/database_url").read_text()
    assert "cdpsfy-worker" in (etc / "cdpsfy/services").read_text()


@pytest.mark.parametrize("cloud", CLOUDS)
def test_nagios_of_a_cloud_finds_no_error_and_no_warning(cloud: str) -> None:
    # It looks as a user of its own, and pytest's folders are root's alone.
    with TemporaryDirectory(prefix="rendered-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        render(read_topology(*topology_files(cloud)), folder)
        etc = folder / "nagios/etc/nagios4"
        config = folder / "nagios.cfg"
        text = (etc / "nagios.cfg").read_text()
        config.write_text(text.replace("/etc/nagios4/cdpsfy", str(etc / "cdpsfy")))
        command = [require_program("nagios4"), "-v", str(config)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stdout
        assert re.search(r"Total Warnings: 0\nTotal Errors: +0", done.stdout), done.stdout


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[str]:
    """Return an empty disk, of 320 MiB."""
    require_root()
    image = tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(320 << 20)
    device = subprocess.check_output(["losetup", "--find", "--show", image], text=True).strip()
    yield device
    subprocess.run(["losetup", "--detach", device], check=True)


def _mount(folder: Path, disk: str) -> subprocess.CompletedProcess[str]:
    """Run data_disk.sh in a mount namespace, with a list of disks and an fstab of its own."""
    (folder / "bin").mkdir(exist_ok=True)
    # A loop device has no serial number, so what the cloud's would be is said for it.
    lister = folder / "bin/lsblk"
    lister.write_text(f"#!/bin/sh\necho '/dev/other'\necho '{disk} vol0123456789abcdef0'\n")
    lister.chmod(0o755)
    (folder / "fstab").touch()
    script = f"""
mount --bind {folder}/fstab /etc/fstab
{ROOT}/ops/cloud/data_disk.sh {_VOLUME} {folder}/brick glusterd || status=$?
umount {folder}/brick 2>/dev/null || true
chattr -i {folder}/brick 2>/dev/null || true
exit ${{status-0}}
"""
    return subprocess.run(
        ["unshare", "--mount", "sh", "-uc", script],
        env={**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_disk_becomes_a_brick_and_stays_one(tmp_path: Path, disk: str) -> None:
    require_program("mkfs.xfs")

    first = _mount(tmp_path, disk)
    uuid = subprocess.check_output(["blkid", "-o", "value", "-s", "UUID", disk], text=True).strip()
    again = _mount(tmp_path, disk)

    assert first.returncode == 0, first.stderr
    assert again.returncode == 0, again.stderr
    fstab = (tmp_path / "fstab").read_text()
    assert fstab.startswith(f"UUID={uuid} {tmp_path}/brick xfs ")
    assert fstab.count("\n") == 1


def test_a_disk_that_holds_something_is_not_touched(tmp_path: Path, disk: str) -> None:
    subprocess.run([require_program("mkfs.ext4"), "-q", disk], check=True)
    before = Path(disk).read_bytes()

    done = _mount(tmp_path, disk)

    assert done.returncode == 1
    assert f"{disk} holds ext4 and no XFS" in done.stderr
    assert Path(disk).read_bytes() == before


def _stub(folder: Path, name: str, script: str) -> None:
    """Put a program of this name first on the PATH of _run_with."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def _run_with(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("curl", "status"), [("exit 0", "SUCCESS"), ("exit 22", "FAILURE")])
def test_a_new_machine_of_a_group_says_whether_it_can_serve(
    tmp_path: Path, curl: str, status: str
) -> None:
    _stub(tmp_path, "curl", f'echo "$@" >>{tmp_path}/asked; {curl}')
    _stub(tmp_path, "aws", f'echo "$@" >{tmp_path}/said')
    _stub(tmp_path, "cloud-init", "echo i-1")
    _stub(tmp_path, "hostname", "echo 10.1.1.77 10.1.9.9")
    _stub(tmp_path, "sleep", "exit")
    script = str(ROOT / "ops/aws/ready.sh")

    done = _run_with(tmp_path, script, "eu-south-2", "cdpsfy", "SiteMachines", "6543")

    assert done.returncode == 0, done.stderr
    assert "http://10.1.1.77:6543/readyz\n" in (tmp_path / "asked").read_text()
    said = (tmp_path / "said").read_text()
    assert f"--logical-resource-id SiteMachines --unique-id i-1 --status {status}\n" in said


def test_what_nagios_found_is_told_by_the_topic_of_the_alarms(tmp_path: Path) -> None:
    require_root()
    _stub(tmp_path, "aws", f'printf "%s\\n" "$@" >{tmp_path}/said')
    topic = "arn:aws:sns:eu-south-2:1:cdpsfy-Alarms-X"
    words = "2026-11-26T12:00:00Z nas1 brick CRITICAL 'no such process'"
    script = f"""
mount -t tmpfs none /etc && mkdir /etc/cdpsfy && echo {topic} >/etc/cdpsfy/topic
{ROOT}/ops/aws/tell.sh {words}
"""

    done = _run_with(tmp_path, "unshare", "--mount", "sh", "-euc", script)

    assert done.returncode == 0, done.stderr
    said = (tmp_path / "said").read_text().splitlines()
    assert said[said.index("--region") + 1] == "eu-south-2"
    assert said[said.index("--topic-arn") + 1] == topic
    assert said[said.index("--subject") + 1] == "brick on nas1 is CRITICAL"
    assert said[-1].endswith("since 2026-11-26T12:00:00Z. no such process")


def test_nobody_but_root_is_told_user_data(tmp_path: Path) -> None:
    require_root()
    require_program("nft")
    # The metadata service, in a network of its own.
    script = f"""
ip link set lo up && ip address add 169.254.169.254/32 dev lo
{ROOT}/ops/cloud/metadata.nft && {ROOT}/ops/cloud/metadata.nft
python3 -m http.server --bind 169.254.169.254 --directory {tmp_path} 80 >/dev/null 2>&1 &
ask="curl -s --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null -w %{{http_code}}"
$ask http://169.254.169.254/; echo
setpriv --reuid nobody --clear-groups curl -s -m 5 http://169.254.169.254/ || echo refused $?
kill $!
"""
    done = _run_with(tmp_path, "unshare", "--net", "sh", "-uc", script)

    assert done.stdout.splitlines() == ["200", "refused 7"], done.stderr


@pytest.mark.parametrize(
    ("uuid", "holds", "status"),
    [
        ("", "galera.cache", 0),
        ("00000000-0000-0000-0000-000000000000", "galera.cache", 0),
        ("00000000-0000-0000-0000-000000000000", "cdpsfy", 1),
        ("0d1c3e2a-0000-11ef-8000-000000000000", "galera.cache", 1),
    ],
)
def test_a_database_that_was_started_before_it_had_data_is_given_some(
    tmp_path: Path, uuid: str, holds: str, status: int
) -> None:
    require_root()
    require_program("mariadbd")
    made, data = tmp_path / "made", tmp_path / "data"
    for folder in (made, data):
        folder.mkdir()
    (made / "grastate.dat").write_text("safe_to_bootstrap: 0\n")
    state = f"uuid:    {uuid}\nseqno:   -1\n" if uuid else ""
    (data / "grastate.dat").write_text(state)
    (data / holds).mkdir()

    done = _run_with(tmp_path, str(ROOT / "ops/mariadb/install.sh"), str(made), "first", str(data))

    assert done.returncode == status, done.stderr
    assert (data / holds).exists() == bool(status)
    kept = (data / "grastate.dat").read_text()
    assert kept == (state if status else "safe_to_bootstrap: 1\n")
