"""What a command found that a timer runs, as `ops/nagios/record.sh` noted it down."""

from __future__ import annotations

import time
from pathlib import Path

from ops.nagios.plugins.answer import Answer, Status, Unknown, answer
from ops.nagios.plugins.arguments import Arguments

_DAY = 86400


def check(file: Path, days: float, awaited: Path) -> Answer:
    """Judge the last result, which is to be no older than so many days.

    awaited is a file of its own: its age tells for how long there has been no result.

    Raises:
        Unknown: there is none yet, and not for long.
    """
    try:
        first, *said = file.read_text("utf-8", errors="replace").splitlines()
        code, age = int(first), _age(file)
    except FileNotFoundError:
        return _judge_missing(file, days, awaited)
    except ValueError:
        return Answer(Status.WARNING, f"{file} is no result of record.sh")
    awaited.unlink(missing_ok=True)
    status, text = _judge(code, said[-1] if said else "nothing was said")
    if age > days:
        return Answer(max(status, Status.WARNING), f"not run for {age:.1f} days; then: {text}")
    return Answer(status, f"{text} ({age:.1f} days ago)")


def _judge_missing(file: Path, days: float, awaited: Path) -> Answer:
    # The boot does not count: a machine that boots often would wait for ever.
    if not awaited.exists():
        awaited.touch()
    waited = _age(awaited)
    text = f"it has not run yet: there is no {file}"
    if waited <= days:
        raise Unknown(text)
    return Answer(Status.WARNING, f"{text} for {waited:.1f} days; is its timer enabled?")


def _age(file: Path) -> float:
    return (time.time() - file.stat().st_mtime) / _DAY


def _judge(code: int, text: str) -> tuple[Status, str]:
    """Read an exit code; fsck ends with 1, too, when it could not do its work."""
    if code not in list(Status):
        return Status.CRITICAL, f"it ended with {code}: {text}"
    if code == Status.UNKNOWN or (code == Status.WARNING and text.startswith("Error:")):
        # Told, for nothing else tells of it.
        return Status.WARNING, f"it could not be done: {text}"
    return Status(code), text


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--days", type=float, required=True, help="how old it may be")
    arguments.add_argument(
        "--notes", type=Path, default=Path("/var/lib/nagios"), help="folder for files of its own"
    )
    given = arguments.parse_args()
    awaited = given.notes / f"{given.file.name}.awaited"
    answer(lambda: check(given.file, given.days, awaited))


if __name__ == "__main__":
    main()
