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
        heard = {_hear(site, address) for address in _tracks(site)}
        differences = site.cdpsfy("fsck", str(site.ini))
    finally:
        site.stop()
        cluster.start_bricks()
        cluster.heal()

    assert heard == {entry.key[:64] for entry in driver.list()}
    assert len(heard) == TRACKS
    assert differences == "all is well\n"


def _tracks(site: RunningSite) -> list[str]:
    page = requests.get(f"{site.url}/tracks", timeout=60).text
    return sorted(set(re.findall(r"/tracks/(?!new)[^\"/?]+", page)))


def _hear(site: RunningSite, address: str) -> str:
    page = requests.get(f"{site.url}{address}", timeout=60).text
    audio = re.search(r'<audio [^>]*src="([^"]+)"', page)
    assert audio is not None
    heard = requests.get(html.unescape(audio[1]), timeout=60)
    heard.raise_for_status()
    return hashlib.sha256(heard.content).hexdigest()
