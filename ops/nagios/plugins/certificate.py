"""How long the certificate is good that people are shown, and whether they believe it."""

from __future__ import annotations

import socket
import ssl
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.visitor import trust

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86400
_TIMEOUT = 5.0


def check(connect: str, names: Sequence[str], authority: Path) -> Answer:
    """Ask ADDRESS:PORT for the certificate of each name."""
    try:
        ends = {name: _end(connect, name, authority) for name in names}
    except ssl.SSLCertVerificationError as error:
        return Answer(Status.CRITICAL, f"nobody believes it: {error.verify_message}")
    except OSError as error:
        return Answer(Status.UNKNOWN, f"{connect} shows none: {error}")
    name = min(ends, key=lambda name: ends[name])
    return judge(name, (ends[name] - time.time()) / DAY)


def judge(name: str, days: float, warning: float = 21, critical: float = 7) -> Answer:
    """Judge a certificate that is good for so many days."""
    status = Status.WARNING if days < warning else Status.OK
    status = Status.CRITICAL if days < critical else status
    return Answer(status, f"that of {name} is good for {days:.0f} days", {"days": f"{days:.0f}"})


def _end(connect: str, name: str, authority: Path) -> float:
    host, _, port = connect.rpartition(":")
    with (
        socket.create_connection((host, int(port)), _TIMEOUT) as plain,
        trust(authority).wrap_socket(plain, server_hostname=name) as safe,
    ):
        # It was verified, so it is there and has an end.
        return ssl.cert_time_to_seconds(str((safe.getpeercert() or {})["notAfter"]))


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("connect", help="ADDRESS:PORT")
    arguments.add_argument("names", nargs="+")
    arguments.add_argument("--authority", type=Path, default=Path(), help="certificates to believe")
    given = arguments.parse_args()
    answer(lambda: check(given.connect, given.names, given.authority))


if __name__ == "__main__":
    main()
