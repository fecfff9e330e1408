"""Looks whether this machine can carry the lab, and would not be disturbed by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.topology import Topology

_PROGRAMS = {
    "unshare": "util-linux",
    "ip": "iproute2",
    "nft": "nftables",
    "mkfs.xfs": "xfsprogs",
    "glusterd": "glusterfs-server",
    "haproxy": "haproxy",
    "keepalived": "keepalived",
    "mariadbd": "mariadb-server",
    "nagios4": "nagios4-core",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "systemd-tmpfiles": "systemd",
}


class Unfit(Exception):
    """The lab cannot be carried here; the message says what is missing, or in the way."""


def require_fit(topology: Topology) -> None:
    """Look for root, the programs and free addresses.

    Raises:
        Unfit: naming all programs that are missing, or the address that is taken.
    """
    if os.geteuid() != 0:
        raise Unfit("the lab makes network namespaces and mounts: run it as root (sudo make lab)")
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        packages = " ".join(_PROGRAMS[name] for name in missing)
        raise Unfit(f"missing: {', '.join(missing)}; `make lab-install` installs {packages}")
    for interface, address in _addresses():
        for name, network in topology.networks.items():
            if address in network:
                raise Unfit(
                    f"this machine has {address} ({interface}), which lies in {name} {network} of "
                    "the lab: choose another one under [networks] in ops/topology.ini"
                )


def _addresses() -> list[tuple[str, IPv4Address]]:
    said = subprocess.run(["ip", "-j", "-4", "addr"], capture_output=True, check=True).stdout
    return [
        (link["ifname"], IPv4Address(each["local"]))
        for link in json.loads(said)
        for each in link["addr_info"]
    ]
