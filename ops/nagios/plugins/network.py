"""Whether Nagios reaches anybody. If not one machine answers, it is Nagios that is cut off."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments

if TYPE_CHECKING:
    from collections.abc import Sequence


def check(addresses: Sequence[str], timeout: int) -> Answer:
    """Ping all at once, until one answers."""
    pings = {
        address: subprocess.Popen(
            ["/bin/ping", "-c", "1", "-W", str(timeout), address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for address in addresses
    }
    try:
        for address, ping in pings.items():
            if ping.wait() == 0:
                return Answer(Status.OK, f"{address} answers")
    finally:
        for ping in pings.values():
            ping.kill()
            ping.wait()
    return Answer(Status.CRITICAL, f"none of {len(addresses)} machines answers within {timeout} s")


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("addresses", nargs="+")
    arguments.add_argument("--timeout", type=int, default=2, help="seconds")
    given = arguments.parse_args()
    answer(lambda: check(given.addresses, given.timeout))


if __name__ == "__main__":
    main()
