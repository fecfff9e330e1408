"""The machines of a cluster, as `topology.ini` names them: the source of all configurations."""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

from ops import manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STANDARD = Path(__file__).with_name("topology.ini")
_DRIVERS = ("gluster-fuse", "gluster-gfapi", "filesystem")
_WORDS = {"reserve", "alone", "outside", *_DRIVERS}
_ABSENT = "absent"
"""What a later file says of a machine that an earlier one has, and this cluster has not."""
_SECTIONS = (
    "cluster",
    "networks",
    "virtual",
    "ports",
    "roles",
    "machines",
    "deadlines",
    "settings",
)
_NAMED = ("cluster", "networks", "virtual", "ports", "deadlines")
"""Sections whose names the templates know, each of them."""
_SERVING = ("web", "database", "tracks", "monitor")
"""Roles of which at least one is in use."""


class WrongTopology(Exception):
    """The file does not describe a cluster; the message names the section and the line."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine: its name, its role, and its address in each network it has a leg in."""

    name: str
    role: str
    addresses: Mapping[str, str]
    """By network, in the order of its role's networks."""
    words: frozenset[str]

    @property
    def reserve(self) -> bool:
        """Whether it is installed, and not in use."""
        return "reserve" in self.words

    @property
    def alone(self) -> bool:
        """Whether it is the only balancer: the virtual addresses are its own."""
        return "alone" in self.words

    @property
    def outside(self) -> bool:
        """Whether others run it: it is reached, and gets no files from here."""
        return "outside" in self.words

    @property
    def driver(self) -> str:
        """The storage driver of a track server."""
        return next((word for word in _DRIVERS if word in self.words), _DRIVERS[0])


@dataclass(frozen=True, slots=True)
class Topology:
    """A whole cluster; cluster, ports, deadlines (in seconds), settings are sections of the ini."""

    cluster: Mapping[str, str]
    networks: Mapping[str, IPv4Network]
    legs: Mapping[str, list[str]]
    """By role, the networks that its machines have a leg in."""
    virtual: Mapping[str, str]
    ports: Mapping[str, int]
    machines: Mapping[str, Machine]
    deadlines: Mapping[str, float]
    settings: Mapping[str, str]

    @property
    def by_cloud(self) -> frozenset[str]:
        """The roles that a cloud fills; what it puts there has no names."""
        return frozenset(self.cluster["by_cloud"].split())

    def proxies(self, machine: Machine) -> list[str]:
        """Return whom a machine believes about who is asking: the balancers, or where they are."""
        if "balancer" in self.by_cloud:
            return [str(self.networks[next(iter(machine.addresses))])]
        return [self.address(balancer, machine) for balancer in self.role("balancer")]

    @property
    def volume_clients(self) -> list[str]:
        """Who may mount the volume: track servers, or the network in which a cloud adds them."""
        if "tracks" in self.by_cloud:
            return [str(self.networks["storage"])]
        return [server.addresses["storage"] for server in self.role("tracks")]

    @property
    def own(self) -> list[Machine]:
        """The machines that get their files from here: all but those outside."""
        return [machine for machine in self.machines.values() if not machine.outside]

    def role(self, *roles: str) -> list[Machine]:
        """Return the machines of these roles, those in reserve included."""
        return [machine for machine in self.machines.values() if machine.role in roles]

    def serving(self, *roles: str) -> list[Machine]:
        """Return the machines of these roles that are in use."""
        return [machine for machine in self.role(*roles) if not machine.reserve]

    def reached_from(self, machine: Machine) -> list[Machine]:
        """Return the machines that share a network with this one, itself included."""
        legs = machine.addresses.keys()
        return [other for other in self.machines.values() if other.addresses.keys() & legs]

    @property
    def containers(self) -> bool:
        """Whether its services are containers: see `[cluster] containers`."""
        return self.cluster["containers"] == "yes"

    def address(self, target: Machine, seen_from: Machine) -> str:
        """Return where one machine reaches another: in the first network that both share.

        Raises:
            WrongTopology: they share none.
        """
        for network, address in target.addresses.items():
            if network in seen_from.addresses:
                return address
        raise WrongTopology(f"[roles] {seen_from.name} and {target.name} share no network")


