"""Machines of a trial cluster: sets of Linux namespaces, joined by one switch.

Each machine has its own network, processes, mounts and names, and private copies of the folders
that Gluster keeps state in; the rest of the file system is this machine's. The switch (a bridge)
lives in a network namespace of its own, so nothing is seen of all this outside. Every namespace
lasts as long as its first process, and that one dies with the test run, however it ends.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.components import require_program, require_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_PREFIX_LENGTH = 24
_PRIVATE_FOLDERS = ("/var/lib/glusterd", "/var/log/glusterfs")
_PRIVATE_FILES = ("/etc/hosts", "/etc/hostname", "/etc/machine-id")
_DISK_SIZE = 4 << 30
"""Bytes of a disk, sparse: what is uploaded while a volume grows must fit."""

_SWITCH = "ip link set lo up; ip link add switch type bridge; ip link set switch up"
_FILTER = """
add table bridge filter
add chain bridge filter forward { type filter hook forward priority 0; }
flush chain bridge filter forward
"""
_WAIT_FOR_EVER = "echo ready; while :; do sleep infinity & wait; done"
"""As process 1 a shell that waits also takes the exit codes of orphans."""
_BOOT = """
set -eu
disk=$1; shift
# Mounts made by others would be taken for this machine's, or kept in use by it.
awk '$3 ~ /^fuse\\./ || $1 ~ /^.dev.loop/ { print $2 }' /proc/mounts |
    while read -r path; do umount -l "$path"; done
