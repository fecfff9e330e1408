"""From one topology every machine gets its files, and the programs take them."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ops.check import CheckFailed, check_rendered
from ops.render import render
from ops.topology import STANDARD, WrongTopology, read_topology
from tests.components import require_program, require_root

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAMS = ("haproxy", "keepalived", "nagios4", "nginx", "mariadbd", "visudo", "systemd-analyze")


def _rendered(folder: Path, lines: str = "") -> Path:
    own = folder / "own.ini"
    own.write_text(lines)
    topology = read_topology(STANDARD, own)
    render(topology, folder / "rendered")
    return folder / "rendered"


def test_every_program_takes_its_files(tmp_path: Path) -> None:
    require_root()
    for program in _PROGRAMS:
        require_program(program)
    topology = read_topology()
    render(topology, tmp_path)

    said = list(check_rendered(topology, tmp_path))

    assert not [line for line in said if "not checked" in line]
    for program in _PROGRAMS:
        assert any(f": {program} takes /" in line for line in said), program


def test_a_file_that_is_refused_is_named_with_what_the_program_says(tmp_path: Path) -> None:
    require_root()
    topology = read_topology()
    render(topology, tmp_path)
    with (tmp_path / "lb2/etc/haproxy/haproxy.cfg").open("a") as config:
        config.write("    nonsense\n")

    with pytest.raises(CheckFailed, match=r"(?s)lb2: haproxy refuses .*nonsense"):
        list(check_rendered(topology, tmp_path))


def test_a_home_that_is_not_here_is_checked_and_not_made(tmp_path: Path) -> None:
    require_root()
    require_program("systemd-analyze")
    home = tmp_path / "somewhere/cdpsfy"
    own = tmp_path / "own.ini"
    own.write_text(f"[cluster]\nhome = {home}\n")
    topology = read_topology(STANDARD, own)
    only = replace(topology, machines={"web1": topology.machines["web1"]})
    render(topology, tmp_path / "rendered")

    said = list(check_rendered(only, tmp_path / "rendered"))

    assert "web1: systemd-analyze takes /etc/systemd/system" in said
    assert not home.parent.exists()


def test_who_is_not_root_is_told_that_nothing_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    (said,) = check_rendered(read_topology(), tmp_path)

    assert said.endswith("are not checked by the programs that will read them: that needs root")


def test_our_services_give_up_what_they_do_not_need(tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze")
    rendered = _rendered(tmp_path)
    # Whoever mounts a volume has to be nearly all that root is.
    units = {
        path.name: path
        for path in rendered.glob("*/etc/systemd/system/cdpsfy-*.service")
        if "-nas" not in path.name
    }

    assert len(units) == 7
    for path in units.values():
        done = subprocess.run(
            [analyze, "security", "--offline=true", "--threshold=30", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{path.name}: {done.stdout[-200:]}"


def test_one_line_puts_another_track_server_everywhere(tmp_path: Path) -> None:
    rendered = _rendered(tmp_path, "[machines]\ns5 = tracks 15 gluster-gfapi\n")

    assert "server s5 10.1.2.15:6544" in (rendered / "lb1/etc/haproxy/haproxy.cfg").read_text()
    assert "10.1.2.15" in (rendered / "web1/etc/hosts").read_text()
    assert "s5" in (rendered / "nagios/etc/nagios4/cdpsfy/objects.cfg").read_text()
    assert "storage.driver = gluster-gfapi" in (rendered / "s5/etc/cdpsfy/site.ini").read_text()
    assert "10.1.3.15" in (rendered / "nas1/etc/cdpsfy/make-volume").read_text()


def test_three_lines_let_the_volume_grow_by_three_nodes(tmp_path: Path) -> None:
    rendered = _rendered(
        tmp_path,
        "[machines]\n" + "".join(f"nas{number} = nas {20 + number}\n" for number in (4, 5, 6)),
    )

    script = (rendered / "nas1/etc/cdpsfy/make-volume").read_text()
    assert "nas /srv/brick/nas nas1 nas2 nas3\n" in script
    assert "./grow.sh nas /srv/brick/nas nas4 nas5 nas6\n" in script
    assert "nas4 nas5 nas6" in (rendered / "s2/etc/cdpsfy/site.ini").read_text()


def test_no_file_knows_another_home_or_mount_than_the_topology(tmp_path: Path) -> None:
    rendered = _rendered(tmp_path, "[cluster]\nhome = /srv/project\nmount = /srv/volume\n")

    files = [path for path in rendered.rglob("*") if path.is_file()]
    assert [path for path in files if re.search(rb"/opt/cdpsfy|/mnt/", path.read_bytes())] == []


def test_a_machine_taken_out_of_reserve_serves(tmp_path: Path) -> None:
    rendered = _rendered(tmp_path, "[machines]\ns4 = tracks 14 gluster-gfapi\n")

    config = (rendered / "lb1/etc/haproxy/haproxy.cfg").read_text()
    assert "server s4 10.1.2.14:6544 check maxconn 10000\n" in config


def test_secrets_stay_what_they_are_and_are_not_for_everybody(tmp_path: Path) -> None:
    rendered = _rendered(tmp_path)
    first = (rendered / "web1/etc/cdpsfy/ticket_keys").read_text()

    again = _rendered(tmp_path)

    for name in ("web1", "web2", "s1", "s3", "nagios"):
        assert (again / name / "etc/cdpsfy/ticket_keys").read_text() == first
    secret = ("etc/cdpsfy/ticket_keys", "etc/cdpsfy/database_url", "etc/cdpsfy/tls.pem")
    found = [path for name in secret for path in again.glob(f"*/{name}")]
    assert len(found) > 8
    assert [path for path in found if path.stat().st_mode & stat.S_IRWXO] == []
    password = (again / "secrets/database_password").read_text().strip()
    open_to_all = [
        path
        for path in again.rglob("*")
        if path.is_file() and path.stat().st_mode & stat.S_IROTH and password in path.read_text()
    ]
    assert open_to_all == []


def test_a_second_rendering_leaves_nothing_of_the_first_but_secrets(tmp_path: Path) -> None:
    rendered = _rendered(tmp_path)
    stale = rendered / "web1/etc/cdpsfy/stale"
    stale.write_text("of an earlier topology")
    password = (rendered / "secrets/database_password").read_text()

    _rendered(tmp_path)

    assert not stale.exists()
    assert (rendered / "secrets/database_password").read_text() == password


def test_no_file_is_ever_more_open_than_it_is_at_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {}
    original = os.open

    def noted(path: Path, flags: int, mode: int = 0o777) -> int:
        file = original(path, flags, mode)
        made[path] = stat.S_IMODE(os.fstat(file).st_mode)
        return file

    monkeypatch.setattr(os, "open", noted)
    _rendered(tmp_path)

    assert len(made) > 100
    assert [path for path, mode in made.items() if mode & ~stat.S_IMODE(path.stat().st_mode)] == []


def test_the_umask_of_an_operator_is_not_that_of_the_machines(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        rendered = _rendered(tmp_path)
    finally:
        os.umask(before)

    for path in ("etc", "etc/cdpsfy", "etc/systemd/system", "etc/hosts"):
        assert stat.S_IMODE((rendered / "web1" / path).stat().st_mode) & 0o444 == 0o444


def test_what_a_template_lacks_is_named(tmp_path: Path) -> None:
    topology = read_topology()
    lacking = {name: value for name, value in topology.ports.items() if name != "nrpe"}

    with pytest.raises(WrongTopology, match=r"nrpe\.cfg\.j2, for lb1: .*'nrpe'"):
        render(replace(topology, ports=lacking), tmp_path)


def test_no_machine_takes_the_folder_of_the_secrets(tmp_path: Path) -> None:
    with pytest.raises(WrongTopology, match=r"\[machines\] secrets: "):
        _rendered(tmp_path, "[machines]\nsecrets = tracks 19\n")
