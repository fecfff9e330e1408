"""The stacks of the clouds, rendered once, and those who judge them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.components import missing

_HERE = Path(__file__).parent / "clouds"
_PROGRAMS = _HERE / ".venv/bin"
PARAMETERS = {
    "public_network": "public",
    "key_name": "operators",
    "operators": "192.0.2.0/24",
    "repository": "https://example.org/cdpsfy.git",
    "release": "0.1.0",
    "certificate": "https://barbican.example.org/v1/containers/1",
}
"""Of the stack of OpenStack, what has no default."""


def read(path: Path) -> dict[str, Any]:
    """Return a YAML file."""
    done = _run("python", str(_HERE / "as_json.py"), str(path))
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def ask_heat(*folders: Path) -> list[str | None]:
    """Return what Heat's engine says against the stack in each folder, or None."""
    for folder in folders:
        (folder / "parameters.json").write_text(json.dumps(PARAMETERS))
    done = _run("python", str(_HERE / "heat_engine.py"), *map(str, folders))
    assert done.returncode == 0, done.stderr
    said: list[str | None] = json.loads(done.stdout.splitlines()[-1])
    return said


def ask_cfn_lint(*paths: Path) -> str:
    """Return what cfn-lint says against templates of CloudFormation, a line `PATH:…` each fault."""
    regions = ("--regions", "eu-south-2", "us-east-1")
    done = _run("cfn-lint", "--format", "parseable", *regions, "--", *map(str, paths))
    assert not done.stderr
    return done.stdout


def ask_cloud_init(path: Path) -> str:
    """Return what cloud-init says against user-data; nothing, where it is not installed.

    No test installs it: at the next boot it would take this machine for a fresh one of a cloud.
    """
    if shutil.which("cloud-init") is None:
        return ""
    command = ["cloud-init", "schema", "--config-file", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def walk(value: Any) -> list[Any]:
    """Return everything inside a value, at any depth, and the value itself."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(each for part in inside for each in walk(part))]


def variables(text: str) -> set[str]:
    """Return what user-data leaves to the stack: the names in ${…}."""
    return set(re.findall(r"\$\{([^}]+)\}", text))


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    if not (_PROGRAMS / program).exists():
        missing(f"{_PROGRAMS.parent} is not there: make tests/rendered/clouds/.venv/.installed")
    return subprocess.run(
        [str(_PROGRAMS / program), *arguments], capture_output=True, text=True, check=False
    )
