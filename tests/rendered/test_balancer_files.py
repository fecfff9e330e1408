"""The programs themselves take what is rendered for them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from ops.render import render
from ops.topology import STANDARD, read_topology
from tests.components import require_program, require_root
from tests.deployment import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_BALANCERS = ("lb1", "lb2")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rendered")
    render(read_topology(STANDARD), folder)
    return folder


@pytest.mark.parametrize("name", _BALANCERS)
def test_haproxy_takes_its_configuration_without_a_warning(rendered: Path, name: str) -> None:
    config = rendered / name / "etc/haproxy/haproxy.cfg"
    text = config.read_text("utf-8").replace("/etc/cdpsfy/", f"{rendered}/{name}/etc/cdpsfy/")
    config.write_text(text, "utf-8")

    _run(require_program("haproxy"), "-c", "-dW", "-f", str(config))


@pytest.mark.parametrize("name", _BALANCERS)
def test_keepalived_takes_its_configuration_where_its_networks_are(
    rendered: Path, name: str
) -> None:
    require_root()
    require_program("keepalived")
    config = rendered / name / "etc/keepalived/keepalived.conf"
    text = config.read_text("utf-8").replace("/opt/cdpsfy", str(ROOT))
    config.write_text(text, "utf-8")
    legs = "for leg in clients services; do ip link add $leg type bridge; done; "

    said = _run(
        "unshare", "--net", "sh", "-ec", f'{legs} keepalived --config-test -f "$0"', str(config)
    )

    assert said == ""


def _run(*command: str) -> str:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
