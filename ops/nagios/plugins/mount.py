"""Whether the volume answers through its mount; a question that hangs is left behind, and told.

Once the mount's client has taken a question, no signal ends it before the client answers. So a
process of its own asks, and no second one while the first one hangs.
"""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments

_MARKER = ".cdpsfy-volume"


def check(mountpoint: str, timeout: float, hanging: Path) -> Answer:
    """Ask for the volume's marker within so many seconds; hanging is a file of its own."""
    if not _is_mounted(mountpoint):
        return Answer(Status.CRITICAL, f"no Gluster volume is mounted at {mountpoint}")
    # The file system around it is asked for, too, which the kernel does not answer from memory.
    question = ["/usr/bin/stat", "-f", f"{mountpoint}/{_MARKER}"]
    if _runs(hanging, question):
        return Answer(Status.CRITICAL, f"{mountpoint} hangs: an earlier question has no answer yet")
    return _ask(question, mountpoint, timeout, hanging)


def _ask(question: list[str], mountpoint: str, timeout: float, hanging: Path) -> Answer:
    quiet = subprocess.DEVNULL
    asker = subprocess.Popen(question, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        code = asker.wait(timeout)
    except subprocess.TimeoutExpired:
        hanging.write_text(str(asker.pid), "ascii")
        asker.kill()
        return Answer(Status.CRITICAL, f"{mountpoint} hangs: no answer within {timeout:g} s")
    if code:
        return Answer(Status.CRITICAL, f"{mountpoint} is mounted, and its {_MARKER} is not seen")
    return Answer(Status.OK, f"{mountpoint} answers")


def _is_mounted(mountpoint: str) -> bool:
    mounts = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    return any(line.split()[1:3] == [mountpoint, "fuse.glusterfs"] for line in mounts)


def _runs(hanging: Path, question: list[str]) -> bool:
    with suppress(OSError):
        command = Path(f"/proc/{hanging.read_text('ascii')}/cmdline").read_text("utf-8")
        return command.split("\0")[:-1] == question
    return False


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    arguments.add_argument("mountpoint")
    arguments.add_argument("--timeout", type=float, default=12.0, help="seconds")
    arguments.add_argument(
        "--hanging", type=Path, default=Path("/var/lib/nagios/mount-hangs"), help="file of its own"
    )
    given = arguments.parse_args()
    # No error of ours shall have a mount made anew that works.
    broken = Status.UNKNOWN
    answer(lambda: check(given.mountpoint, given.timeout, given.hanging), broken)


if __name__ == "__main__":
    main()
