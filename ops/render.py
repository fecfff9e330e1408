"""Makes every machine's configuration files from the topology, by the templates under `ops/`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from ops import manifest
from ops.secrets import make_secrets
from ops.topology import WrongTopology

if TYPE_CHECKING:
    from ops.topology import Machine, Topology

_OPS = Path(__file__).parent
SECRETS = "secrets"


def render(topology: Topology, folder: Path) -> list[Path]:
    """Write the files of all machines, as `FOLDER/<machine>/<path on the machine>`; return them.

    Those outside have none. A machine's folder is made anew: nothing of an earlier topology stays
    in it. What is secret lies in `FOLDER/secrets`; it is made once, and stays what it is.

    Raises:
        WrongTopology: it does not say what a template needs.
    """
    if SECRETS in topology.machines:
        raise WrongTopology(f"[machines] {SECRETS}: the folder of this name is not a machine's")
    make_secrets(topology, folder / SECRETS)
    environment = templates()
    return [
        path
        for machine in topology.own
        for path in _render_machine(environment, topology, machine, folder / machine.name)
    ]


def templates() -> Environment:
    """Return the templates under `ops/`; a name that one of them lacks is an error."""
    return Environment(
        loader=FileSystemLoader(_OPS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML is made here
    )


def _render_machine(
    environment: Environment, topology: Topology, machine: Machine, folder: Path
) -> list[Path]:
    if folder.exists():
        shutil.rmtree(folder)
    written = []
    for file in manifest.files(machine):
        path = folder / file.path.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _text(environment, topology, machine, file.template, folder), file.mode)
        written.append(path)
    for made in (folder, *folder.rglob("*/")):
        # As folders are on the machine, whatever the operator's umask is.
        made.chmod(0o755)
    return written


def _text(
    environment: Environment, topology: Topology, machine: Machine, template: str, folder: Path
) -> str:
    try:
        return environment.get_template(template).render(
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
    except UndefinedError as error:
        raise WrongTopology(f"{template}, for {machine.name}: {error.message}") from error


def _write(path: Path, text: str, mode: int) -> None:
    """Make a file that nobody else could read for a moment: it may be secret."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(file, "w", encoding="utf-8") as opened:
        # The umask may have taken something away.
        os.fchmod(file, mode)
        opened.write(text)
