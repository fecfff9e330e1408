"""Ansible, as an operator runs it, with the machines of the lab for those of the topology.

No sshd runs on them: ssh itself starts one inside the machine, for its connection.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from ops.ansible.inventory import write_inventory
from ops.lab.machine import ROOT
from tests.components import missing, require_program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ops.lab import Lab
    from ops.lab.machine import Machine

TOOLS = ROOT / "ops/ansible/.venv"
_FOLDER = "/run/sshd"
_SSHD = f"""
HostKey {_FOLDER}/host_key
AuthorizedKeysFile {_FOLDER}/authorized_keys
PermitRootLogin prohibit-password
UsePAM no
Subsystem sftp internal-sftp
"""
_HOST = """
Host {address}
    HostName {address}
    User root
    IdentityFile {folder}/key
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    ProxyCommand {way} {sshd} -i -f {place}/config
"""


class Played(NamedTuple):
    """How a run of the playbook ended: its exit code, what it said, and how often it did what."""

    code: int
    said: str
    figures: Mapping[str, Mapping[str, int]]
    """By machine: `ok`, `changed`, `failures`, `unreachable`, …"""

    @property
    def changed(self) -> set[str]:
        return {name for name, figures in self.figures.items() if figures["changed"]}


class Playbook:
    """The playbook for a lab that is up; folder keeps the keys of ssh."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._folder = folder
        self.inventory = write_inventory(lab.topology, lab.folder / "rendered")
        for name in ("key", "host_key"):
            _make_key(folder / name)
        served = [
            machine
            for machine in lab.machines.values()
            if lab.topology.machines[machine.name].role not in {"client", "host"}
        ]
        for machine in served:
            self._let_in(machine)
        (folder / "config").write_text("".join(map(self._way, served)))

    def play(self, *options: str, inventory: Path | None = None) -> Played:
        """Run it to its end; options are those of ansible-playbook."""
        program = TOOLS / "bin/ansible-playbook"
        if not program.exists():
            missing(f"{TOOLS} is not there: make ops/ansible/.venv/.installed")
        # Sockets' paths must be short.
        with tempfile.TemporaryDirectory(prefix="ssh-") as sockets:
            command = [program, "-i", inventory or self.inventory, ROOT / "ops/ansible/site.yml"]
            done = subprocess.run(
                ["nice", *map(str, command), *options],
                env=os.environ | self._environment(sockets),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        return Played(done.returncode, done.stdout, _figures(done.stdout))

    def _environment(self, sockets: str) -> dict[str, str]:
        return {
            "ANSIBLE_CONFIG": str(ROOT / "ops/ansible/ansible.cfg"),
            "ANSIBLE_HOME": str(self._folder / "ansible"),
            "ANSIBLE_SSH_COMMON_ARGS": f"-F {self._folder}/config",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": sockets,
            "ANSIBLE_NOCOLOR": "1",
        }

    def _let_in(self, machine: Machine) -> None:
        machine.run("mkdir", "-p", _FOLDER)
        texts = {
            "config": _SSHD,
            "host_key": (self._folder / "host_key").read_text(),
            "authorized_keys": (self._folder / "key.pub").read_text(),
        }
        for name, text in texts.items():
            machine.run("sh", "-c", f"umask 077; cat >{_FOLDER}/{name}", stdin=text)
        public = " ".join((self._folder / "host_key.pub").read_text().split()[:2])
        with (self._folder / "known_hosts").open("a") as known:
            known.write(f"{machine.addresses['management']} {public}\n")

    def _way(self, machine: Machine) -> str:
        return _HOST.format(
            address=machine.addresses["management"],
            folder=self._folder,
            way=" ".join(machine.inside("mpuin")),
            sshd=require_program("sshd"),
            place=_FOLDER,
        )


def _make_key(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)


def _figures(said: str) -> dict[str, dict[str, int]]:
    """Return the figures of each machine, from what stands below `PLAY RECAP`."""
    _, _, recap = said.partition("PLAY RECAP")
    lines = [line.partition(" : ") for line in recap.splitlines() if " : " in line]
    return {
        name.strip(): {word: int(count) for word, _, count in map(_split, figures.split())}
        for name, _, figures in lines
    }


def _split(word: str) -> tuple[str, str, str]:
    return word.partition("=")
