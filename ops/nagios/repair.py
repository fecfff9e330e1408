"""Nagios' event handler for services: asks a machine to repair what is certainly broken there.

People are told at the same time: a process that died once may die again, and its reason is on the
machine. What passes by itself is neither told nor repaired.
"""

from __future__ import annotations

import sys

from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.remote import Question


def is_due(state: str, kind: str) -> bool:
    """Whether a service in this state ($SERVICESTATE$, $SERVICESTATETYPE$) is to be repaired."""
    return state == "CRITICAL" and kind == "HARD"


def main() -> None:
    """Ask, if it is due; Nagios' log keeps what the machine said."""
    arguments = Arguments(__doc__)
    arguments.add_argument("state")
    arguments.add_argument("kind", help="SOFT or HARD")
    arguments.add_argument("command", help="of the machine's nrpe.cfg")
    arguments.add_argument("--address", required=True)
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    if not is_due(given.state, given.kind):
        return
    with Question(given.command, [given.address], given.port, timeout=10) as question:
        for reply in question.replies():
            sys.stdout.write(f"{reply.answer}\n")


if __name__ == "__main__":
    main()