for path in "$@"; do mount --bind "$disk/$path" "/$path"; done
hostname -F /etc/hostname
for path in /run /mnt /srv; do mount -t tmpfs tmpfs "$path"; done
mkdir -p /run/gluster /run/lock
ip link set lo up
"""


class Machine:
    """One machine, powered on; made by `Lab.machine`.

    name and address (IPv4) are its own; folder holds what outlives a power cut.
    """

    def __init__(self, lab: Lab, name: str, address: str, folder: Path) -> None:
        self.name = name
        self.address = address
        self.folder = folder
        self._lab = lab
        self._image = folder / "disk.xfs"
        self._disk: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        for path in _PRIVATE_FOLDERS:
            (folder / path[1:]).mkdir(parents=True)
        for path, text in zip(_PRIVATE_FILES, ("", name, uuid.uuid4().hex), strict=True):
            (folder / path[1:]).parent.mkdir(exist_ok=True)
            (folder / path[1:]).write_text(f"{text}\n")
        self.power_on()

    def __str__(self) -> str:
        return self.name

    def power_on(self) -> None:
        """Boot: mounts and network as before, no process yet."""
        private = [path[1:] for path in _PRIVATE_FOLDERS + _PRIVATE_FILES]
        self._process = _namespaces(
            ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"],
            [_BOOT, str(self.folder), *private],
        )
        self._lab.plug(self)
        if self._disk:
            self._mount(self._disk)

    def power_off(self) -> None:
        """Let every process die at once, unheard by the others; what is on disk stays."""
        if self._process is None:
            return
        self._lab.unplug(self)
        end = os.pidfd_open(self.first_process)
        self._process.kill()
        self._process.wait()
        # Process 1 ends last, when all others have.
        select.select([end], [], [])
        os.close(end)
        self._process = None

    @property
    def first_process(self) -> int:
        """The machine's process 1, by its number outside."""
        assert self._process is not None
        pid = self._process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text())

    def lose_system(self) -> None:
        """Lose the system's disk, as when it is installed anew; only for a machine that is off."""
        for path in _PRIVATE_FOLDERS:
            shutil.rmtree(self.folder / path[1:])
            (self.folder / path[1:]).mkdir()

    def lose_disk(self) -> None:
        """Lose what is on the other disk; only for a machine that is off."""
        self._make_filesystem()

    def add_disk(self, path: Path) -> None:
        """Put an XFS of its own at the path, now and after every start."""
        self._make_filesystem()
        self._disk = path
        self._mount(path)

    def _make_filesystem(self) -> None:
        self._image.touch()
        os.truncate(self._image, _DISK_SIZE)
        subprocess.run(["mkfs.xfs", "-q", "-f", "-i", "size=512", self._image], check=True)

    def _mount(self, path: Path) -> None:
        self.run("mkdir", "-p", str(path))
        self.run("mount", "-o", "loop", str(self._image), str(path))

    def run(self, *command: str, timeout: float = 150, stdin: str = "") -> str:
        """Run a command on the machine; return what it said.

        Raises:
            RuntimeError: it failed; the message is what it said.
            subprocess.TimeoutExpired: it took longer than so many seconds.
        """
        code, said = self.attempt(*command, timeout=timeout, stdin=stdin)
        if code:
            raise RuntimeError(f"{self}: {' '.join(command)}: {said}")
        return said

    def attempt(self, *command: str, timeout: float = 150, stdin: str = "") -> tuple[int, str]:
        """Run a command that may fail; return its exit code and what it said."""
        done = subprocess.run(
            [*self.inside("mpuin"), *command],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        return done.returncode, done.stdout

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command on the machine, to be talked with."""
        return subprocess.Popen(
            [*self.inside("mpuin"), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def inside(self, namespaces: str) -> list[str]:
        """Return the start of a command that runs in these of the machine's namespaces."""
        options = [f"-{namespace}" for namespace in namespaces]
        return ["nsenter", f"--target={self.first_process}", *options, "--"]

    def stop_processes(self) -> None:
        """Freeze everything but process 1: connections stay, nobody answers."""
        self.run("sh", "-c", "kill -STOP -1")

    def continue_processes(self) -> None:
        self.run("sh", "-c", "kill -CONT -1")


class Lab:
    """The switch and the machines on it, as a context manager that leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self.machines: list[Machine] = []
        self._folder = folder
        self._switch: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        require_root()
        for program in ("unshare", "nsenter", "setpriv", "ip", "nft", "mkfs.xfs"):
            require_program(program)
        self._switch = _namespaces([], [_SWITCH])
        self._filter([])
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for machine in self.machines:
            machine.power_off()
        if self._switch is not None:
            self._switch.kill()
            self._switch.wait()

    def machine(self, name: str, address: str) -> Machine:
        """Add a machine and power it on; all machines know each other by name."""
        folder = self._folder / name
        folder.mkdir()
        self.machines.append(machine := Machine(self, name, address, folder))
        hosts = "".join(f"{each.address} {each.name}\n" for each in self.machines)
        for each in self.machines:
            (each.folder / "etc/hosts").write_text(f"127.0.0.1 localhost\n{hosts}")
        return machine

    def plug(self, machine: Machine) -> None:
        """Connect a machine that boots to the switch."""
        port, inside = machine.name, machine.inside("n")
        self._run(*f"ip link add {port} type veth peer eth0 netns {machine.first_process}".split())
        self._run(*f"ip link set {port} master switch up".split())
        _check([*inside, *f"ip addr add {machine.address}/{_PREFIX_LENGTH} dev eth0".split()])
        _check([*inside, "ip", "link", "set", "eth0", "up"])

    def unplug(self, machine: Machine) -> None:
        self._run("ip", "link", "del", machine.name)

    @contextmanager
    def unreachable(self, machine: Machine) -> Iterator[None]:
        """Drop what is sent to and by the machine; its address resolves, so senders keep trying."""
        self._filter([machine])
        try:
            yield
        finally:
            self._filter([])

    def _filter(self, dropped: list[Machine]) -> None:
        rules = [
            f"add rule bridge filter forward ip {end} {machine.address} drop\n"
            for machine in dropped
            for end in ("saddr", "daddr")
        ]
        self._run("nft", "-f", "-", stdin=_FILTER + "".join(rules))

    def _run(self, *command: str, stdin: str = "") -> None:
        assert self._switch is not None
        _check(["nsenter", f"--target={self._switch.pid}", "-n", *command], stdin)


def _namespaces(kinds: list[str], script: list[str]) -> subprocess.Popen[str]:
    """Run a script, with its arguments, in a new network namespace and in others of these kinds.

    Returns when the script is through; the namespaces last as long as the process. Its death, or
    that of this process, is the end of all that runs there.
    """
    text, *arguments = script
    process = subprocess.Popen(
        # PR_SET_PDEATHSIG survives exec, and --kill-child hands the death on to process 1.
        [
            *("setpriv", "--pdeathsig", "KILL", "unshare", "--net", *kinds),
            *("sh", "-c", f"{text}\n{_WAIT_FOR_EVER}", "machine", *arguments),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        if process.stdout.readline() != "ready\n":
            process.kill()
            raise RuntimeError(f"no namespaces: exit code {process.wait()}")
    return process


def _check(command: list[str], stdin: str = "") -> None:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
