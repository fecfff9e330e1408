"""Reads what a check is called with; a wrong call is UNKNOWN, not argparse's CRITICAL."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ops.nagios.plugins.answer import Answer, Status


class Arguments(argparse.ArgumentParser):
    """A parser whose description is a module's docstring."""

    def __init__(self, description: str | None) -> None:
        super().__init__(
            description=description, formatter_class=argparse.RawDescriptionHelpFormatter
        )

    def error(self, message: str) -> NoReturn:
        self.exit(Status.UNKNOWN, f"{Answer(Status.UNKNOWN, f'called wrongly: {message}')}\n")
