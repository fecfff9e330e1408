"""The edge of a track server, as the topology renders it, before an origin on this machine."""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ops.render import render
from tests.bench.contestants import Contestant
from tests.bench.processes import Server
from tests.ops.balancer import loopback_topology

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDERS = {"/var/cache/cdpsfy-edge": "cache", "/run/cdpsfy-edge": "run", "/var/log/cdpsfy": "log"}
"""Of the machine, and below a folder of ours."""
_CONNECTIONS = "20000"
"""What topology.ini says; the tests' own topology has fewer."""


@contextmanager
def edge(folder: Path, origin: Contestant) -> Iterator[Contestant]:
    """Run it; what both it and its origin use is its cost."""
    folder.mkdir()
    topology = loopback_topology(
        folder, ports={"origin": str(origin.place[1])}, cluster={"connections": _CONNECTIONS}
    )
    render(topology, folder / "rendered")
    configuration = folder / "edge.conf"
    text = (folder / "rendered/s1/etc/cdpsfy/edge.conf").read_text("utf-8")
    for there, here in _FOLDERS.items():
        (folder / here).mkdir()
        text = text.replace(there, str(folder / here))
    configuration.write_text(text, "utf-8")
    # nginx as root gives its workers to another user, whom our folders do not let in.
    user = ["-g", f"user {getpass.getuser()};"] if os.geteuid() == 0 else []
    server = Server("edge", ["nginx", "-c", str(configuration), *user], folder)
    url = f"http://{topology.machines['s1'].addresses['services']}:{topology.ports['tracks']}"
    try:
        server.await_answer(f"{url}/healthz")
        yield Contestant("edge", url, [server, *origin.servers], origin.path)
    finally:
        server.stop()
