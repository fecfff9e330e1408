"""What is installed on a machine is what docs/operations.md says."""

from __future__ import annotations

import re

import pytest

from ops import manifest
from ops.topology import read_topology
from tests.deployment import ROOT

_MOUNT = {"glusterfs-client", "fuse"}
"""What a track server has besides, where its driver is `gluster-fuse`."""


@pytest.mark.parametrize("role", manifest.PACKAGES)
def test_the_table_of_machines_names_every_package(role: str) -> None:
    machine = read_topology().serving(role)[0].name
    text = (ROOT / "docs/operations.md").read_text()
    named = set()
    for row in (machine, "all"):
        (packages,) = re.findall(rf"^\| {row}\b[^|]*\| ([^|]+) \|", text, re.MULTILINE)
        named |= set(re.findall(r"[a-z0-9-]+", re.sub(r"\(.*?\)", "", packages)))

    assert named - _MOUNT == set(manifest.PACKAGES[role])
