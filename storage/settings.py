"""Checks a driver's settings before the driver uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def check_names(
    settings: Mapping[str, str], *, required: Iterable[str] = (), optional: Iterable[str] = ()
) -> None:
    """Let settings pass that hold all required names and no name beyond these.

    Raises:
        Misconfigured: naming every missing and every unknown setting.
    """
    required = set(required)
    missing = sorted(name for name in required if not settings.get(name, "").strip())
    unknown = sorted(set(settings) - required - set(optional))
    complaints = [f"storage.{name} is missing" for name in missing]
    complaints += [f"storage.{name} is not a setting of this driver" for name in unknown]
    if complaints:
        raise Misconfigured("; ".join(complaints))
