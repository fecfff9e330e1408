"""Whether enough machines say that something of theirs is well: a majority in each set of them.

WARNING: one is not, or cannot be asked; another check tells why. CRITICAL: a set has no majority.
This is asked with little patience, for other alarms depend on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.remote import Question, add_arguments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.nagios.plugins.remote import Reply


def judge(replies: Iterable[Reply], addresses: Sequence[str], of: int) -> Answer:
    """Judge what the machines said; sets of so many stand side by side in addresses."""
    well = {address for address, reply in replies if reply.status is Status.OK}
    sets = (addresses[start : start + of] for start in range(0, len(addresses), of))
    lost = any(2 * len(well.intersection(each)) <= len(each) for each in sets)
    missing = [address for address in addresses if address not in well]
    text = f"{len(well)} of {len(addresses)}" + (f", not {', '.join(missing)}" if missing else "")
    figures = {"well": len(well)}
    if lost:
        return Answer(Status.CRITICAL, f"NO MAJORITY: {text}", figures)
    return Answer(Status.WARNING if missing else Status.OK, text, figures)


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    add_arguments(arguments, timeout=3.0)
    arguments.add_argument("--of", type=int, default=3, help="how many are a set")
    given = arguments.parse_args()
    with Question(given.command, given.addresses, given.port, given.timeout) as question:
        answer(lambda: judge(question.replies(), given.addresses, given.of))


if __name__ == "__main__":
    main()
