"""The track service starts while nas1 is in trouble."""

from __future__ import annotations

import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import pytest
import requests

from tests.components import require_program, require_root

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.gluster

ROADS = ["gluster-fuse", "gluster-gfapi"]
SILENT = list(itertools.product(ROADS, ["frozen", "unreachable"]))


class Start(NamedTuple):
    """How a service started."""

    statuses: set[int]
    """What /readyz and an object's address answered until it was ready."""
    seconds: float
    """From the start of its process until it was ready."""


@pytest.fixture(scope="module")
def silent_starts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Start]:
    """Start all that have to wait at the same time: each has nodes and a network of its own."""
    with ThreadPoolExecutor(len(SILENT)) as pool:
        starts = [
            pool.submit(_start, *case, tmp_path_factory.mktemp("-".join(case))) for case in SILENT
        ]
        return {case: start.result() for case, start in zip(SILENT, starts, strict=True)}


@pytest.mark.parametrize("road", ROADS)
def test_with_a_dead_node_the_service_is_ready_within_5_seconds(road: str, tmp_path: Path) -> None:
    assert _start(road, "dead", tmp_path).seconds <= 5


@pytest.mark.parametrize(("trouble", "soon_enough"), [("frozen", 30), ("unreachable", 60)])
@pytest.mark.parametrize("road", ROADS)
def test_with_a_silent_node_the_service_is_not_ready_at_first_and_then_in_time(
    silent_starts: dict[tuple[str, str], Start], road: str, trouble: str, soon_enough: float
) -> None:
    start = silent_starts[road, trouble]

    assert start.statuses == {requests.codes.unavailable}
    assert start.seconds <= soon_enough


def _start(road: str, trouble: str, folder: Path) -> Start:
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
    seconds, *statuses = done.stdout.split()
    return Start(set(map(int, statuses)), float(seconds))
