"""Whether exactly one of several machines holds the address that they share (their `holds`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.remote import Question, add_arguments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.nagios.plugins.remote import Reply


def judge(replies: Iterable[Reply]) -> Answer:
    """Judge what the machines said: OK from who holds it, WARNING from who does not.

    One that keeps silent may hold the address: whether that serves anybody, others check.
    """
    by_status: dict[Status, list[str]] = {status: [] for status in Status}
    for address, reply in replies:
        by_status[reply.status].append(address)
    holders = by_status[Status.OK]
    silent = by_status[Status.UNKNOWN] + by_status[Status.CRITICAL]
    if len(holders) > 1:
        return Answer(Status.CRITICAL, f"{' and '.join(sorted(holders))} hold it at once")
    if holders:
        return Answer(Status.OK, f"{holders[0]} holds it")
    if silent:
        return Answer(Status.WARNING, f"who holds it? {', '.join(silent)} cannot be asked")
    return Answer(Status.CRITICAL, "nobody holds it")


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    add_arguments(arguments, timeout=4.0)
    given = arguments.parse_args()
    with Question(given.command, given.addresses, given.port, given.timeout) as question:
        answer(lambda: judge(question.replies()))


if __name__ == "__main__":
    main()
