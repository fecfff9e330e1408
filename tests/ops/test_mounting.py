"""Both ways of mounting lead past a node in trouble, and a mount that died is replaced."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from storage.layout import SENTINEL
from tests.ops.site import MOUNT_POINT, VOLUME, Site, refusal, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ops.nodes import Machine

pytestmark = pytest.mark.gluster

VOLFILE = "/run/nas.vol"
WATCH = (MOUNT_POINT, "echo", "mount it anew")


@pytest.fixture(autouse=True)
def _unmounted(site: Site) -> Iterator[None]:
    yield
    site.s1.run("sh", "-c", f"pkill -KILL -x glusterfs; umount -l {MOUNT_POINT}; true")


def test_a_living_mount_is_left_as_it_is(site: Site) -> None:
    first = mount(site)
    client = site.s1.run("pgrep", "-x", "glusterfs")
    second = mount(site)

    assert first == "mount: mounted nas at /mnt/nas, asking nas1 first\n"
    assert second == "mount: /mnt/nas is mounted and answers; nothing to do\n"
    assert site.s1.run("pgrep", "-x", "glusterfs") == client
    assert sees_the_volume(site.s1)


def test_a_dead_mount_is_replaced_under_open_files(site: Site) -> None:
    mount(site)
    site.s1.run("sh", "-c", f"sleep 600 <{MOUNT_POINT}/{SENTINEL} >/dev/null 2>&1 &")
    site.s1.run("pkill", "-KILL", "-x", "glusterfs")

    said = mount(site)

    assert "the mount at /mnt/nas is dead (error)" in said
    assert sees_the_volume(site.s1)


@pytest.mark.long
def test_a_hung_mount_is_replaced(site: Site) -> None:
    mount(site)
    site.s1.run("pkill", "-STOP", "-x", "glusterfs")

    said = mount(site)

    assert "the mount at /mnt/nas is dead (hangs)" in said
    assert sees_the_volume(site.s1)


def test_the_next_host_leads_to_the_volume_when_the_first_is_frozen(site: Site) -> None:
    with frozen(site.nas[0]):
        said = mount(site)
        seen = sees_the_volume(site.s1)

    assert "no way to nas by nas1" in said
    assert "mounted nas at /mnt/nas, asking nas2 first" in said
    assert seen


def test_a_client_volfile_asks_no_host_for_the_volume(site: Site) -> None:
    volfile = run(site.s1, "client-volfile", VOLUME, "nowhere", *site.hosts)
    site.s1.run("tee", VOLFILE, stdin=volfile)
    site.s1.run("mkdir", "-p", MOUNT_POINT)

    with frozen(site.nas[0]):
        site.s1.run("mount", "-t", "glusterfs", VOLFILE, MOUNT_POINT, timeout=60)
        seen = sees_the_volume(site.s1)

    assert seen
    assert "password" not in volfile


def test_an_unmounted_mount_point_takes_no_writes(site: Site) -> None:
    mount(site)
    site.s1.run("umount", "-l", MOUNT_POINT)

    code, said = site.s1.attempt("touch", f"{MOUNT_POINT}/lost")

    assert code == 1
    assert "Operation not permitted" in said


def test_a_mount_point_with_files_is_refused(site: Site) -> None:
    site.s1.run("sh", "-c", "mkdir -p /mnt/full && touch /mnt/full/song")

    said = refusal(site.s1, "mount", VOLUME, "/mnt/full", *site.hosts)

    assert "/mnt/full holds files, which a mount would hide" in said


def test_a_volume_that_nobody_knows_is_not_mounted(site: Site) -> None:
    said = refusal(site.s1, "mount", "nothing", MOUNT_POINT, *site.hosts)

    assert "no host leads to nothing: see whether glusterd runs on nas1 nas2 nas3" in said


def test_the_watch_is_content_with_a_mount_that_answers(site: Site) -> None:
    mount(site)

    assert run(site.s1, "watch", *WATCH) == ""


@pytest.mark.parametrize("signal", ["KILL", "STOP"])
def test_the_watch_lets_a_dead_client_be_replaced(site: Site, signal: str) -> None:
    mount(site)
    site.s1.run("pkill", f"-{signal}", "-x", "glusterfs")

    assert run(site.s1, "watch", *WATCH).endswith("mount it anew\n")


def test_the_watch_lets_a_missing_mount_be_made(site: Site) -> None:
    assert run(site.s1, "watch", *WATCH).endswith("mount it anew\n")


def test_the_watch_does_not_replace_a_client_that_waits_for_the_volume(site: Site) -> None:
    mount(site)

    for node in site.nas[1:]:
        node.run("pkill", "-KILL", "-x", "glusterfsd")
    said = refusal(site.s1, "watch", *WATCH)
    run(site.nas[0], "heal", VOLUME)

    assert "/mnt/nas is mounted, but .cdpsfy-volume cannot be seen" in said
    assert run(site.s1, "watch", *WATCH) == ""


def mount(site: Site) -> str:
    return run(site.s1, "mount", VOLUME, MOUNT_POINT, *site.hosts)


def sees_the_volume(machine: Machine) -> bool:
    return machine.run("cat", f"{MOUNT_POINT}/{SENTINEL}", timeout=30) != ""


@contextmanager
def frozen(machine: Machine) -> Iterator[None]:
    machine.freeze()
    try:
        yield
    finally:
        machine.thaw()
