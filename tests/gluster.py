"""A real replicated Gluster volume on loopback addresses, and the means to harm its nodes.

Every node is a glusterd of its own on an address of its own, with all its files in one temporary
folder; nothing of a Gluster installed on this machine is touched.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

from tests.components import require_program, require_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

VOLUME = "nas"
PING_TIMEOUT = 4
"""Seconds; the design's own (docs/architecture.md)."""
OPTIONS_FILE = Path(__file__).parent.parent / "ops/gluster/options"
_ADDRESSES = itertools.count(1)
"""Two volumes may be up at once in one test run, so no node gets an address that another had."""
_MNT_DETACH = 2
_LIBC = ctypes.CDLL(None, use_errno=True)


class Node:
    """One nas: a glusterd with its brick and its self-heal daemon."""

    def __init__(self, host: str, folder: Path) -> None:
        self.host = host
        self.folder = folder
        self.brick = folder / "brick" / VOLUME
        self._glusterd: subprocess.Popen[bytes] | None = None

    def __str__(self) -> str:
        return self.host

    @property
    def socket(self) -> Path:
        """Where its glusterd takes commands."""
        return self.folder / "glusterd.sock"

    def start(self) -> None:
        """Start glusterd, which starts what it ran before."""
        for name in ("wd", "run", "log", "brick"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        options = {
            "working-directory": self.folder / "wd",
            "run-directory": self.folder / "run",
            "glusterd-sockfile": self.socket,
            "cluster-test-mode": self.folder / "log",
            "transport.socket.bind-address": self.host,
        }
        self._glusterd = subprocess.Popen(
            [
                require_program("glusterd"),
                "--no-daemon",
                f"--log-file={self.folder}/log/glusterd.log",
                f"--pid-file={self.folder}/glusterd.pid",
                *(f"--xlator-option=management.{name}={value}" for name, value in options.items()),
            ],
            stderr=subprocess.DEVNULL,
        )

    def gluster(self, *words: str) -> str:
        """Run a command of the gluster client on this node; return what it said."""
        command = ["gluster", "--mode=script", "--wignore", f"--glusterd-sock={self.socket}"]
        done = subprocess.run(
            [*command, *words], capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise RuntimeError(f"gluster {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def glusterd_pid(self) -> int:
        assert self._glusterd is not None
        return self._glusterd.pid

    def brick_pids(self) -> list[int]:
        return self._pids(f"run/vols/{VOLUME}/*.pid")

    def pids(self) -> list[int]:
        """Return the processes of the whole node: glusterd, brick, self-heal daemon."""
        own = [self._glusterd.pid] if self._glusterd else []
        return own + self._pids("run/**/*.pid")

    def _pids(self, pattern: str) -> list[int]:
        texts = [file.read_text().strip() for file in self.folder.glob(pattern)]
        return [int(text) for text in texts if text and self._is_mine(int(text))]

    def _is_mine(self, pid: int) -> bool:
        # The number of one that died may be somebody else's by now.
        with suppress(OSError):
            return os.fsencode(self.folder) in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False

    def signal_brick(self, number: int) -> None:
        _signal(self.brick_pids(), number)

    def signal(self, number: int) -> None:
        _signal(self.pids(), number)

    def kill(self) -> None:
        """Let the whole node die, as without power; what it wrote stays."""
        self.signal(signal.SIGKILL)
        if self._glusterd:
            self._glusterd.wait()
            self._glusterd = None

    def kill_glusterd(self) -> None:
        """Let only glusterd die; the brick serves on."""
        os.kill(self.glusterd_pid(), signal.SIGKILL)
        assert self._glusterd is not None
        self._glusterd.wait()
        self._glusterd = None


class Cluster:
    """Several nodes and one replica 3 volume over them, as a context manager."""

    def __init__(self, folder: Path, *, nodes: int = 3, spare: int = 0) -> None:
        network = f"127.{64 + os.getpid() // 250 % 128}.{os.getpid() % 250 + 1}"
        self.nodes = [
            Node(f"{network}.{next(_ADDRESSES)}", folder / f"nas{number}")
            for number in range(1, nodes + spare + 1)
        ]
        self.members = self.nodes[:nodes]
        self._folder = folder

    @property
    def hosts(self) -> list[str]:
        return [node.host for node in self.members]

    def __enter__(self) -> Self:
        require_root()
        try:
            self._form()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _form(self) -> None:
        first, *others = self.nodes
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            wait_for(lambda node=node: _answers(node), f"glusterd on {node}")  # type: ignore[misc]
        for node in others:
            first.gluster("peer", "probe", node.host)
        wait_for(lambda: _connected(first) == len(others), "the peers")
        bricks = [f"{node.host}:{node.brick}" for node in self.members]
        first.gluster("volume", "create", VOLUME, "replica", "3", *bricks, "force")
        # An operator waits a minute until a copy that is missing is noticed; tests do not.
        for name, value in {**options(), "cluster.heal-timeout": "5"}.items():
            first.gluster("volume", "set", VOLUME, name, value)
        first.gluster("volume", "start", VOLUME)
        self.wait_until_online()

    def stop(self) -> None:
        """End every process of every node."""
        for node in self.nodes:
            node.signal(signal.SIGCONT)
            node.kill()

    def start_bricks(self) -> None:
        """Start glusterds and bricks that died, and wait until all serve."""
        for node in self.nodes:
            if node._glusterd is None:
                node.start()
        for node in self.nodes:
            wait_for(lambda node=node: _answers(node), f"glusterd on {node}")  # type: ignore[misc]
        self.wait_until_online(force=True)

    def wait_until_online(self, *, force: bool = False) -> None:
        """Wait for every brick; `start force` says success and starts none at times: repeat."""

        def online() -> bool:
            if force:
                with suppress(RuntimeError):
                    self.members[0].gluster("volume", "start", VOLUME, "force")
            status = self.members[0].gluster("volume", "status", VOLUME, "detail")
            return status.count("Online               : Y") == len(self.members)

        wait_for(online, "all bricks online", pause=0.3)

    def pending_heals(self) -> int | None:
        """Return how many entries wait to be healed; None while a brick is not connected."""
        try:
            text = self.members[0].gluster("volume", "heal", VOLUME, "statistics", "heal-count")
        except RuntimeError:
            return None
        numbers = [line.split(":")[1] for line in text.splitlines() if "Number of entries" in line]
        if len(numbers) < len(self.members):
            return None
        return sum(int(number) for number in numbers)

    def heal(self, *, within: float = 120) -> None:
        """Heal, and wait until nothing is pending."""
        deadline = time.monotonic() + within
        while self.pending_heals() != 0:
            with suppress(RuntimeError):
                self.members[0].gluster("volume", "heal", VOLUME)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.pending_heals()} entries not healed in {within} s")
            time.sleep(1)

    def replace(self, lost: Node, new: Node) -> None:
        """Put an empty spare node in the place of one that is gone for good."""
        commander = next(node for node in self.members if node is not lost)
        bricks = [f"{node.host}:{node.brick}" for node in (lost, new)]

        def replaced() -> bool:
            # To all these glusterds every loopback address is their own: at times two of them try
            # out the same brick at once, and one stumbles over the other.
            with suppress(RuntimeError):
                commander.gluster("volume", "replace-brick", VOLUME, *bricks, "commit", "force")
            return str(new.brick) in commander.gluster("volume", "info", VOLUME)

        wait_for(replaced, "the new brick", pause=1)
        self.members[self.members.index(lost)] = new
        self.nodes.remove(lost)
        self.wait_until_online()

    def grow(self, *new: Node) -> None:
        """Add spare nodes, three at a time, and move their share of the files to them."""
        commander = self.members[0]
        bricks = [f"{node.host}:{node.brick}" for node in new]
        commander.gluster("volume", "add-brick", VOLUME, "replica", "3", *bricks, "force")
        self.members.extend(new)
        self.wait_until_online()
        commander.gluster("volume", "rebalance", VOLUME, "start", "force")

        def balanced() -> bool:
            status = commander.gluster("volume", "rebalance", VOLUME, "status")
            if "failed" in status.split("------")[-1]:
                raise RuntimeError(status)
            return "in progress" not in status

        wait_for(balanced, "the rebalance", within=300, pause=1)

    @contextmanager
    def frozen(self, *nodes: Node, brick_only: bool = False) -> Iterator[None]:
        """Stop the nodes' processes without ending them: connections stay, nobody answers."""
        for node in nodes:
            (node.signal_brick if brick_only else node.signal)(signal.SIGSTOP)
        try:
            yield
        finally:
            for node in nodes:
                node.signal(signal.SIGCONT)


class Mount:
    """A FUSE mount of the volume by a client process of its own."""

    def __init__(self, hosts: Sequence[str], folder: Path) -> None:
        self.path = folder / "mnt"
        self._hosts = hosts
        self._folder = folder
        self._client: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True)
        self.mount()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.signal(signal.SIGCONT)
        self.kill_client()
        self.unmount()

    def mount(self) -> None:
        self._client = subprocess.Popen(
            [
                require_program("glusterfs"),
                "--no-daemon",
                *(f"--volfile-server={host}" for host in self._hosts),
                f"--volfile-id=/{VOLUME}",
                f"--log-file={self._folder}/mount.log",
                "--log-level=WARNING",
                str(self.path),
            ]
        )
        wait_for(lambda: self.path.is_mount() and _reachable(self.path), f"a mount at {self.path}")

    def unmount(self) -> None:
        """Let go of the mount point at once, even under open files."""
        _LIBC.umount2(os.fsencode(self.path), _MNT_DETACH)

    def signal(self, number: int) -> None:
        if self._client is not None:
            self._client.send_signal(number)

    def kill_client(self) -> None:
        """Let the client die: every operation on the mount is ENOTCONN from now on."""
        if self._client is not None:
            self._client.kill()
            self._client.wait()
            self._client = None

    def remount(self) -> None:
        """Do what an operator's watchdog does after a death."""
        self.kill_client()
        self.unmount()
        self.mount()


def options() -> dict[str, str]:
    """Return the volume options that operators are told to set."""
    lines = (line.partition("#")[0].split() for line in OPTIONS_FILE.read_text().splitlines())
    return {words[0]: words[1] for words in lines if words}


def wait_for(
    condition: Callable[[], object], what: str, *, within: float = 60, pause: float = 0.05
) -> None:
    """Return when the condition holds; fail when it does not within so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            _give_up(what, within)
        time.sleep(pause)


def _give_up(what: str, within: float) -> NoReturn:
    raise TimeoutError(f"waited {within} s in vain for {what}")


def _answers(node: Node) -> bool:
    try:
        node.gluster("volume", "list")
    except RuntimeError:
        return False
    return True


def _connected(node: Node) -> int:
    return node.gluster("peer", "status").count("Peer in Cluster (Connected)")


def _reachable(path: Path) -> bool:
    with suppress(OSError):
        path.stat()
        return True
    return False


def _signal(pids: Sequence[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
