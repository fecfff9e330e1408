"""How long the certificate is good that lies on this machine, shown to people or not."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.certificate import DAY, judge
from ops.nagios.plugins.programs import run

if TYPE_CHECKING:
    from ops.nagios.plugins.programs import Said

_TIMEOUT = 5.0


def check(file: str) -> Answer:
    """Ask openssl as root, which sudoers must name word for word: the key is in the file, too."""
    question = ["/usr/bin/openssl", "x509", "-in", file, "-noout", "-enddate"]
    return understand(file, run("/usr/bin/sudo", "-n", *question, timeout=_TIMEOUT))


def understand(file: str, said: Said) -> Answer:
    """Judge what openssl said, like `notAfter=Feb 28 20:44:21 2029 GMT`."""
    name, _, end = said.text.partition("=")
    if said.code or name != "notAfter":
        return Answer(Status.CRITICAL, f"{file} holds no certificate: {said.text}")
    return judge(file, (ssl.cert_time_to_seconds(end) - time.time()) / DAY)


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file")
    given = arguments.parse_args()
    answer(lambda: check(given.file))


if __name__ == "__main__":
    main()
