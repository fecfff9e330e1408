"""Shows every machine of the lab, and what runs on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.lab.cluster import Lab
    from ops.lab.machine import Machine


def table(lab: Lab) -> str:
    """Return a line for each machine: its name, role, addresses, and the state of its services."""
    with ThreadPoolExecutor(8) as pool:
        states = dict(zip(lab.machines, pool.map(_services, lab.machines.values()), strict=True))
    return "\n".join(
        f"{name:7} {lab.topology.machines[name].role:9} "
        f"{' '.join(machine.addresses.values()):38} {states[name]}"
        for name, machine in lab.machines.items()
    )


def _services(machine: Machine) -> str:
    if not machine.is_on:
        return "OFF"
    states = machine.services()
    return "  ".join(
        name if state == "active" else f"{name}:{state.upper()}" for name, state in states.items()
    )
