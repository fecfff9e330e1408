"""What an operator gets wrong about a Gluster volume is named."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from storage import Misconfigured, Unavailable, open_driver
from storage.filesystem import FilesystemDriver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GFAPI = {"storage.driver": "gluster-gfapi", "storage.hosts": "nas1 nas2", "storage.volume": "nas"}
FUSE = {"storage.driver": "gluster-fuse", "storage.path": "/mnt/nas"}


@pytest.mark.parametrize("name", ["storage.hosts", "storage.volume"])
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(Misconfigured, match=f"{name} is missing"):
        open_driver({**GFAPI, name: ""})


@pytest.mark.parametrize("volume", ["a/b", "nas nas", "ñ"])
def test_what_is_no_volume_name_is_refused(volume: str) -> None:
    with pytest.raises(Misconfigured, match=f"storage.volume = {volume}"):
        open_driver({**GFAPI, "storage.volume": volume})


def test_without_gfapi_the_operator_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("storage.gfapi_connection", "storage.gfapi_compat", "storage.gfapi_files"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "gluster.gfapi", None)

    with pytest.raises(Misconfigured, match=r"pip install cdpsfy\[gluster\]"):
        open_driver(GFAPI)


def test_a_relative_mount_point_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"storage\.path = mnt must be absolute"):
        open_driver({**FUSE, "storage.path": "mnt"})


@pytest.mark.parametrize("alone", ["storage.hosts", "storage.volume"])
def test_hosts_and_volume_go_together(alone: str) -> None:
    with pytest.raises(Misconfigured, match="go together"):
        open_driver({**FUSE, alone: "nas"})


def test_a_folder_that_is_no_gluster_mount_is_never_written_to(tmp_path: Path) -> None:
    driver = open_driver({**FUSE, "storage.path": str(tmp_path)})

    with pytest.raises(Unavailable, match=f"no Gluster volume is mounted at {tmp_path}"):
        driver.initialise()

    assert list(tmp_path.iterdir()) == []
    assert not driver.health().ok


def test_a_folder_that_looks_like_the_volume_is_not_taken_for_it(tmp_path: Path) -> None:
    """As when the volume is unmounted, and somebody copied it there."""
    local = FilesystemDriver.from_settings({"path": str(tmp_path)})
    local.initialise()
    key = local.put(io.BytesIO(b"music"), "audio/mpeg").key
    before = sorted(tmp_path.rglob("*"))
    driver = open_driver({**FUSE, "storage.path": str(tmp_path)})
    operations: list[Callable[[], object]] = [
        lambda: driver.put(io.BytesIO(b"more"), "audio/mpeg"),
        lambda: driver.open(key),
        lambda: driver.stat(key),
        lambda: driver.delete(key),
        lambda: list(driver.list()),
    ]

    for operation in operations:
        with pytest.raises(Unavailable, match="no Gluster volume is mounted"):
            operation()

    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("hosts", ["nas1,nas2,nas3", " "])
@pytest.mark.parametrize("road", [GFAPI, FUSE])
def test_hosts_that_are_none_are_refused(road: dict[str, str], hosts: str) -> None:
    with pytest.raises(Misconfigured, match=r"storage\.hosts"):
        open_driver({**road, "storage.hosts": hosts, "storage.volume": "nas"})


def test_a_log_file_that_nothing_would_be_written_to_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"storage\.log_file is of use only with"):
        open_driver({**FUSE, "storage.log_file": "/dev/null"})


def test_a_mount_point_that_is_missing_is_unavailable(tmp_path: Path) -> None:
    driver = open_driver({**FUSE, "storage.path": str(tmp_path / "absent")})

    with pytest.raises(Unavailable):
        list(driver.list())


def test_a_stderr_that_cannot_be_opened_by_name_is_not_logged_to() -> None:
    """As under systemd, which gives a socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from storage.gluster import _usual_log_file; print(_usual_log_file())",
            ],
            stdout=subprocess.PIPE,
            stderr=theirs.fileno(),
            text=True,
            check=True,
        )

    assert done.stdout.strip() == os.devnull
