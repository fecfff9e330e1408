"""What runs where, as a table of the first page in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops import manifest
from ops.document.pages import FIRST, ROOT
from ops.marked_page import put_into

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.topology import Machine, Topology

MARKS = "machines"
_HEAD = {
    "en": ("machines", "Debian packages", "units", "all of them"),
    "es": ("máquinas", "paquetes de Debian", "unidades", "todas"),
}


def write_tables(topology: Topology) -> None:
    """Put the table between the marks of the first page of each language."""
    for language, page in FIRST.items():
        put_into(ROOT / page, MARKS, table(topology, language))


def table(topology: Topology, language: str) -> str:
    """Return a row for the machines that have the same packages and units, and one for all."""
    alike: dict[tuple[str, str], list[str]] = {}
    machines = [machine for machine in topology.machines.values() if manifest.packages(machine)]
    common = _common(machines)
    for machine in machines:
        packages = [name for name in manifest.packages(machine) if name not in common]
        units = [name for name in manifest.services(machine) if name not in common]
        alike.setdefault((_code(packages), _code(units)), []).append(machine.name)
    *head, everybody = _HEAD[language]
    units_of_all = [name for name in manifest.services(machines[0]) if name in common]
    rows = [
        head,
        ["---"] * len(head),
        *([", ".join(names), *what] for what, names in alike.items()),
        [everybody, _code(common), _code(units_of_all)],
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _common(machines: Iterable[Machine]) -> list[str]:
    first, *others = [manifest.packages(machine) for machine in machines]
    return [name for name in first if all(name in other for other in others)]


def _code(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)
