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
