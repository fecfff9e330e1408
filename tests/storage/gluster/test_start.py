"""The track service starts while nas1 is in trouble."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests

from tests.components import require_program, require_root

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.gluster

# Seconds are counted from the service's first answer.


def test_with_a_dead_node_the_service_is_ready_within_5_seconds(road: str, tmp_path: Path) -> None:
    _, seconds = _start(road, "dead", tmp_path)

    assert seconds <= 5


@pytest.mark.parametrize(("trouble", "soon_enough"), [("frozen", 30), ("unreachable", 60)])
def test_with_a_silent_node_the_service_is_not_ready_at_first_and_then_in_time(
    road: str, trouble: str, soon_enough: float, tmp_path: Path
) -> None:
    first_status, seconds = _start(road, trouble, tmp_path)

    assert first_status == requests.codes.unavailable
    assert seconds <= soon_enough


def _start(road: str, trouble: str, folder: Path) -> tuple[int, float]:
    require_root()
    require_program("nft")
    done = subprocess.run(
        [
            *("unshare", "--net", "--mount"),
            *(sys.executable, "-m", "tests.storage.gluster.starting"),
            *(road, trouble, folder),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=240,
    )
    status, seconds = done.stdout.split()
    return int(status), float(seconds)
