"""From one topology every machine gets its files, and the programs take them."""

from __future__ import annotations

import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from ops.check import CheckFailed, check_rendered
from ops.render import render
from ops.topology import STANDARD, read_topology
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


def test_our_services_give_up_what_they_do_not_need(tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze")
    rendered = _rendered(tmp_path)
    # Whoever mounts a volume has to be nearly all that root is.
    units = {
        path.name: path
        for path in rendered.glob("*/etc/systemd/system/cdpsfy-*.service")
        if "-nas" not in path.name
    }

    assert len(units) == 6
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


def test_a_machine_taken_out_of_reserve_serves(tmp_path: Path) -> None:
    rendered = _rendered(tmp_path, "[machines]\ns4 = tracks 14 gluster-gfapi\n")

    config = (rendered / "lb1/etc/haproxy/haproxy.cfg").read_text()
    assert "server s4 10.1.2.14:6544 check maxconn 72\n" in config


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
