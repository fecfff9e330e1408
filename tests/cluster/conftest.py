"""The whole cluster, brought up once for all tests of this folder."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ops.lab.cluster import Lab, lab_topology
from ops.lab.host import Unfit, require_fit
from ops.lab.machine import ROOT
from tests.components import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGS = ROOT / "var/lab-logs"
"""Where the machines' logs are kept when a test failed."""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Lab]:
    topology = lab_topology()
    try:
        require_fit(topology)
    except Unfit as error:
        missing(str(error))
    lab = Lab(topology, tmp_path_factory.mktemp("cluster") / "lab", tied=True)
    try:
        lab.up(print)
        lab.fill(print)
        yield lab
    except BaseException:
        _keep_logs(lab)
        raise
    finally:
        if request.session.testsfailed:
            _keep_logs(lab)
        lab.down()


def _keep_logs(lab: Lab) -> None:
    shutil.rmtree(LOGS, ignore_errors=True)
    for folder in lab.folder.glob("*/var/log"):
        shutil.copytree(folder, LOGS / folder.parents[1].name, dirs_exist_ok=True)
