"""One real volume for all tests here that do not break it for good, and both roads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage import Unavailable, open_driver
from tests.gluster import VOLUME, Cluster, Mount, wait_for
from tests.storage.gluster.clients import take_stock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage import Driver

ROADS = ["gluster-fuse", "gluster-gfapi"]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def mount(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mount]:
    with Mount(cluster.hosts, tmp_path_factory.mktemp("mount")) as mount:
        yield mount


@pytest.fixture(scope="session")
def elsewhere(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mount]:
    """Mount the volume once more, as another machine does."""
    with Mount(cluster.hosts, tmp_path_factory.mktemp("elsewhere")) as mount:
        yield mount


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest) -> str:
    """Name the driver under test; each test that asks for it runs on both."""
    name: str = request.param
    return name


@pytest.fixture
def open_another(cluster: Cluster, mount: Mount, road: str) -> Callable[[], Driver]:
    """Open one more driver on the volume, which knows nothing of the first one."""
    return lambda: open_driver(settings(road, cluster, mount))


@pytest.fixture
def driver(open_another: Callable[[], Driver]) -> Iterator[Driver]:
    driver = open_another()
    wait_for(lambda: _initialised(driver), "the client to see its nodes")
    for entry in list(driver.list()):
        driver.delete(entry.key)
    yield driver
    driver.close()


@pytest.fixture
def stock_afresh(cluster: Cluster, mount: Mount, road: str) -> Callable[[], dict[str, str]]:
    """Return what a process finds that knows nothing, by a client with empty caches: take_stock."""

    def take() -> dict[str, str]:
        if road == "gluster-fuse":
            mount.remount()
        return take_stock(settings(road, cluster, mount))

    return take


def _initialised(driver: Driver) -> bool:
    try:
        driver.initialise()
    except Unavailable:
        return False
    return True


def settings(road: str, cluster: Cluster, mount: Mount) -> dict[str, str]:
    """Return the ini's settings for a driver to the volume."""
    own = {
        "storage.driver": road,
        "storage.hosts": " ".join(cluster.hosts),
        "storage.volume": VOLUME,
        "storage.log_file": "/dev/null",
    }
    if road == "gluster-fuse":
        own["storage.path"] = str(mount.path)
    return own
