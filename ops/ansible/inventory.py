"""Writes Ansible's inventory: the topology's machines by role, and what each of them is to have."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ops import manifest
from ops.render import render

if TYPE_CHECKING:
    from pathlib import Path

    from ops.topology import Machine, Topology

_READY = {
    "balancer": ("management", "balancer_figures", "/"),
    "web": ("services", "web", "/readyz"),
    "database": ("services", "database_check", "/"),
    "tracks": ("services", "tracks", "/readyz"),
    "monitor": ("management", "nagios", "/"),
}
"""By role, where a machine says that it can serve: network, port and path."""


def write_inventory(topology: Topology, folder: Path) -> Path:
    """Render the machines' files to a folder, and the inventory beside them; return its path.

    Raises:
        WrongTopology: it does not say what a template needs.
    """
    render(topology, folder)
    path = folder / "inventory.json"
    path.write_text(json.dumps(_inventory(topology, folder), indent=2) + "\n", "utf-8")
    return path


def _inventory(topology: Topology, folder: Path) -> dict[str, Any]:
    """Return the groups, as Ansible's YAML inventories name them; people's machines are in none."""
    groups: dict[str, Any] = {
        role: {"hosts": {m.name: _variables(topology, m, folder) for m in topology.role(role)}}
        for role in manifest.PACKAGES
    }
    # Who has something to be changed: the playbook fills them, and names them before it knows.
    groups |= {f"change_{role}": {} for role in manifest.PACKAGES}
    return {"all": {"children": groups, "vars": _common(topology)}}


def _common(topology: Topology) -> dict[str, Any]:
    cluster = topology.cluster
    return {
        **{f"cdpsfy_{name}": cluster[name] for name in ("home", "user", "volume", "brick")},
        "cdpsfy_uid": int(cluster["uid"]),
        "cdpsfy_project_readers": manifest.PROJECT_READERS,
        "cdpsfy_reloading": manifest.RELOADING,
    }


def _variables(topology: Topology, machine: Machine, folder: Path) -> dict[str, Any]:
    return {
        "ansible_host": machine.addresses["management"],
        "cdpsfy_role": machine.role,
        "cdpsfy_in_use": not machine.reserve,
        "cdpsfy_addresses": list(machine.addresses.values()),
        "cdpsfy_packages": manifest.packages(machine),
        "cdpsfy_services": manifest.services(machine),
        "cdpsfy_files": [
            _file(topology, machine, file, folder) for file in manifest.files(machine)
        ],
        "cdpsfy_ready": _ready(topology, machine),
    }


def _file(
    topology: Topology, machine: Machine, file: manifest.File, folder: Path
) -> dict[str, Any]:
    """Return a file as it is to be: `is` is what a machine says of one that it has like this."""
    group = file.group.replace(manifest.SERVICES, topology.cluster["user"])
    rendered = (folder / machine.name / file.path.lstrip("/")).read_bytes()
    return {
        "path": file.path,
        "mode": f"{file.mode:04o}",
        "group": group,
        "secret": file.mode % 8 == 0,
        "readers": manifest.readers(machine, file),
        "is": f"{file.path} {file.mode:o} root {group} {sha256(rendered).hexdigest()}",
    }


def _ready(topology: Topology, machine: Machine) -> str | None:
    if machine.role not in _READY:
        return None
    network, port, path = _READY[machine.role]
    return f"http://{machine.addresses[network]}:{topology.ports[port]}{path}"
