"""The operator's commands on a real volume, and what their exit codes say."""

from __future__ import annotations

import io
import os
import signal
from typing import TYPE_CHECKING

import pytest

from storage import mark, open_driver
from tests.functional.cli.library import cdpsfy
from tests.gluster import wait_for
from tests.storage.gluster.bricks import brick_path, flip_bit
from tests.storage.gluster.conftest import settings
from tests.storage.gluster.traffic import is_right, put
from tests.unit.tracks.audio_samples import mp3

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storage import Driver
    from tests.gluster import Cluster, Mount

pytestmark = pytest.mark.gluster

OK, WARNING, CRITICAL, UNKNOWN = range(4)


@pytest.fixture
def ini(cluster: Cluster, mount: Mount, road: str, tmp_path: Path) -> Path:
    return write_ini(tmp_path / "site.ini", settings(road, cluster, mount))


def test_a_volume_that_is_ready_is_made_ready_again(driver: Driver, ini: Path) -> None:
    key = put(driver, 1)

    done = cdpsfy("storage", "init", ini)

    assert (done.returncode, done.stdout) == (OK, "the volume is ready\n")
    assert is_right(driver, key)


def test_the_scrub_is_content_while_one_copy_is_right_and_the_brick_is_repaired(
    cluster: Cluster, driver: Driver, ini: Path, tmp_path: Path
) -> None:
    key, node = put(driver, 1), cluster.members[1]
    flip_bit(node, key, 0)
    state = tmp_path / "state"

    heard = cdpsfy("scrub", ini)
    found = cdpsfy("scrub", "--brick", node.brick, "--state", state)
    mended = cdpsfy("scrub", ini, "--brick", node.brick, "--repair", timeout=120)
    again = cdpsfy("scrub", "--brick", node.brick, "--state", state)

    assert heard.returncode == OK
    assert found.returncode == CRITICAL
    assert f"damaged: {brick_path(node, key)}: wrong bytes" in found.stdout
    assert mended.returncode == WARNING
    assert "1 repaired" in mended.stdout
    assert (again.returncode, again.stdout) == (OK, "1 whole\n")


def test_without_quorum_the_scrub_cannot_be_made_and_says_what_to_try(
    cluster: Cluster, driver: Driver, ini: Path
) -> None:
    put(driver, 1)
    for node in cluster.members[1:]:
        node.signal_brick(signal.SIGKILL)
    wait_for(lambda: not driver.health().ok, "the driver to notice")

    done = cdpsfy("scrub", ini)
    cluster.start_bricks()
    wait_for(lambda: driver.health().ok, "the driver to recover")

    assert done.returncode == UNKNOWN
    assert f"volume nas of {' '.join(cluster.hosts)}" in done.stderr
    assert "gluster volume status nas" in done.stderr


def test_marks_come_back(
    cluster: Cluster, driver: Driver, open_another: Callable[[], Driver], ini: Path
) -> None:
    key = driver.put(io.BytesIO(mp3(frames=2000)), "audio/mpeg").key
    for node in cluster.members:
        os.removexattr(brick_path(node, key), mark.NAME)
    # One copy rotted besides: it may be the one that is read.
    flip_bit(cluster.members[0], key, 5000)

    done = cdpsfy("storage", "remark", ini, "--older-than", "0 s")

    assert (done.returncode, done.stdout.splitlines()[-1]) == (OK, "1 marked again")
    assert is_right(open_another(), key)


def test_a_library_moves_from_one_road_to_a_folder_and_back(
    driver: Driver, ini: Path, tmp_path: Path
) -> None:
    keys = sorted(put(driver, seed) for seed in range(3))
    (tmp_path / "copy").mkdir()
    folder = {"storage.driver": "filesystem", "storage.path": str(tmp_path / "copy")}
    other = write_ini(tmp_path / "other.ini", folder)
    open_driver(folder).initialise()

    there = cdpsfy("storage", "copy", "--from", ini, "--to", other)
    for key in keys:
        driver.delete(key)
    back = cdpsfy("storage", "copy", "--from", other, "--to", ini)

    assert (there.returncode, back.returncode) == (OK, OK)
    assert cdpsfy("scrub", other).stdout == "3 whole\n"
    assert [entry.key for entry in driver.list()] == keys
    assert all(is_right(driver, key) for key in keys)


def write_ini(path: Path, storage: dict[str, str]) -> Path:
    lines = [f"{name} = {value}\n" for name, value in storage.items()]
    path.write_text("".join(["[app:tracks]\nuse = egg:cdpsfy#tracks\n", *lines]), "utf-8")
    return path
