"""`python -m ops`: what an operator does with the topology and with the lab."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ops.ansible.inventory import write_inventory
from ops.chaos import cli as chaos_cli
from ops.check import CheckFailed, check_rendered
from ops.cloud.cli import cloud
from ops.compose.project import compose_topology, write_project
from ops.lab.cluster import Lab, LabTrouble, new_lab, open_lab
from ops.lab.door import DoorTrouble
from ops.lab.host import Unfit
from ops.lab.status import table
from ops.render import render
from ops.topology import STANDARD, WrongTopology, read_topology
from ops.vnx.scenario import scenario_topology, write_scenario

if TYPE_CHECKING:
    from ops.lab.machine import Machine

_TROUBLE = (
    *chaos_cli.TROUBLE,
    CheckFailed,
    DoorTrouble,
    LabTrouble,
    Unfit,
    WrongTopology,
    OSError,
    RuntimeError,
)


class _Group(click.Group):
    """Tells trouble in one sentence."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except _TROUBLE as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
def main() -> None:
    """Render the cluster's configurations; bring the whole of it up on this machine."""


_topologies = click.option(
    "--topology",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    default=[STANDARD],
    help="May be given more than once: a later file stands in the place of an earlier one.",
)


@main.command("render")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_topologies
def render_command(folder: Path, topology: tuple[Path, ...]) -> None:
    """Write every machine's files to FOLDER/<machine>/, and check them with their own programs."""
    described = read_topology(*topology)
    written = render(described, folder)
    for line in check_rendered(described, folder):
        click.echo(line)
    click.echo(f"{len(written)} files of {len(described.machines)} machines in {folder}")


@main.command("ansible")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_topologies
def ansible_command(folder: Path, topology: tuple[Path, ...]) -> None:
    """Do what render does, and write the inventory of ops/ansible: FOLDER/inventory.json."""
    described = read_topology(*topology)
    inventory = write_inventory(described, folder)
    for line in check_rendered(described, folder):
        click.echo(line)
    click.echo(inventory)


@main.command("vnx")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("own", type=click.Path(path_type=Path, exists=True), nargs=-1)
@click.option("--image", default="/usr/share/vnx/filesystems/rootfs_lxc_cdpsfy", show_default=True)
def vnx_command(folder: Path, own: tuple[Path, ...], image: str) -> None:
    """Write the scenario of VNX: FOLDER/p7.xml, and what its machines get and keep.

    OWN files say what is to be different.
    """
    click.echo(write_scenario(scenario_topology(*own), folder, image))


@main.command("compose")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("own", type=click.Path(path_type=Path, exists=True), nargs=-1)
def compose_command(folder: Path, own: tuple[Path, ...]) -> None:
    """Write the project for Compose: FOLDER/compose.yaml. OWN files say what is to be different."""
    click.echo(write_project(compose_topology(*own), folder))


main.add_command(chaos_cli.chaos)
main.add_command(cloud)


@main.group("lab")
def lab() -> None:
    """Run the whole cluster, with real programs, on this machine."""


@lab.command("up")
def up() -> None:
    """Bring it up, with a dozen tracks, and return."""
    start = time.monotonic()

    def say(what: str) -> None:
        click.echo(f"{time.monotonic() - start:5.1f} s  {what}")

    made = new_lab()
    try:
        made.door.check()
        made.up(say)
        made.open_door()
        made.fill(click.echo)
    except BaseException:
        click.echo("it did not come up; what there is can be looked at until `make lab-down`")
        raise
    say("everything runs")
    for name, way in made.door.ways.items():
        click.echo(f"  {name:12} {way.url}")
    click.echo(f"""
Browsers do not know who certified the lab. Let yours believe {made.authority}, or open
both the site and {made.door.tracks} once, and accept.""")


@lab.command("down")
def down() -> None:
    """Take it away; nothing of it is left."""
    open_lab().down()


@lab.command("status")
def status() -> None:
    """Show every machine and service."""
    click.echo(table(open_lab()))


@lab.command("shell")
@click.argument("node")
def shell(node: str) -> None:
    """Open a shell on a machine."""
    machine = _machine(open_lab(), node)
    sys.exit(subprocess.call([*machine.inside("mpuin"), "bash"]))


@lab.command("kill")
@click.argument("node")
@click.argument("service", required=False)
def kill(node: str, service: str | None) -> None:
    """Cut a machine's power; or kill one of its services with SIGKILL."""
    machine = _machine(open_lab(), node)
    if service:
        machine.kill_service(service)
    else:
        machine.power_off()


@lab.command("cut")
@click.argument("node")
def cut(node: str) -> None:
    """Pull all of a machine's cables."""
    opened = open_lab()
    opened.fabric.cut(_machine(opened, node))


@lab.command("freeze")
@click.argument("node")
def freeze(node: str) -> None:
    """Stop every process of a machine: it is there, and nobody answers."""
    _machine(open_lab(), node).freeze()


@lab.command("boot")
@click.argument("node")
def boot(node: str) -> None:
    """Repair what kill, cut or freeze did to a machine."""
    opened = open_lab()
    machine = _machine(opened, node)
    if machine.is_on:
        opened.fabric.join(machine)
        machine.thaw()
    else:
        machine.power_on()


def _machine(opened: Lab, node: str) -> Machine:
    if node not in opened.machines:
        raise LabTrouble(f"there is no machine {node}; there are {', '.join(opened.machines)}")
    return opened.machines[node]
