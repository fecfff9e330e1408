"""One timer of a machine of the lab: starts its service at the times that its unit says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.lab.unit import Unit

if TYPE_CHECKING:
    from ops.lab.service import Service

_NEVER = float("inf")


class Timer:
    """A timer unit. It knows spans since the boot and since the last run, not the calendar."""

    def __init__(self, name: str, service: Service, now: float) -> None:
        unit = Unit(name)
        self._service = service
        self._due = now + min(
            unit.seconds("Timer.OnBootSec", _NEVER), unit.seconds("Timer.OnActiveSec", _NEVER)
        )
        self._pause = unit.seconds("Timer.OnUnitInactiveSec", _NEVER)
        self._running = False

    def advance(self, now: float) -> None:
        """Start the service when it is due; the pause begins when it has ended."""
        if self._running and self._service.state in {"inactive", "failed"}:
            self._running = False
            self._due = now + self._pause
        if not self._running and now >= self._due:
            self._service.start()
            self._running = self._service.wanted
