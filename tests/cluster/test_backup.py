"""A backup is made as docs/operations.md says; all is wiped; and everything is there again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ops.lab import Lab
    from ops.lab.machine import Machine

_CDPSFY = ("runuser", "-u", "cdpsfy", "--", "/opt/cdpsfy/.venv/bin/cdpsfy")
_INI = "/etc/cdpsfy/site.ini"
_BACKUP = "/var/lib/cdpsfy/backup"
_BACKUP_INI = "/etc/cdpsfy/backup.ini"
_DIGESTS = "cd /mnt/nas/objects && find . -type f | sort | xargs sha256sum"
_DUMP = "mariadb-dump --single-transaction --skip-dump-date"
_ROWS = f"{_DUMP} --ignore-table=cdpsfy.leases cdpsfy"
"""Which worker leads is nobody's loss."""


@pytest.mark.timeout(600)
def test_after_a_wipe_the_backup_brings_every_song_and_row_back(lab: Lab) -> None:
    s1, db1 = lab.machines["s1"], lab.machines["db1"]
    _make_backup_ini(s1)
    songs = s1.run("sh", "-c", _DIGESTS)
    rows = db1.run("sh", "-c", _ROWS)
    db1.run("sh", "-c", f"{_DUMP} cdpsfy >{_BACKUP}.sql")
    s1.run(*_CDPSFY, "storage", "init", _BACKUP_INI)
    s1.run(*_CDPSFY, "storage", "copy", "--from", _INI, "--to", _BACKUP_INI)

    _for_all(lab, "web", "stop_service", "cdpsfy-web", "cdpsfy-worker")
    db1.run("mariadb", "-e", "DROP DATABASE cdpsfy")
    s1.run("sh", "-c", "rm -r /mnt/nas/objects /mnt/nas/.cdpsfy-volume")
    assert "no .cdpsfy-volume" in s1.attempt(*_CDPSFY, "scrub", _INI)[1]

    s1.run(*_CDPSFY, "storage", "init", _INI)
    s1.run(*_CDPSFY, "storage", "copy", "--from", _BACKUP_INI, "--to", _INI)
    db1.run("sh", "-c", f"mariadb -e 'CREATE DATABASE cdpsfy CHARACTER SET utf8mb4'"
                        f" && mariadb cdpsfy <{_BACKUP}.sql")  # fmt: skip
    _for_all(lab, "tracks", "restart_service", "cdpsfy-tracks")
    _for_all(lab, "web", "start_service", "cdpsfy-web", "cdpsfy-worker")

    assert s1.run("sh", "-c", _DIGESTS) == songs
    assert len(songs.splitlines()) >= 12
    assert all(_digest_is_name(line) for line in songs.splitlines())
    assert db1.run("sh", "-c", _ROWS) == rows
    assert lab.machines["web1"].run(*_CDPSFY, "fsck", _INI)


def _make_backup_ini(machine: Machine) -> None:
    ini = machine.run("cat", _INI)
    ini = re.sub(r"(?m)^storage\..*\n", "", ini)
    ini = ini.replace(
        "use = egg:cdpsfy#tracks\n",
        f"use = egg:cdpsfy#tracks\nstorage.driver = filesystem\nstorage.path = {_BACKUP}\n",
    )
    machine.run("sh", "-c", f"cat >{_BACKUP_INI}", stdin=ini)


def _for_all(lab: Lab, role: str, action: str, *services: str) -> None:
    for machine in lab.topology.role(role):
        for service in services:
            getattr(lab.machines[machine.name], action)(service)


def _digest_is_name(line: str) -> bool:
    digest, path = line.split()
    return path.rpartition("/")[2].startswith(f"{digest}-")
