"""Whether the balancers send requests to a server.

WARNING: one balancer does, another does not; or an operator keeps it out. CRITICAL: none does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, Unknown, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.haproxy import servers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.nagios.plugins.haproxy import Server


def check(name: str, urls: Iterable[str], timeout: float) -> Answer:
    """Ask each balancer how it sees the server of this name.

    Raises:
        Unknown: no balancer answers.
    """
    views, silent = [], []
    for url in urls:
        try:
            views.append(
                [server for server in servers(url, timeout) if server.name == name],
            )
        except Unknown as error:
            silent.append(str(error))
    if not views:
        raise Unknown("; ".join(silent))
    return judge(name, views)


def judge(name: str, views: Sequence[Sequence[Server]]) -> Answer:
    """Judge one server as the balancers see it: in each of its backends."""
    drained = [server for view in views for server in view if server.is_drained]
    down = [[one for one in view if not one.is_up and not one.is_drained] for view in views]
    if not any(views):
        return Answer(Status.CRITICAL, f"the balancers do not know {name}")
    if not all(views):
        return Answer(Status.WARNING, f"one balancer does not know {name}")
    if all(down):
        return Answer(Status.CRITICAL, f"gets no requests: {_reasons(down[0])}")
    if some := [server for view in down for server in view]:
        return Answer(Status.WARNING, f"gets none from one balancer: {_reasons(some)}")
    if drained:
        return Answer(Status.WARNING, f"is kept out of {drained[0].backend}: {drained[0].state}")
    return Answer(Status.OK, f"gets requests in {', '.join(one.backend for one in views[0])}")


def _reasons(down: Iterable[Server]) -> str:
    return "; ".join(f"{server.backend}: {server.state}, {server.why}" for server in down)


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("name", help="of the server, as the balancers know it")
    arguments.add_argument("urls", nargs="+", help="of the balancers' figures, without a path")
    arguments.add_argument("--timeout", type=float, default=2.0, help="seconds for each")
    given = arguments.parse_args()
    answer(lambda: check(given.name, given.urls, given.timeout))


if __name__ == "__main__":
    main()
