"""The cables and switches of the lab: a bridge for each network, in a network namespace of its own.

Nothing of it is seen outside that namespace, so the network of this machine stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.lab.namespaces import Namespaces, check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Network
    from pathlib import Path

    from ops.lab.machine import Machine

_FILTER = """
add table bridge lab
add chain bridge lab forward { type filter hook forward priority 0; }
flush chain bridge lab forward
"""
_UNPLUG = 'for cable; do ! ip link show "$cable" >/dev/null 2>&1 || ip link del "$cable"; done'


class Fabric:
    """Bridges named like their networks; a machine's cable to one is named `<machine>.<net>`."""

    def __init__(self, folder: Path, networks: Mapping[str, IPv4Network]) -> None:
        self.networks = networks
        self._namespaces = Namespaces(folder)

    def make(self, *, tied: bool = False) -> None:
        """Make the bridges. When tied, they end with the process that calls this."""
        bridges = "".join(
            f"ip link add {name} type bridge; ip link set {name} up; " for name in self.networks
        )
        self._namespaces.start([], ["sh", "-ec", f"ip link set lo up; {bridges}"], tied=tied)
        self.clear()

    def remove(self) -> None:
        """End the namespace, and all cables with it."""
        self._namespaces.end()

    def plug(self, machine: Machine) -> None:
        """Connect a machine that boots to its networks; inside, a leg is named like its network."""
        lines = [
            f"link add {_cable(machine, network)} type veth "
            f"peer {network} netns {machine.first_process}\n"
            f"link set {_cable(machine, network)} master {network} up\n"
            for network in machine.addresses
        ]
        self._run("ip", "-batch", "-", stdin="".join(lines))
        inside = [
            f"addr add {address}/{self.networks[network].prefixlen} dev {network}\n"
            f"link set {network} up\n"
            for network, address in machine.addresses.items()
        ]
        check([*machine.inside("n"), "ip", "-batch", "-"], "".join(inside))

    def unplug(self, machine: Machine) -> None:
        """Take a machine's cables away at once, so that nobody hears it die."""
        cables = [_cable(machine, network) for network in machine.addresses]
        self._run("sh", "-c", _UNPLUG, "unplug", *cables)

    def cut(self, machine: Machine, network: str | None = None) -> None:
        """Pull a machine's cable to one network, or all of them: silence, and no answer."""
        self._set_links(machine, network, "down")

    def join(self, machine: Machine, network: str | None = None) -> None:
        """Put the cables back."""
        self._set_links(machine, network, "up")

    def drop(self, source: Machine, target: Machine) -> None:
        """Lose what one machine sends to another; the other way stays open."""
        rules = [
            f"add rule bridge lab forward ip saddr {source.addresses[network]} "
            f"ip daddr {target.addresses[network]} drop\n"
            for network in source.addresses
            if network in target.addresses
        ]
        self._run("nft", "-f", "-", stdin="".join(rules))

    def isolate(self, machine: Machine, network: str | None = None) -> None:
        """Lose what a machine sends and is sent, in one network or in all; its links stay up."""
        rules = [
            f'add rule bridge lab forward {end} "{_cable(machine, leg)}" drop\n'
            for leg in ([network] if network else machine.addresses)
            for end in ("iifname", "oifname")
        ]
        self._run("nft", "-f", "-", stdin="".join(rules))

    def clear(self) -> None:
        """Lose nothing any more."""
        self._run("nft", "-f", "-", stdin=_FILTER)

    def _set_links(self, machine: Machine, network: str | None, state: str) -> None:
        legs = [network] if network else list(machine.addresses)
        lines = [f"link set {_cable(machine, leg)} {state}\n" for leg in legs]
        self._run("ip", "-batch", "-", stdin="".join(lines))

    def _run(self, *command: str, stdin: str = "") -> None:
        check([*self._namespaces.inside("n"), *command], stdin)


def _cable(machine: Machine, network: str) -> str:
    # The kernel allows fifteen characters.
    return f"{machine.name[:10]}.{network[:4]}"
