"""One machine of the lab: network, processes, mounts and names of its own, and its own disks.

The rest of the file system is this machine's, with the project at `/opt/cdpsfy`. What a machine
keeps lies in its folder and outlives a power cut: what differs in `/etc`, logs, the state of the
services, and a disk (XFS) where one was added.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from ops.lab.namespaces import HOLD, Namespaces, is_stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.lab.fabric import Fabric

ROOT = Path(__file__).parents[2]
_PRIVATE = (
    "/var/log",
    "/var/lib/glusterd",
    "/var/lib/haproxy",
    "/var/lib/mysql",
    "/var/lib/nagios4",
    "/var/cache/nagios4",
    "/var/lib/nagios",
)
"""Folders of its own, as far as this machine has them."""
_WITH_FOLDERS = ("/var/log", "/var/lib/nagios4", "/var/cache/nagios4")
"""Those in which packages made folders that their services do not make."""
CONTROL = "/run/cdpsfy-init"
_PLUGGED = "/run/plugged"
_INIT = f"""
    echo ready; mkdir -p /var/log/cdpsfy; exec >>/var/log/cdpsfy/init.log 2>&1
    while [ ! -e {_PLUGGED} ]; do sleep 0.05; done; exec $init
"""
"""A service that starts before its machine has an address would be in trouble at once."""
_DISK_SIZE = 4 << 30
"""Bytes of a disk, sparse: what is uploaded while a volume grows must fit."""
_KINDS = ["--mount", "--pid", "--uts", "--ipc", "--mount-proc"]
_BOOT = """
systemctl=$1 closed=$2 private=$3; shift 3
# Mounts made by others would be taken for this machine's, or kept in use by it.
awk '$3 ~ /^fuse\\./ || $1 ~ /^.dev.loop/ { print $2 }' /proc/mounts |
    while read -r path; do umount -l "$path" || true; done
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/gluster /run/lock
# What is needed is put aside, and laid again over what hides it: the machine's own /tmp, and an
# empty folder over somebody's home, which services with users of their own could not enter.
number=0
for path; do
    number=$((number + 1))
    mkdir -p "/run/kept/$number"
    mount --bind "$path" "/run/kept/$number"
done
for path in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o mode=1777 tmpfs "$path"; done
for path in $closed; do [ ! -d "$path" ] || mount -t tmpfs -o mode=755 tmpfs "$path"; done
number=0
for path; do
    number=$((number + 1))
    mkdir -p "$path"
    mount --bind "/run/kept/$number" "$path"
done
own=/run/kept/1 root=/run/kept/2
for path in etc opt var/cache var/lib; do
    work=$own/.work/$path
    mkdir -p "$work"
    mount -t overlay -o "lowerdir=/$path,upperdir=$own/$path,workdir=$work" overlay "/$path"
done
mkdir -p /opt/cdpsfy
mount --bind "$root" /opt/cdpsfy
for path in $private; do mount --bind "$own$path" "$path"; done
for path in /mnt /srv; do mount -t tmpfs -o mode=755 tmpfs "$path"; done
hostname -F /etc/hostname
systemd-tmpfiles --create --prefix=/run >/dev/null 2>&1 || true
conf=/etc/tmpfiles.d/cdpsfy.conf
[ ! -e "$conf" ] || systemd-tmpfiles --create --remove --boot "$conf"
if [ -n "$systemctl" ]; then
    mkdir -p /run/systemd/system
    mount --bind "$own/$systemctl" /usr/bin/systemctl
