"""Lets a test act around every operation on a driver's files, or leave operations out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, cast

from storage.files import File, Files
from storage.write_once import WriteOnceDriver

if TYPE_CHECKING:
    from storage import Driver

Around = Callable[[str, Callable[[], Any]], Any]
"""Gets the name of an operation and the operation itself; its result is the caller's."""


def intercept(driver: Driver, around: Around) -> None:
    """Let every operation on the driver's files, open ones included, go through `around`."""
    assert isinstance(driver, WriteOnceDriver)
    driver.files = cast("Files", _Intercepted(driver.files, around))


class Moments:
    """The moments before and after each operation: acts at one of them, counted from 0."""

    def __init__(self, number: int, act: Callable[[], None]) -> None:
        self._left = number
        self._act = act

    def __call__(self, _: str, operation: Callable[[], Any]) -> Any:
        self._pass_one()
        result = operation()
        self._pass_one()
        return result

    @property
    def has_come(self) -> bool:
        """Tell whether it acted."""
        return self._left < 0

    def _pass_one(self) -> None:
        if self._left == 0:
            self._act()
        self._left -= 1


def without_sync(name: str, operation: Callable[[], Any]) -> Any:
    """Perform every operation but `sync`."""
    return None if name == "sync" else operation()


class _Intercepted:
    def __init__(self, target: Files | File, around: Around) -> None:
        self._target = target
        self._around = around

    def __str__(self) -> str:
        return str(self._target)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def operation(*arguments: Any) -> Any:
            result = self._around(name, lambda: getattr(self._target, name)(*arguments))
            return _Intercepted(result, self._around) if isinstance(result, File) else result

        return operation
