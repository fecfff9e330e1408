"""What is particular to libgfapi in a process: its shim, its handle, forks and the exit."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from tests.gluster import VOLUME
from tests.storage.gluster.traffic import put

if TYPE_CHECKING:
    from storage import Driver
    from tests.gluster import Cluster

pytestmark = pytest.mark.gluster


@pytest.fixture
def road() -> str:
    return "gluster-gfapi"


def test_gfapi_still_needs_the_shim() -> None:
    """When this fails, a release of gfapi repaired it: delete storage/gfapi_compat.py's part."""
    imports = _run("import gluster.gfapi")
    prototype = _run(
        """
        import collections, collections.abc
        collections.Iterator = collections.abc.Iterator
        from gluster.gfapi import api
        print(len(api.glfs_fsync.argtypes), api.glfs_lseek.restype.__name__)
        """
    )

    assert "cannot import name 'Iterator' from 'collections'" in imports.stderr
    assert prototype.stdout.split() == ["1", "c_int"]


def test_a_forked_child_makes_a_handle_of_its_own(cluster: Cluster, driver: Driver) -> None:
    key = put(driver, 1)
    child = _run(
        f"""
        import os
        from storage import open_driver
        driver = open_driver({_settings(cluster)!r})
        driver.stat({key!r})
        child = os.fork()
        if not child:
            with driver.open({key!r}) as reader:
                size = sum(map(len, reader.blocks()))
            os._exit(0 if size == reader.info.size else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """
    )

    assert child.stdout.strip() == "0", child.stderr


def test_attempts_that_fail_leave_nothing_behind() -> None:
    done = _run(
        """
        import os, time
        from storage.gfapi_compat import LibgfapiException
        from storage.gfapi_connection import Connection
        connection = Connection(["127.0.0.251"], "nas", {}, "/dev/null")
        counts = []
        for number in range(4):
            try:
                connection.attempt(number)
            except LibgfapiException:
                time.sleep(0.5)
                counts.append([len(os.listdir(f"/proc/self/{of}")) for of in ("task", "fd")])
        print(counts[1:] == counts[:-1] and len(counts), counts)
        """
    )

    assert done.stdout.startswith("4 "), done.stdout + done.stderr


def test_a_process_has_one_handle_however_many_threads_ask(cluster: Cluster) -> None:
    done = _run(
        f"""
        from concurrent.futures import ThreadPoolExecutor
        from storage import gfapi_connection, open_driver
        made = []
        class Counted(gfapi_connection.Volume):
            def mount(self):
                made.append(self)
                super().mount()
        gfapi_connection.Volume = Counted
        driver = open_driver({_settings(cluster)!r})
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: list(driver.list("ff")), range(64)))
        print(len(made))
        """
    )

    assert done.stdout.strip() == "1", done.stderr


def test_the_exit_does_not_wait_for_libgfapi(cluster: Cluster) -> None:
    """glfs_fini takes 5 to 11 seconds; it is not called."""
    done = _run(
        f"""
        from storage import gfapi_compat, open_driver
        def fini(handle):
            print("torn down", flush=True)
        gfapi_compat.api.glfs_fini = fini
        driver = open_driver({_settings(cluster)!r})
        assert driver.health().ok
        driver.close()
        """
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_other_threads_run_while_one_reads_from_a_volume_that_keeps_silent(
    cluster: Cluster, driver: Driver
) -> None:
    key = put(driver, 1, 16 * 1024 * 1024)
    program = f"""
        import sys, threading, time
        from storage import open_driver
        reader = open_driver({_settings(cluster)!r}).open({key!r})
        pieces = reader.blocks()
        next(pieces)
        print("begun", flush=True)
        sys.stdin.readline()
        start = last = time.monotonic()
        reading = threading.Thread(target=lambda: list(pieces))
        reading.start()
        longest = 0.0
        while reading.is_alive():
            time.sleep(0.01)
            now = time.monotonic()
            longest, last = max(longest, now - last), now
        print(last - start, longest, flush=True)
        """

    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        with cluster.frozen(*cluster.members, brick_only=True):
            child.stdin.write("\n")
            child.stdin.flush()
            time.sleep(2)
        waited, longest = map(float, child.stdout.readline().split())

    assert waited > 1
    assert longest < 1


def test_a_process_that_used_the_volume_ends_at_once(cluster: Cluster) -> None:
    done = _run(
        f"""
        import time
        from storage import open_driver
        driver = open_driver({_settings(cluster)!r})
        assert driver.health(10).ok
        driver.close()
        print(time.monotonic())
        """
    )

    assert done.returncode == 0, done.stderr
    assert time.monotonic() - float(done.stdout) < 3


def _settings(cluster: Cluster) -> dict[str, str]:
    return {
        "storage.driver": "gluster-gfapi",
        "storage.hosts": " ".join(cluster.hosts),
        "storage.volume": VOLUME,
        "storage.log_file": "/dev/null",
    }


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