def read_topology(*paths: Path) -> Topology:
    """Read a topology, what later files say in the place of what earlier ones do.

    Raises:
        WrongTopology: naming what is missing, unknown or contradictory.
    """
    sections = _read(paths or (STANDARD,))
    _require_names(sections, _read((STANDARD,)))
    networks = {name: _network(name, text) for name, text in sections["networks"].items()}
    roles = {name: _legs(name, text, networks) for name, text in sections["roles"].items()}
    machines = {
        name: _machine(name, text, roles, networks)
        for name, text in sections["machines"].items()
        if text != _ABSENT
    }
    virtual = {name: _virtual(name, text, networks) for name, text in sections["virtual"].items()}
    _refuse_doubles(machines.values(), virtual)
    ports = {name: _port(name, text) for name, text in sections["ports"].items()}
    deadlines = {name: _seconds(name, text) for name, text in sections["deadlines"].items()}
    topology = Topology(
        cluster=sections["cluster"],
        networks=networks,
        legs=roles,
        virtual=virtual,
        ports=ports,
        machines=machines,
        deadlines=deadlines,
        settings=sections["settings"],
    )
    _require_whole(topology)
    return topology


def _read(paths: Iterable[Path]) -> dict[str, dict[str, str]]:
    ini = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=("#",))
    try:
        for path in paths:
            ini.read_string(path.read_text("utf-8"), str(path))
        if unknown := set(ini.sections()) - set(_SECTIONS):
            raise WrongTopology(f"[{min(unknown)}] is no section; {_known(_SECTIONS)}")
        return {name: dict(ini[name]) for name in _SECTIONS}
    except (configparser.Error, OSError, UnicodeDecodeError) as error:
        raise WrongTopology(str(error)) from error
    except KeyError as error:
        raise WrongTopology(f"the section [{error.args[0]}] is missing") from None


def _require_names(
    sections: Mapping[str, Mapping[str, str]], standard: Mapping[str, Mapping[str, str]]
) -> None:
    """Refuse a name that nothing reads, which is a mistyped one, and the lack of one."""
    for section in _NAMED:
        given, known = sections[section].keys(), standard[section].keys()
        if unknown := given - known:
            raise WrongTopology(f"[{section}] {min(unknown)} is not known; {_known(known)}")
        if missing := known - given:
            raise WrongTopology(f"[{section}] {min(missing)} is missing")


def _known(names: Iterable[str]) -> str:
    return f"known are {', '.join(sorted(names))}"


def _require_whole(topology: Topology) -> None:
    """Refuse a cluster that lacks somebody, or whose volume cannot be made."""
    if unknown := topology.by_cloud - manifest.FILES.keys():
        raise WrongTopology(f"[cluster] by_cloud: {min(unknown)} is no role; see [roles]")
    for role in _SERVING:
        if role not in topology.by_cloud and not topology.serving(role):
            raise WrongTopology(f"[machines] no machine in use is {role}")
    if monitors := topology.role("monitor")[1:]:
        raise WrongTopology(f"[machines] {monitors[0].name}: there is one monitor already")
    _require_balancers(topology)
    nas = topology.serving("nas")
    if odd := len(nas) % 3:
        raise WrongTopology(f"[machines] {nas[-odd].name}: nas come in threes, not {len(nas)}")
    if not nas and any(server.driver != "filesystem" for server in topology.role("tracks")):
        raise WrongTopology("[machines] no machine in use is nas")
    _require_containers(topology)


def _require_containers(topology: Topology) -> None:
    if topology.cluster["containers"] not in {"yes", "no"}:
        raise WrongTopology("[cluster] containers: write yes or no")
    for machine in topology.machines.values():
        wrong = ""
        nas_of_containers = topology.containers and machine.role == "nas"
        if machine.outside and not nas_of_containers:
            wrong = "only the nas of containers are outside"
        elif nas_of_containers and not machine.outside:
            wrong = "no container is a nas; say outside"
        elif topology.containers and machine.role == "tracks" and machine.driver == _DRIVERS[0]:
            wrong = "no container may mount; say gluster-gfapi or filesystem"
        if wrong:
            raise WrongTopology(f"[machines] {machine.name}: {wrong}")


