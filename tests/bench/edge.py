"""The edge of a track server, as the topology renders it, before an origin on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.bench.contestants import Contestant
from tests.bench.processes import Server
from tests.edge.rendered import RenderedEdge
from tests.ops.balancer import loopback_topology

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONNECTIONS = "20000"
"""What topology.ini says; the tests' own topology has fewer."""


@contextmanager
def edge(folder: Path, origin: Contestant) -> Iterator[Contestant]:
    """Run it; what both it and its origin use is its cost."""
    folder.mkdir()
    topology = loopback_topology(
        folder, ports={"origin": str(origin.place[1])}, cluster={"connections": _CONNECTIONS}
    )
    server = Server("edge", RenderedEdge(topology, folder).command(), folder)
    url = f"http://{topology.machines['s1'].addresses['services']}:{topology.ports['tracks']}"
    try:
        server.await_answer(f"{url}/healthz")
        yield Contestant("edge", url, [server, *origin.servers], origin.path)
    finally:
        server.stop()
