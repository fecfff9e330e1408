"""Whether a service of ours can serve: its /readyz, or else whether it lives at all."""

from __future__ import annotations

import time
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments


def check(url: str, timeout: float) -> Answer:
    """Ask a service, at an address like http://10.1.2.31:6543, within so many seconds."""
    start = time.monotonic()
    try:
        code, text = _get(f"{url}/readyz", timeout)
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        return Answer(Status.CRITICAL, f"{url} does not answer ({reason}): {_alive(url, timeout)}")
    took = time.monotonic() - start
    status = Status.OK if code == 200 else Status.CRITICAL  # noqa: PLR2004 - HTTP's own number
    said = "ready" if status is Status.OK else f"not ready ({code})"
    return Answer(status, f"{said}: {text}", {"time": f"{took:.3f}s"})


def _alive(url: str, timeout: float) -> str:
    try:
        code, _ = _get(f"{url}/healthz", timeout)
    except OSError:
        return "it is dead or hangs"
    return f"its process lives (healthz: {code})"


def _get(url: str, timeout: float) -> tuple[int, str]:
    try:
        with urlopen(url, timeout=timeout) as response:  # noqa: S310 - our own address
            return response.status, response.read(500).decode(errors="replace").strip()
    except HTTPError as error:
        return error.code, error.read(500).decode(errors="replace").strip()


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("url", help="without a path")
    arguments.add_argument("--timeout", type=float, default=5.0, help="seconds")
    given = arguments.parse_args()
    answer(lambda: check(given.url, given.timeout))


if __name__ == "__main__":
    main()
