"""Commands whose exit code Nagios understands.

The codes are those of the Monitoring Plugins guidelines: https://www.monitoring-plugins.org/doc/
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)


class Status(IntEnum):
    """Exit codes, the worse ones later, but for UNKNOWN."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3
    """The check could not be made."""


class Plugin(click.Command):
    """A command that ends with UNKNOWN when it could not do its work, or was called wrongly."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:  # noqa: ANN401
        with _unknown():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        with _unknown():
            return super().invoke(ctx)


class _CalledWrongly(click.UsageError):
    exit_code = Status.UNKNOWN


class _Failed(click.ClickException):
    exit_code = Status.UNKNOWN


@contextmanager
def _unknown() -> Iterator[None]:
    """Turn every failure into UNKNOWN: to Nagios, Python's own exit code 1 is a mere warning."""
    try:
        yield
    except click.UsageError as error:
        raise _CalledWrongly(error.format_message(), error.ctx) from error
    except click.ClickException as error:
        raise _Failed(error.format_message()) from error
    except (click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        log.exception("an error of the program")
        raise _Failed(f"an error of the program: {error!r}; please report it") from error
