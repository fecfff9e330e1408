"""What the plugins see of a real volume whose nodes are in trouble, and what repairs it."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from ops.nagios.plugins.answer import Status
from ops.topology import STANDARD
from tests.gluster import wait_for
from tests.ops.site import BRICK, MOUNT_POINT, VOLUME, Site, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ops.nodes import Machine

pytestmark = pytest.mark.gluster

_NAGIOS = STANDARD.with_name("nagios")
_PATIENCE = 60


def plugin(machine: Machine, *words: str) -> tuple[int, str]:
    """Run a plugin on a machine, as root: no rule of sudo is needed for that."""
    code, said = machine.attempt(str(_NAGIOS / "run.sh"), *words, timeout=60)
    return code, said.strip()


def volume(node: Machine) -> tuple[int, str]:
    since = f"{node.folder}/heal-pending"
    return plugin(node, "plugins.volume", VOLUME, "--since", since)


def brick(node: Machine) -> int:
    plugins = str(_NAGIOS / "plugins/process.sh")
    return node.attempt(plugins, "glusterfsd", str(BRICK))[0]


def self_heal(node: Machine) -> int:
    plugins = str(_NAGIOS / "plugins/process.sh")
    return node.attempt(plugins, "glusterfs", f"shd/{VOLUME}")[0]


def mounted(machine: Machine, *options: str) -> tuple[int, str]:
    hanging = f"{machine.folder}/hanging"
    return plugin(machine, "plugins.mount", MOUNT_POINT, "--hanging", hanging, *options)


@pytest.fixture
def mount(site: Site) -> Iterator[Site]:
    run(site.s1, "mount", VOLUME, MOUNT_POINT, *site.hosts)
    yield site
    site.s1.run("sh", "-c", f"pkill -KILL -x glusterfs; umount -l {MOUNT_POINT}; true")


def await_whole(site: Site) -> None:
    deadline = time.monotonic() + _PATIENCE
    while volume(site.nas[0])[0] != Status.OK:
        assert time.monotonic() < deadline, volume(site.nas[0])
        time.sleep(1)


def test_a_whole_volume_is_well_on_each_node(site: Site) -> None:
    for node in site.nas:
        assert volume(node) == (
            Status.OK,
            "OK: 3 of 3 bricks, nothing to heal | 'bricks'=3 'pending'=0 'split-brain'=0",
        )
        assert plugin(node, "plugins.peers")[0] == Status.OK
        assert brick(node) == Status.OK
        assert self_heal(node) == Status.OK


def test_what_was_killed_on_a_node_is_seen_and_the_repair_starts_it(site: Site) -> None:
    lost, other = site.nas[2], site.nas[0]
    lost.run("pkill", "-KILL", "-x", "glusterfsd")
    lost.run("pkill", "-KILL", "-f", "process-name glustershd")
    assert brick(lost) == Status.CRITICAL
    assert self_heal(lost) == Status.CRITICAL
    code, text = volume(other)
    assert code == Status.WARNING
    assert "2 of 3 bricks, not nas3:" in text

    said = lost.run(str(_NAGIOS / "repair.sh"), "bricks", VOLUME)

    assert said.startswith("OK: begun")
    await_whole(site)
    assert brick(lost) == Status.OK
    assert self_heal(lost) == Status.OK


def test_a_self_heal_daemon_that_was_killed_alone_is_started_too(site: Site) -> None:
    lost = site.nas[2]
    lost.run("pkill", "-KILL", "-f", "process-name glustershd")
    assert self_heal(lost) == Status.CRITICAL

    lost.run(str(_NAGIOS / "repair.sh"), "bricks", VOLUME)

    wait_for(lambda: self_heal(lost) == Status.OK, "the repair")


def test_a_repair_waits_for_one_that_is_under_way(site: Site) -> None:
    lost = site.nas[2]
    earlier = lost.start("flock", "/run/cdpsfy-repair.lock", "sh", "-c", "echo held; read -r _")
    assert earlier.stdout
    assert earlier.stdout.readline() == "held\n"
    lost.run("pkill", "-KILL", "-x", "glusterfsd")

    said = lost.run(str(_NAGIOS / "repair.sh"), "bricks", VOLUME)

    assert said.startswith("OK: another one is under way, and then")
    assert brick(lost) == Status.CRITICAL
    earlier.communicate("over\n", timeout=20)
    await_whole(site)
    assert brick(lost) == Status.OK


def test_a_frozen_node_is_missed_by_the_others_at_once(site: Site) -> None:
    frozen, other = site.nas[1], site.nas[0]
    frozen.freeze()
    try:
        start = time.monotonic()
        code, text = plugin(other, "plugins.peers")
        assert code == Status.WARNING, text
        assert "not nas2" in text
        code, text = volume(other)
        assert code == Status.WARNING, text
        assert time.monotonic() - start < _PATIENCE / 2
    finally:
        frozen.thaw()
    await_whole(site)


def test_a_node_that_reaches_nobody_is_critical(site: Site) -> None:
    lonely = site.nas[2]
    with site.lab.unreachable(lonely):
        code, text = plugin(lonely, "plugins.peers")
    assert code == Status.CRITICAL, text
    await_whole(site)


def test_a_mount_that_answers_is_well(mount: Site) -> None:
    assert mounted(mount.s1) == (Status.OK, f"OK: {MOUNT_POINT} answers")


def test_a_mount_whose_client_died_is_critical(mount: Site) -> None:
    mount.s1.run("pkill", "-KILL", "-x", "glusterfs")
    assert mounted(mount.s1)[0] == Status.CRITICAL


def test_a_mount_that_hangs_is_told_within_the_deadline_and_asked_once(mount: Site) -> None:
    silent = mount.nas[1:]
    for node in silent:
        node.freeze()
    try:
        # The client has taken this question, and waits for the nodes.
        code, text = mounted(mount.s1, "--timeout", "0.5")
        assert code == Status.CRITICAL
        assert "no answer within 0.5 s" in text
        code, text = mounted(mount.s1)
        assert code == Status.CRITICAL
        assert "an earlier question has no answer yet" in text
    finally:
        for node in silent:
            node.thaw()
    await_whole(mount)
    assert mounted(mount.s1)[0] == Status.OK


def test_where_nothing_is_mounted_is_critical(site: Site) -> None:
    with suppress(RuntimeError):
        site.s1.run("umount", "-l", MOUNT_POINT)
    code, text = mounted(site.s1)
    assert code == Status.CRITICAL
    assert "no Gluster volume is mounted" in text