def _require_balancers(topology: Topology) -> None:
    balancers = topology.role("balancer")
    if "balancer" in topology.by_cloud:
        if balancers:
            raise WrongTopology(f"[machines] {balancers[0].name}: balancers are the cloud's")
    elif [balancer.alone for balancer in balancers] not in ([True], [False, False]):
        raise WrongTopology(
            "[machines] balancers are a pair, each other's reserve, or one that is said to be "
            f"alone, not {len(balancers)}"
        )


def _network(name: str, text: str) -> IPv4Network:
    try:
        return IPv4Network(text)
    except ValueError as error:
        raise WrongTopology(f"[networks] {name}: {error}") from error


def _legs(role: str, text: str, networks: Mapping[str, IPv4Network]) -> list[str]:
    if role not in manifest.FILES:
        raise WrongTopology(f"[roles] {role} is not known; {_known(manifest.FILES)}")
    legs = text.split()
    for leg in legs:
        if leg not in networks:
            raise WrongTopology(f"[roles] {role}: {leg} is no network; see [networks]")
    return legs


def _machine(
    name: str,
    text: str,
    roles: Mapping[str, list[str]],
    networks: Mapping[str, IPv4Network],
) -> Machine:
    # It is the name of a host, and of the folder that its files are rendered to.
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name):
        raise WrongTopology(f"[machines] {name}: a name has letters, digits, and - between them")
    role, number, *words = [*text.split(), "", ""][: max(2, len(text.split()))]
    if role not in roles:
        raise WrongTopology(f"[machines] {name}: {role or 'nothing'} is no role; see [roles]")
    if not number.isdecimal():
        raise WrongTopology(f"[machines] {name}: write its role, then the end of its addresses")
    elsewhere = dict(word.split(":", 1) for word in words if ":" in word)
    said = {word for word in words if ":" not in word}
    if unknown := (said - _WORDS) | (set(elsewhere) - set(roles[role])):
        known = _known([*_WORDS, *(f"{leg}:NUMBER" for leg in roles[role])])
        raise WrongTopology(f"[machines] {name}: {min(unknown)} is not known; {known}")
    addresses = {leg: _host(name, networks[leg], elsewhere.get(leg, number)) for leg in roles[role]}
    return Machine(name, role, addresses, frozenset(said))


def _host(name: str, network: IPv4Network, number: str) -> str:
    if not number.isdecimal() or not 0 < int(number) < network.num_addresses - 1:
        raise WrongTopology(f"[machines] {name}: {network} has no host {number}")
    return str(network[int(number)])


def _virtual(name: str, text: str, networks: Mapping[str, IPv4Network]) -> str:
    try:
        if IPv4Address(text) in networks[name]:
            return text
    except ValueError as error:
        raise WrongTopology(f"[virtual] {name}: {error}") from error
    except KeyError:
        raise WrongTopology(f"[virtual] {name} is no network; see [networks]") from None
    raise WrongTopology(f"[virtual] {name}: {text} is not in {networks[name]}")


def _refuse_doubles(machines: Iterable[Machine], virtual: Mapping[str, str]) -> None:
    taken = {address: f"[virtual] {name}" for name, address in virtual.items()}
    for machine in machines:
        for network, address in machine.addresses.items():
            if machine.alone and address == virtual.get(network):
                continue
            # Networks may be one, where rules keep them apart and not wires.
            if taken.get(address, machine.name) != machine.name:
                raise WrongTopology(
                    f"[machines] {machine.name}: {address} is that of {taken[address]}"
                )
            taken[address] = machine.name


def _port(name: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise WrongTopology(f"[ports] {name}: {text} is no port")
    return int(text)


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise WrongTopology(f"[deadlines] {name}: {text} is no number of seconds")
    return seconds
