"""Both Gluster drivers keep the whole contract, on a real volume of three nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.conformance import WriteOnceConformance
from tests.storage.gluster.bricks import VolumeBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage import Driver
    from tests.gluster import Cluster, Mount

pytestmark = pytest.mark.gluster


class TestGlusterDrivers(WriteOnceConformance):
    @pytest.fixture
    def driver(self, driver: Driver, open_another: Callable[[], Driver]) -> Driver:
        self._open_another = open_another
        return driver

    @pytest.fixture
    def backend(
        self, driver: Driver, cluster: Cluster, mount: Mount, elsewhere: Mount, road: str
    ) -> Iterator[VolumeBackend]:
        backend = VolumeBackend(driver, cluster, mount, elsewhere, road)
        yield backend
        backend.come_back()

    def another(self, driver: Driver) -> Driver:  # noqa: ARG002
        return self._open_another()
