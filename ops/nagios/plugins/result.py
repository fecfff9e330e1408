"""What a command found that a timer runs, as `ops/nagios/record.sh` noted it down."""

from __future__ import annotations

import time
from pathlib import Path

from ops.nagios.plugins.answer import Answer, Status, Unknown, answer
from ops.nagios.plugins.arguments import Arguments

_DAY = 86400


def check(file: Path, days: float) -> Answer:
    """Judge the last result, which is to be no older than so many days.

    Raises:
        Unknown: there is none yet, or it is not to be understood.
    """
    try:
        first, *said = file.read_text("utf-8", errors="replace").splitlines()
        code, age = int(first), (time.time() - file.stat().st_mtime) / _DAY
    except FileNotFoundError:
        raise Unknown(f"it has not run yet: there is no {file}") from None
    except ValueError:
        raise Unknown(f"{file} is no result of record.sh") from None
    status, text = _judge(code, said[-1] if said else "nothing was said")
    if age > days:
        return Answer(max(status, Status.WARNING), f"not run for {age:.1f} days; then: {text}")
    return Answer(status, f"{text} ({age:.1f} days ago)")


def _judge(code: int, text: str) -> tuple[Status, str]:
    """Read an exit code; fsck ends with 1, too, when it could not do its work."""
    if code not in list(Status):
        return Status.CRITICAL, f"it ended with {code}: {text}"
    if text.startswith("Error:") and code == Status.WARNING:
        return Status.WARNING, f"it could not be done: {text}"
    return Status(code), text


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--days", type=float, required=True, help="how old it may be")
    given = arguments.parse_args()
    answer(lambda: check(given.file, given.days))


if __name__ == "__main__":
    main()
