"""Makes a command of a function of a Deployment; an expected failure speaks in words."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy import logs
from cdpsfy.deployment import Deployment
from cdpsfy.run import CannotRun
from cdpsfy.settings import Misconfigured
from cdpsfy.web.track_service import Unreachable
from storage import Misconfigured as StorageMisconfigured
from storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EXPECTED = (Misconfigured, StorageMisconfigured, StorageError, CannotRun, SQLAlchemyError)

CONFIG = click.Path(exists=True, dir_okay=False, path_type=Path)
"""The type of an argument that names an ini."""


def verb(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Return a decorator that makes `cdpsfy NAME CONFIG.ini` of a function of a Deployment."""

    def decorate(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def command(config: Path, **options: Any) -> None:  # noqa: ANN401
            with in_words():
                function(Deployment(config.absolute()), **options)

        return click.command(name)(click.argument("config", type=CONFIG)(command))

    return decorate


@contextmanager
def in_words() -> Iterator[None]:
    """Set up the logs of a command, and let an expected failure end it with one line.

    Raises:
        ClickException: with the words of the failure.
    """
    logs.set_up("console", logging.WARNING)
    try:
        yield
    except _EXPECTED as error:
        raise click.ClickException(_words(error)) from error
    except Unreachable as error:
        text = f"the track service does not answer ({error}); is it running?"
        raise click.ClickException(text) from error


def _words(error: Exception) -> str:
    if isinstance(error, SQLAlchemyError):
        return f"the database (sqlalchemy.url): {getattr(error, 'orig', None) or error}"
    return str(error)
