"""Whether a cluster is whole: everything runs, nothing waits to be healed, everyone is in use."""

from __future__ import annotations

import csv
import re
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.lab import Lab
    from ops.topology import Topology

PATIENCE = 180.0
"""Seconds for a cluster to come back by itself."""
_ASK_AGAIN = 1.0
_ANSWER = 20.0
"""Seconds for a program on a machine to answer."""
_SERVER = "2"
"""The type of a row about one server, in a balancer's figures."""
_PENDING = re.compile(r"^Number of entries: (\d+)$", re.MULTILINE)
_GALERA = (
    "SELECT variable_value FROM information_schema.global_status WHERE variable_name "
    "IN ('wsrep_local_state_comment', 'wsrep_cluster_size') ORDER BY variable_name DESC"
)


class NotWhole(Exception):
    """The cluster did not come back in time; the message says what is missing."""


def await_whole(lab: Lab, within: float = PATIENCE) -> None:
    """Return when the cluster is whole.

    Raises:
        NotWhole: it is not after so many seconds.
    """
    deadline = time.monotonic() + within
    while problem := what_is_missing(lab):
        if time.monotonic() > deadline:
            raise NotWhole(f"after {within:g} s: {problem}")
        time.sleep(_ASK_AGAIN)


def what_is_missing(lab: Lab) -> str:
    """Return the first thing that is not as it should be, nothing when all is well."""
    for check in (_services, _addresses, _servers, _databases, _volume):
        try:
            if problem := check(lab):
                return problem
        except subprocess.TimeoutExpired as error:
            return f"no answer for {error.timeout:g} s: {error.cmd[-1]}"
    return ""


def holders(lab: Lab, address: str) -> list[str]:
    """Return the balancers that have a virtual address."""
    return [
        balancer.name
        for balancer in lab.topology.serving("balancer")
        if f" {address}/" in _addresses_of(lab, balancer.name)
    ]


def _addresses_of(lab: Lab, name: str) -> str:
    machine = lab.machines[name]
    show = ("ip", "-4", "-o", "addr")
    return machine.attempt(*show, timeout=_ANSWER)[1] if machine.is_on else ""


def _services(lab: Lab) -> str:
    return "; ".join(lab.missing())


def _addresses(lab: Lab) -> str:
    """Let each virtual address be on one balancer."""
    for address in lab.topology.virtual.values():
        found = holders(lab, address)
        if len(found) != 1:
            return f"{address} is on {' and '.join(found) or 'no balancer'}"
    return ""


def _servers(lab: Lab) -> str:
    """Let each balancer use all servers but those in reserve."""
    port = lab.topology.ports["balancer_figures"]
    for balancer in lab.topology.serving("balancer"):
        address = f"http://{balancer.addresses['management']}:{port}/;csv"
        code, text = lab.machines[balancer.name].attempt("curl", "-sf", "-m", "5", address)
        if code:
            return f"{balancer.name} gives no figures"
        if problem := unused_server(lab.topology, text):
            return f"{balancer.name}: {problem}"
    return ""


def unused_server(topology: Topology, figures: str) -> str:
    """Return the first server that a balancer does not use and should; figures are its CSV."""
    for row in csv.DictReader(figures.removeprefix("# ").splitlines()):
        if row["bck"] == "1":
            continue  # a spare is another backend's server once more
        machine = topology.machines.get(row["svname"])
        in_reserve = machine is not None and machine.reserve
        # An operator took it out of use; `no check` is asked for, and so in use.
        fine = {"UP", "no", "MAINT"} if in_reserve else {"UP", "no"}
        if row["type"] == _SERVER and row["status"].split()[0] not in fine:
            return f"{row['pxname']}/{row['svname']} is {row['status']}"
    return ""


def _databases(lab: Lab) -> str:
    """Let all databases be one cluster."""
    nodes = lab.topology.serving("database")
    for node in nodes:
        command = ("mariadb", "-N", "-B", "-e", _GALERA)
        code, said = lab.machines[node.name].attempt(*command, timeout=_ANSWER)
        if code or said.split() != ["Synced", str(len(nodes))]:
            return f"{node.name}: Galera is {' '.join(said.split())[:80]}"
    return ""


def _volume(lab: Lab) -> str:
    """Let every brick serve, with nothing to heal."""
    nodes = lab.topology.serving("nas")
    volume = ("gluster", "volume", "heal", lab.topology.cluster["volume"])
    machine = lab.machines[nodes[0].name]
    _, said = machine.attempt(*volume, "statistics", "heal-count", timeout=_ANSWER)
    pending = [int(number) for number in _PENDING.findall(said)]
    if len(pending) == len(nodes) and not any(pending):
        return ""
    # A healer that found a brick away sleeps until its next round.
    machine.attempt(*volume, timeout=_ANSWER)
    return f"{sum(pending)} to heal, {len(pending)} of {len(nodes)} bricks serve"
