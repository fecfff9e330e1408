"""Starting and stopping: clear words for what is in the way, and nothing left running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.deployment import CDPSFY, ROOT, RunningSite

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    site = RunningSite(tmp_path)
    yield site
    if site.is_running():
        site.stop()


def test_ctrl_c_ends_all_and_a_second_start_finds_everything(site: RunningSite) -> None:
    site.start()
    demo = site.cdpsfy("demo", str(site.ini))
    assert site.stop() == 0
    for port in (site.web_port, site.tracks_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0

    site.start()

    assert "Quorum Chorale" in demo
    assert "password" in demo
    assert "all is well" in site.cdpsfy("fsck", str(site.ini))


def test_sigterm_ends_all_of_a_run_in_the_background_of_a_script(site: RunningSite) -> None:
    site.start(within=["sh", "-c", "trap '' INT; exec \"$@\"", "sh"])

    assert site.stop(signal.SIGTERM) == 0
    assert site.log.read_text("utf-8").endswith("stopped\n")


def test_a_balancer_is_believed_by_the_server_that_runs(site: RunningSite) -> None:
    ini = site.ini.read_text("utf-8")
    trusting = "[server:main]\ntrusted_proxies = 127.0.0.1 ::1"
    site.ini.write_text(ini.replace("[server:main]", trusting), "utf-8")
    site.start()

    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "cdpsfy.example:8443"}
    answer = requests.get(f"{site.url}/account", headers=told, allow_redirects=False, timeout=10)

    assert answer.headers["Location"].startswith("https://cdpsfy.example:8443/login")


def test_the_demo_twice_adds_nothing(site: RunningSite) -> None:
    site.start()
    site.cdpsfy("demo", str(site.ini))

    again = site.cdpsfy("demo", str(site.ini))

    assert "password" not in again
    assert "all is well" in site.cdpsfy("fsck", str(site.ini))


def test_a_taken_port_is_named(site: RunningSite) -> None:
    with socket.create_server(("127.0.0.1", site.web_port)):
        done = _run("run", str(site.ini))

    assert done.returncode == 1
    assert f"port {site.web_port} of localhost" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_made_is_named(site: RunningSite) -> None:
    (site.ini.parent / "var").write_text("in the way", "utf-8")

    done = _run("run", str(site.ini))

    assert done.returncode == 1
    assert f"{site.ini.parent / 'var'} cannot be made" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_operators_command_without_the_track_service_says_so(site: RunningSite) -> None:
    _run("init", str(site.ini))

    done = _run("fsck", str(site.ini))

    assert done.returncode == 1
    assert "the track service does not answer" in done.stderr


def test_the_first_admin_is_made_by_command(site: RunningSite) -> None:
    _run("init", str(site.ini))
    arguments = ("user", "add", str(site.ini), "--admin", "--password-stdin", "Root")

    made = _run(*arguments, typed="three sad tigers\n")
    again = _run(*arguments, typed="three sad tigers\n")
    short = _run(*arguments[:-1], "Other", typed="short\n")

    assert "Root can log in now" in made.stdout
    assert "'Root' is taken" in again.stderr
    assert "at least 12 characters" in short.stderr


@pytest.mark.parametrize("app", ["main", "tracks"])
def test_production_refuses_the_sample_secret(app: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(Path(sys.executable).with_name("pserve")),
            str(ROOT / "production.ini"),
            "--app-name",
            app,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 1
    assert "cdpsfy.ticket_keys: the secret '2026-11' is a sample" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("cdpsfy.colour = red", "cdpsfy.colour is not a setting"),
        ("cdpsfy.upload_limit = much", "cdpsfy.upload_limit: write a whole number"),
        ("cdpsfy.ticket_keys = dev:short", "a secret needs at least 32 characters"),
        ("storage.colour = red", "storage.colour is not a setting of this driver"),
    ],
)
def test_a_wrong_setting_is_named(site: RunningSite, line: str, complaint: str) -> None:
    name = line.partition(" ")[0]
    text = "\n".join(
        row for row in site.ini.read_text("utf-8").splitlines() if not row.startswith(name)
    )
    section = "[app:tracks]" if name.startswith("storage") else "[DEFAULT]"
    site.ini.write_text(text.replace(section, f"{section}\n{line}"), "utf-8")

    done = _run("run", str(site.ini))

    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def _run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CDPSFY, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
