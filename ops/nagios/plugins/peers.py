"""Whether this node's glusterd runs and reaches the others, over the network of the storage.

Each peer is asked itself: the pool takes one that went silent for connected for half a minute.
CRITICAL: this glusterd does not answer, or reaches no majority: it is the one that is cut off.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from ops.nagios.plugins.answer import Answer, Status, Unknown, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.gluster import ask
from ops.nagios.plugins.programs import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

_PATIENCE = 10
_PEER_PATIENCE = 6


class Peer(NamedTuple):
    """Another node of the pool, and whether it answers."""

    host: str
    reached: bool


def check() -> Answer:
    """Ask this glusterd for its peers, and each of them for a sign of life."""
    try:
        hosts = parse(ask("pool", "list", timeout=_PATIENCE))
    except Unknown as error:
        return Answer(Status.CRITICAL, f"glusterd does not answer: {error}")
    with ThreadPoolExecutor(max(1, len(hosts))) as threads:
        return judge(list(threads.map(lambda host: Peer(host, _answers(host)), hosts)))


def parse(pool: Element) -> list[str]:
    """Return the names of the others in `gluster --xml pool list`."""
    hosts = (peer.findtext("hostname", "") for peer in pool.iter("peer"))
    return [host for host in hosts if host not in {"", "localhost"}]


def judge(peers: Sequence[Peer]) -> Answer:
    """Judge which peers were reached."""
    missing = ", ".join(peer.host for peer in peers if not peer.reached)
    reached = sum(peer.reached for peer in peers)
    figures = {"reached": reached, "peers": len(peers)}
    if not missing:
        return Answer(Status.OK, f"all {len(peers)} peers answer", figures)
    alone = (reached + 1) * 2 <= len(peers) + 1
    status = Status.CRITICAL if alone else Status.WARNING
    return Answer(status, f"{reached} of {len(peers)} peers answer, not {missing}", figures)


def _answers(host: str) -> bool:
    question = ["--log-file=/dev/null", f"--remote-host={host}", "system::", "uuid", "get"]
    try:
        return run("/usr/sbin/gluster", *question, timeout=_PEER_PATIENCE).code == 0
    except Unknown:
        return False


def main() -> None:
    """Run the check."""
    Arguments(__doc__).parse_args()
    answer(check)


if __name__ == "__main__":
    main()
