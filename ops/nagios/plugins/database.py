"""Whether this machine's node of the database serves, and how many nodes the cluster has.

WARNING: another node is away, which another check tells, or this one is still catching up.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import pymysql

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVES = {"Synced", "Donor/Desynced"}
_CATCHES_UP = {"Joining", "Joining: receiving State Transfer", "Joined"}


def check(socket: str, nodes: int, timeout: int) -> Answer:
    """Ask the node by its socket, as the user of the system that runs this."""
    try:
        return judge(_status(socket, timeout), nodes)
    except (pymysql.Error, OSError) as error:
        return Answer(Status.CRITICAL, f"MariaDB does not answer: {error.args[-1]}")


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


def _status(socket: str, timeout: int) -> dict[str, str]:
    with (
        pymysql.connect(
            unix_socket=socket,
            user=getpass.getuser(),
            connect_timeout=timeout,
            read_timeout=timeout,
            write_timeout=timeout,
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SHOW GLOBAL STATUS LIKE 'wsrep_%'")
        return dict(cursor.fetchall())


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("--nodes", type=int, required=True, help="how many the cluster has")
    arguments.add_argument("--socket", default="/run/mysqld/mysqld.sock")
    arguments.add_argument("--timeout", type=int, default=5, help="seconds")
    given = arguments.parse_args()
    answer(lambda: check(given.socket, given.nodes, given.timeout))


if __name__ == "__main__":
    main()
