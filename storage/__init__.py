"""Where bytes live: `open_driver` gives the driver that the settings name.

`driver.py` is the contract. This package knows nothing of the services that use it; a driver, ours
or another's, is found by its entry point in the group `cdpsfy.storage`.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from storage.driver import BLOCK_SIZE, MAX_SIZE, Driver, Entry, Health, ObjectInfo, Reader
from storage.errors import (
    Corrupt,
    DigestMismatch,
    Exists,
    Full,
    InvalidKey,
    Misconfigured,
    NotFound,
    StorageError,
    TooLarge,
    Unavailable,
)
from storage.key import is_ulid

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BLOCK_SIZE",
    "MAX_SIZE",
    "Corrupt",
    "DigestMismatch",
    "Driver",
    "Entry",
    "Exists",
    "Full",
    "Health",
    "InvalidKey",
    "Misconfigured",
    "NotFound",
    "ObjectInfo",
    "Reader",
    "StorageError",
    "TooLarge",
    "Unavailable",
    "is_ulid",
    "open_driver",
]

ENTRY_POINTS = "cdpsfy.storage"
_PREFIX = "storage."


def open_driver(settings: Mapping[str, str]) -> Driver:
    """Return the driver that `storage.driver` names, made from the other `storage.` settings.

    Settings without that prefix are not looked at.

    Raises:
        Misconfigured: the driver is missing or unknown, or refuses one of its settings.
    """
    own = {
        name.removeprefix(_PREFIX): value
        for name, value in settings.items()
        if name.startswith(_PREFIX)
    }
    return _driver_class(own.pop("driver", "")).from_settings(own)


def _driver_class(name: str) -> type[Driver]:
    known = {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}
    choice = f"storage.driver must be one of: {', '.join(sorted(known))}"
    if not name:
        raise Misconfigured(f"storage.driver is missing; {choice}")
    if name not in known:
        raise Misconfigured(f"storage.driver = {name} is unknown; {choice}")
    driver: type[Driver] = known[name].load()
    return driver
