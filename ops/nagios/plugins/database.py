"""Whether this machine's node of the database serves, and how many nodes the cluster has.

WARNING: another node is away, which another check tells, or this one is still catching up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, Unknown, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.programs import run

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVES = {"Synced", "Donor/Desynced"}
_CATCHES_UP = {"Joining", "Joining: receiving State Transfer", "Joined"}
_QUESTION = "SHOW GLOBAL STATUS LIKE 'wsrep_%'"


def check(socket: str, nodes: int, timeout: float) -> Answer:
    """Ask the node by its socket, as the user of the system that runs this."""
    client = ["/usr/bin/mariadb", "--no-defaults", f"--socket={socket}", "--batch"]
    try:
        said = run(*client, f"--execute={_QUESTION}", timeout=timeout)
    except Unknown as error:
        return Answer(Status.CRITICAL, f"MariaDB hangs: {error}")
    if said.code:
        return Answer(Status.CRITICAL, f"MariaDB does not answer: {said.text}")
    return judge(parse(said.text), nodes)


def parse(table: str) -> dict[str, str]:
    """Read what the client prints: a name, a tab and a value in each line."""
    pairs = (line.partition("\t") for line in table.splitlines())
    return {name: value for name, _, value in pairs}


def judge(status: Mapping[str, str], nodes: int) -> Answer:
    """Judge Galera's status variables; nodes is how many there are to be."""
    group = status.get("wsrep_cluster_status", "in no cluster")
    state = status.get("wsrep_local_state_comment", "unknown")
    size = int(status.get("wsrep_cluster_size", "0"))
    text = f"{group}, {state}, {size} of {nodes} nodes"
    figures = {"nodes": size}
    if group != "Primary":
        return Answer(Status.CRITICAL, f"no part of the majority: {text}", figures)
    if state in _CATCHES_UP:
        return Answer(Status.WARNING, text, figures)
    if state not in _SERVES or status.get("wsrep_ready") != "ON":
        return Answer(Status.CRITICAL, f"does not serve: {text}", figures)
    return Answer(Status.OK if size >= nodes else Status.WARNING, text, figures)


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("--nodes", type=int, required=True, help="how many the cluster has")
    arguments.add_argument("--socket", default="/run/mysqld/mysqld.sock")
    arguments.add_argument("--timeout", type=float, default=2.0, help="seconds")
    given = arguments.parse_args()
    answer(lambda: check(given.socket, given.nodes, given.timeout))


if __name__ == "__main__":
    main()
