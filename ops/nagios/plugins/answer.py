"""What a check answers: a state that Nagios knows, one line for people, figures for programs.

The guidelines: https://www.monitoring-plugins.org/doc/guidelines.html
"""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Status(IntEnum):
    """The exit codes of a check."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3
    """It could not be looked at."""


class Answer(NamedTuple):
    """What a check found. A figure's name says what it is; a unit stands after its number."""

    status: Status
    text: str
    figures: Mapping[str, str | int] = {}

    def __str__(self) -> str:
        # Nagios takes what follows a bar for figures, and another line for details.
        text = " ".join(self.text.replace("|", "/").split())
        figures = "".join(f" '{name}'={value}" for name, value in self.figures.items())
        return f"{self.status.name}: {text}" + (f" |{figures}" if figures else "")


class Unknown(Exception):
    """A check could not be made; the message says why."""


def answer(check: Callable[[], Answer], broken: Status = Status.CRITICAL) -> NoReturn:
    """Make the check, print what it found, and end with its exit code.

    broken is what an error of the check itself means; UNKNOWN would not be told, and nothing else
    tells of it.
    """
    found = _found(check, broken)
    sys.stdout.write(f"{found}\n")
    sys.exit(found.status)


def _found(check: Callable[[], Answer], broken: Status) -> Answer:
    try:
        return check()
    except Unknown as error:
        return Answer(Status.UNKNOWN, str(error))
    except Exception as error:  # noqa: BLE001 - Python's own exit code 1 would be a mere warning
        return Answer(broken, f"an error of the check: {type(error).__name__}: {error}")
