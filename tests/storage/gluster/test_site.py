"""The whole site, as on a laptop but for the settings of its storage, while a node dies."""

from __future__ import annotations

import hashlib
import html
import re
import signal
import threading
from typing import TYPE_CHECKING

import pytest
import requests

from tests.deployment import RunningSite
from tests.gluster import wait_for
from tests.storage.gluster.conftest import settings

if TYPE_CHECKING:
    from pathlib import Path

    from storage import Driver
    from tests.gluster import Cluster, Mount

pytestmark = pytest.mark.gluster

TRACKS = 12
"""What `cdpsfy demo` uploads."""


def test_a_site_is_filled_and_heard_while_a_node_dies(
    cluster: Cluster, mount: Mount, driver: Driver, road: str, tmp_path: Path
) -> None:
    site = RunningSite(tmp_path, settings(road, cluster, mount))
    site.start()
    try:
        filling = threading.Thread(target=site.cdpsfy, args=("demo", str(site.ini)))
        filling.start()
        wait_for(lambda: len(list(driver.list())) > TRACKS // 3, "the first tracks")
        cluster.members[1].signal_brick(signal.SIGKILL)
        filling.join()
        heard, seen = _hear_and_see(site)
        differences = site.cdpsfy("fsck", str(site.ini))
    finally:
        site.stop()
        cluster.start_bricks()
        cluster.heal()

    assert heard | seen == {entry.key[:64] for entry in driver.list()}
    assert len(heard) == TRACKS
    assert differences == "all is well\n"


def _hear_and_see(site: RunningSite) -> tuple[set[str], set[str]]:
    """Return the SHA-256 of all the music, and of all the covers, as pages lead to them."""
    catalogue = _read(f"{site.url}/tracks").text
    tracks = sorted(set(re.findall(r"/tracks/[A-Za-z0-9]{12}(?=\")", catalogue)))
    pages = "".join(_read(f"{site.url}{track}").text for track in tracks)
    audio = re.findall(r'<audio [^>]*src="([^"]+)"', pages)
    covers = re.findall(r"https?://[^\s\"]+/covers/[^\s\",]+", catalogue + pages)
    return _digests(audio), _digests(covers)


def _digests(addresses: list[str]) -> set[str]:
    return {hashlib.sha256(_read(html.unescape(each)).content).hexdigest() for each in addresses}


def _read(address: str) -> requests.Response:
    answer = requests.get(address, timeout=60)
    answer.raise_for_status()
    return answer
