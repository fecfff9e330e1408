"""Whether a balancer runs, and has somebody to send requests to.

WARNING: a backend has nobody; the servers' own checks tell why. CRITICAL: none has, so it is the
balancer that is cut off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, Unknown, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.haproxy import servers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.nagios.plugins.haproxy import Server


def check(url: str, timeout: float) -> Answer:
    """Ask a balancer for its figures, at an address like http://10.1.10.3:8404."""
    try:
        return judge(servers(url, timeout))
    except Unknown as error:
        return Answer(Status.CRITICAL, str(error))


def judge(known: Sequence[Server]) -> Answer:
    """Judge the servers that a balancer knows."""
    backends = {server.backend for server in known}
    served = {server.backend for server in known if server.is_up}
    up = sum(server.is_up for server in known)
    used = sum(not server.is_drained for server in known)
    figures = {"servers": used, "up": up}
    if not served:
        return Answer(Status.CRITICAL, f"it reaches no server of {len(backends)} backends", figures)
    if unserved := sorted(backends - served):
        return Answer(Status.WARNING, f"nobody serves {', '.join(unserved)}", figures)
    return Answer(Status.OK, f"{up} of {used} servers are up, each backend has one", figures)


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("url", help="without a path")
    arguments.add_argument("--timeout", type=float, default=5.0, help="seconds")
    given = arguments.parse_args()
    answer(lambda: check(given.url, given.timeout))


if __name__ == "__main__":
    main()
