"""Runs a load in a process of its own, so that what is measured here does not wait for it."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@contextmanager
def outside(
    load: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Iterator[Future[Result]]:
    """Begin it, and on the way out wait for its end."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        process.submit(time.monotonic).result()  # it has started
        yield process.submit(load, *args, **kwargs)
