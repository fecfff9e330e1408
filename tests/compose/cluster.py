"""The containers of compose.yaml, brought up by Podman on an image of Debian's own packages."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

from ops.chaos.person import Person
from ops.compose.project import compose_topology, write_project
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ops.chaos.ledger import Ledger

BASE = "localhost/debian:bookworm"
IMAGE = "localhost/cdpsfy-cluster"
_COMPOSE = ROOT / "tests/compose/.venv/bin/podman-compose"
_PATIENCE = 300.0
"""Seconds until a cluster that came up plays."""


class Cluster:
    """All containers, from `up` to `down`, and what is asked of them."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.topology = compose_topology()
        self._file = write_project(self.topology, folder)
        self._ledger = ledger
        self.authority = str(folder / "conf/secrets/ca.pem")

    @property
    def site(self) -> str:
        cluster = self.topology.cluster
        return f"https://{cluster['site']}:{cluster['https_port']}"

    @property
    def nagios(self) -> str:
        return f"http://127.0.0.1:{self.topology.ports['nagios']}"

    def up(self) -> None:
        self._compose("up", "--detach", "--no-build")

    def down(self, *, volumes: bool = False) -> None:
        # With what it kept, it may end at once.
        self._compose("down", *(["--volumes", "--timeout=0"] if volumes else []))

    def person(self, name: str) -> Person:
        return Person(self.site, name, self._ledger, self.authority)

    def names(self, *options: str) -> list[str]:
        """Return the names of the containers that run; with --all, of those that ended, too."""
        only = ("--filter", "label=io.podman.compose.project=cdpsfy")
        shown = podman("ps", *only, *options, "--format=json")
        return [each["Names"][0] for each in json.loads(shown)]

    def name(self, service: str) -> str:
        return f"cdpsfy_{service}_1"

    def logs(self) -> str:
        """Return what everybody said last."""
        return "\n".join(
            f"--- {name}\n{podman('logs', '--tail=20', name)}" for name in self.names("--all")
        )

    def _compose(self, *words: str) -> None:
        environment = {**os.environ, "CDPSFY_IMAGE": IMAGE}
        subprocess.run([_COMPOSE, "-f", self._file, *words], check=True, env=environment)


def make_images() -> None:
    """Make the base image of Debian's packages, once, and on it what the Dockerfile says.

    PIP_CERT, which pip reads, names the certificates of a proxy with an authority of its own.
    """
    if subprocess.run(["podman", "image", "exists", BASE], check=False).returncode:
        made = subprocess.Popen(
            ["mmdebstrap", "--variant=minbase", "bookworm", "-"], stdout=subprocess.PIPE
        )
        subprocess.run(["podman", "import", "-", BASE], stdin=made.stdout, check=True)
        assert made.wait() == 0
    # On its way to the last stage it makes all others.
    words = ["build", "--format=docker", f"--build-arg=BASE={BASE}", f"--tag={IMAGE}"]
    if authorities := os.environ.get("PIP_CERT"):
        words += [f"--volume={authorities}:/run/ca.pem:ro", "--build-arg=PIP_CERT=/run/ca.pem"]
    podman(*words, f"--file={ROOT / 'ops/compose/Dockerfile'}", str(ROOT))


def podman(*words: str) -> str:
    """Run podman; return what it said."""
    done = subprocess.run(["podman", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"podman {words[0]}: {done.stderr[-2000:]}")
    return done.stdout + done.stderr if words[0] == "logs" else done.stdout


def wait_for(what: str, ready: Callable[[], bool]) -> None:
    """Ask on and on until it is so."""
    deadline = time.monotonic() + _PATIENCE
    while not ready():
        assert time.monotonic() < deadline, f"{what} is not so after {_PATIENCE:g} s"
        time.sleep(1)
