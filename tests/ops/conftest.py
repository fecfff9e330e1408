"""A lab of machines; and one site, whose volume serves for all tests that leave it whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ops.nodes import Lab
from tests.ops.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a site with a started, initialised volume."""
    with Lab(tmp_path_factory.mktemp("site")) as lab:
        site = Site(lab)
        site.make_nodes()
        site.make_volume()
        site.initialise()
        yield site
