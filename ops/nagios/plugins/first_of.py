"""What the whole cluster shares, as the first of several machines tells it that sees it well.

All of them are asked for one command of their nrpe.cfg. That one does not answer, or does not see
the others, is told by checks of its own; the cluster is as the best of them sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.remote import Question, add_arguments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.nagios.plugins.remote import Reply


def choose(replies: Iterable[Reply], otherwise: Status = Status.UNKNOWN) -> Answer:
    """Return the first answer that is not bad, or else a bad one; otherwise nobody knows."""
    bad = []
    for address, reply in replies:
        if reply.status <= Status.WARNING:
            return reply
        bad.append((address, reply))
    known = [reply for _, reply in bad if reply.status is Status.CRITICAL]
    if known:
        return known[0]
    reasons = "; ".join(f"{address}: {reply.text}" for address, reply in bad)
    return Answer(otherwise, reasons)


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    add_arguments(arguments, timeout=15.0)
    arguments.add_argument(
        "--otherwise",
        choices=[status.name for status in Status],
        default=Status.UNKNOWN.name,
        help="what it means that nobody knows",
    )
    given = arguments.parse_args()
    otherwise = Status[given.otherwise]
    with Question(given.command, given.addresses, given.port, given.timeout) as question:
        answer(lambda: choose(question.replies(), otherwise))


if __name__ == "__main__":
    main()