fi
ip link set lo up
"""


class Machine:
    """A machine; it is on from `power_on` until `power_off`, whichever process calls them.

    addresses are its own (IPv4), by network. init, if any, is the command (of shell) that minds its
    services as process 1; systemctl is then the program that speaks to it.
    """

    def __init__(
        self,
        fabric: Fabric,
        name: str,
        addresses: Mapping[str, str],
        folder: Path,
        *,
        init: str | None = None,
        systemctl: Path | None = None,
        tied: bool = False,
    ) -> None:
        self.name = name
        self.addresses = addresses
        self.folder = folder
        self._fabric = fabric
        self._hold = _INIT.replace("$init", init) if init else HOLD
        self._systemctl = systemctl
        self._tied = tied
        self._namespaces = Namespaces(folder)

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self._namespaces.first_process is not None

    @property
    def first_process(self) -> int:
        """The machine's process 1, by its number outside."""
        pid = self._namespaces.first_process
        if pid is None:
            raise RuntimeError(f"{self} is off")
        return pid

    def make(self) -> None:
        """Make its folder, with what a machine has when its system was just installed."""
        for path in _private():
            self._make_private(path)
        for name in ("etc", "opt", "var/cache", "var/lib"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self._systemctl:
            shutil.copy(self._systemctl, self.folder)
        (self.folder / "etc/hostname").write_text(f"{self.name}\n")
        (self.folder / "etc/machine-id").write_text(f"{uuid.uuid4().hex}\n")
        (self.folder / "etc/resolv.conf").write_text("")

    def power_on(self) -> None:
        """Boot: mounts and network as before; its services start by themselves."""
        kept = [self.folder, ROOT]
        closed = {str(path) for each in kept for path in _closed_above(each)}
        if hidden := _closed_above(Path(sys.base_prefix)):
            kept.append(Path(sys.base_prefix))
            closed |= {str(path) for path in hidden}
        words = (
            self._systemctl.name if self._systemctl else "",
            " ".join(closed),
            " ".join(_private()),
        )
        script = ["sh", "-euc", _BOOT, "boot", *words, *map(str, kept)]
        self._namespaces.start(_KINDS, script, hold=self._hold, tied=self._tied)
        self._fabric.plug(self)
        for image in self.folder.glob("*.xfs"):
            self._mount(image)
        self.run("touch", _PLUGGED)
        if self._systemctl:
            self.run("sh", "-c", f"until [ -S {CONTROL} ]; do sleep 0.05; done", timeout=30)

    def power_off(self) -> None:
        """Let every process die at once, unheard by the others; what is on disk stays."""
        if self.is_on:
            self._fabric.unplug(self)
            self.end()

    def end(self) -> None:
        """Kill every process, if it is on; the others may hear it."""
        self._namespaces.end()

    def freeze(self) -> None:
        """Stop every process: connections stay, the kernel answers, nobody else does."""
        # Process 1 cannot be reached from inside, and would go on starting what is due.
        os.kill(self.first_process, signal.SIGSTOP)
        self.run("sh", "-c", "kill -STOP -1")

    def thaw(self) -> None:
        """Let every process go on."""
        self.run("sh", "-c", "kill -CONT -1")
        os.kill(self.first_process, signal.SIGCONT)

    def services(self) -> dict[str, str]:
        """Return the state of each service: `active`, or what it is else."""
        if is_stopped(self.first_process):
            return {"everything": "frozen"}
        code, text = self.attempt("systemctl", "status", timeout=10)
        if code not in {0, 3}:
            return {"systemctl": text.strip()}
        return dict(line.split() for line in text.splitlines())

    def kill_service(self, name: str) -> None:
        """Kill all processes of a service with SIGKILL; it starts again as its unit says."""
        self.run("systemctl", "kill", "-s", "SIGKILL", name)

    def stop_service(self, name: str) -> None:
        self.run("systemctl", "stop", name)

    def start_service(self, name: str) -> None:
        self.run("systemctl", "start", name)

    def restart_service(self, name: str) -> None:
        """Ask a service to end, wait until it has, and start it again."""
        self.run("systemctl", "restart", name)

    def reload_service(self, name: str) -> None:
        self.run("systemctl", "reload", name)

    def lose_system(self) -> None:
        """Lose the system's disk, as when it is installed anew; only for a machine that is off."""
        for path in ("/var/lib/glusterd", "/var/log"):
            shutil.rmtree(self.folder / path[1:])
            self._make_private(path)

    def lose_disk(self) -> None:
        """Lose what is on the other disk; only for a machine that is off."""
        for image in self.folder.glob("*.xfs"):
            _make_filesystem(image)

    def add_disk(self, path: Path) -> None:
        """Put an XFS of its own at the path, now if it is on, and at every start."""
        image = self.folder / f"{str(path)[1:].replace('/', '-')}.xfs"
        _make_filesystem(image)
        if self.is_on:
            self._mount(image)

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
        if not self.is_on:
            raise RuntimeError(f"{self} is off")
        return self._namespaces.inside(namespaces)

    def _make_private(self, path: str) -> None:
        folders = [Path(path)]
        if path in _WITH_FOLDERS:
            folders += sorted(each for each in Path(path).rglob("*") if each.is_dir())
        for folder in folders:
            own, there = self.folder / str(folder)[1:], folder.stat()
            own.mkdir(parents=True)
            os.chown(own, there.st_uid, there.st_gid)
            own.chmod(there.st_mode & 0o7777)

    def _mount(self, image: Path) -> None:
        path = f"/{image.stem.replace('-', '/')}"
        self.run("mkdir", "-p", path)
        self.run("mount", "-o", "loop", str(image), path)


def _closed_above(path: Path) -> list[Path]:
    """Return the topmost folder around the path that is not open to everybody, if one is not."""
    ancestors = reversed(path.parents)
    return [each for each in ancestors if not each.stat().st_mode & stat.S_IXOTH][:1]


def _private() -> list[str]:
    return [path for path in _PRIVATE if Path(path).exists()]


def _make_filesystem(image: Path) -> None:
    image.unlink(missing_ok=True)
    image.touch()
    os.truncate(image, _DISK_SIZE)
    subprocess.run(["mkfs.xfs", "-q", "-f", "-i", "size=512", image], check=True)
