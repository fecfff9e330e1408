"""What any of several machines found, though others found nothing: the worst that is known.

All of them are asked for one command of their nrpe.cfg. That one cannot be asked is told by a check
of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.remote import Question, add_arguments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.nagios.plugins.remote import Reply


def choose(replies: Iterable[Reply]) -> Answer:
    """Return the worst answer, with the address it came from; UNKNOWN if nobody knows."""
    answers = [
        found._replace(text=f"{address}: {found.text}") for address, found in sorted(replies)
    ]
    known = [found for found in answers if found.status is not Status.UNKNOWN]
    if known:
        return max(known, key=lambda found: found.status)
    return Answer(Status.UNKNOWN, "; ".join(found.text for found in answers))


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    add_arguments(arguments, timeout=15.0)
    given = arguments.parse_args()
    with Question(given.command, given.addresses, given.port, given.timeout) as question:
        answer(lambda: choose(question.replies()))


if __name__ == "__main__":
    main()
