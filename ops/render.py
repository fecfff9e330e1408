"""Makes every machine's configuration files from the topology, by the templates under `ops/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ops import manifest
from ops.secrets import make_secrets

if TYPE_CHECKING:
    from ops.topology import Machine, Topology

_OPS = Path(__file__).parent


SECRETS = "secrets"


def render(topology: Topology, folder: Path) -> list[Path]:
    """Write the files of all machines, as `FOLDER/<machine>/<path on the machine>`; return them.

    What is secret lies in `FOLDER/secrets`; it is made at the first time, and stays what it is.
    """
    make_secrets(topology, folder / SECRETS)
    environment = Environment(
        loader=FileSystemLoader(_OPS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML is made here
    )
    return [
        path
        for machine in topology.machines.values()
        for path in _render_machine(environment, topology, machine, folder / machine.name)
    ]


def _render_machine(
    environment: Environment, topology: Topology, machine: Machine, folder: Path
) -> list[Path]:
    written = []
    for file in manifest.files(machine):
        text = environment.get_template(file.template).render(
            topology=topology,
            cluster=topology.cluster,
            ports=topology.ports,
            deadlines=topology.deadlines,
            me=machine,
            address=lambda other: topology.address(other, machine),
            services=manifest.services,
            files=manifest.files,
            secret=lambda name: (folder.parent / SECRETS / name).read_text("utf-8").strip(),
        )
        path = folder / file.path.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(file.mode)
        written.append(path)
    return written
