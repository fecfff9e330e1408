"""Nagios' event handler: asks a machine to repair a service, when it is time for that.

The first bad look may be an accident, so nothing is done then. At the second one, and when Nagios
is certain, the machine is asked for the `repair` of its nrpe.cfg.
"""

from __future__ import annotations

import sys

from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.remote import Question

_SECOND = 2


def is_due(state: str, kind: str, attempt: int) -> bool:
    """Whether a service in this state ($SERVICESTATE$, $SERVICESTATETYPE$) is to be repaired."""
    return state == "CRITICAL" and (kind == "HARD" or attempt == _SECOND)


def main() -> None:
    """Ask, if it is due; Nagios' log keeps what the machine said."""
    arguments = Arguments(__doc__)
    arguments.add_argument("state")
    arguments.add_argument("kind", help="SOFT or HARD")
    arguments.add_argument("attempt", type=int)
    arguments.add_argument("command", help="of the machine's nrpe.cfg")
    arguments.add_argument("--address", required=True)
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    if not is_due(given.state, given.kind, given.attempt):
        return
    with Question(given.command, [given.address], given.port, timeout=10) as question:
        for reply in question.replies():
            sys.stdout.write(f"{reply.answer}\n")


if __name__ == "__main__":
    main()
