"""One service of a machine of the lab: started, watched, restarted and stopped as its unit says."""

from __future__ import annotations

import os
import pwd
import resource
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ops.lab.namespaces import is_stopped
from ops.lab.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.lab.unit import Command

_LOGS = Path("/var/log/cdpsfy")
_TAG = "CDPSFY_UNIT"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_FOLDERS = {
    "RuntimeDirectory": "/run",
    "StateDirectory": "/var/lib",
    "LogsDirectory": "/var/log",
    "CacheDirectory": "/var/cache",
}


class Service:
    """A unit and its processes; state is inactive, starting, active, stopping or failed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = "inactive"
        self.wanted = False
        """Whether it is to run."""
        self._unit = Unit(f"{name}.service")
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(f"/run/notify-{name}")
        Path(f"/run/notify-{name}").chmod(0o666)
        self._main = 0
        self._step = 0
        """The process of an ExecStartPre or of a start that forks, while one runs."""
        self._due = 0.0
        self._deadline = 0.0
        self._steps: list[Command] = []
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def told(self) -> str:
        """Its state for an operator: one that only runs at times is well, waiting or running."""
        if self.state == "active" and self._main and is_stopped(self._main):
            return "frozen"
        at_times = self._kind == "oneshot" and self.state != "failed"
        return "active" if at_times else self.state

    @property
    def _kind(self) -> str:
        return self._unit.text("Service.Type", "simple")

    # What is asked of it, by the names of systemctl's verbs.

    def start(self) -> None:
        self.wanted = True
        self._due = 0.0
        if self.state == "failed":
            self.state = "inactive"

    def stop(self) -> None:
        self.wanted = False
        if self.state in {"starting", "active"}:
            self._terminate()
        elif self.state == "failed":
            self.state = "inactive"

    def restart(self) -> None:
        self.stop()
        self.start()

    def reload(self) -> None:
        """Run what its unit says, up to the first that fails: a check of what is to be read."""
        for command in self._unit.commands("Service.ExecReload", self._environment()):
            process = self._run(command)
            if (process is None or process.wait()) and not command.may_fail:
                return

    def kill(self, number: str = "SIGTERM") -> None:
        """Send a signal to every process of the service, by its name as `SIGKILL`."""
        self._signal_all(signal.Signals[f"SIG{number.removeprefix('SIG')}"])

    def is_settled(self, verb: str) -> bool:
        """Tell whether what was asked for has come to an end."""
        if verb in {"kill", "reload"}:
            return True
        if verb == "stop" or not self.wanted:
            return self.state in {"inactive", "failed"}
        return self.state in {"active", "failed"}

    # What the loop tells it.

    def advance(self, now: float, others: Mapping[str, Service]) -> None:
        """Start it if it is due, and end what takes too long."""
        if self.state in {"inactive", "failed"} and self.wanted and now >= self._due:
            if not self._waits_for(others):
                self._begin(now)
        elif self.state in {"starting", "stopping"} and now > self._deadline:
            self._signal_all(signal.SIGKILL)
            self._deadline = now + 1
            if not any(self._processes()):
                self._over(-signal.SIGKILL)

    def ended(self, pid: int, code: int) -> None:
        """Hear that a process of the machine ended."""
        if pid in self._children:
            self._children.pop(pid).returncode = code
        if pid == self._step:
            self._step_ended(code)
        elif pid == self._main:
            self._main = 0
            if self.state == "starting" and self._kind == "oneshot" and self._is_success(code):
                self.state = "active" if self._remains() else "inactive"
                self.wanted = self._remains()
            else:
                self._over(code)

    def read_notice(self) -> None:
        notice = self.notices.recv(4096).decode(errors="replace")
        if "READY=1" in notice.splitlines() and self.state == "starting":
            self.state = "active"

    # How it lives.

    def _waits_for(self, others: Mapping[str, Service]) -> bool:
        before = [name.removesuffix(".service") for name in self._unit.words("Unit.After")]
        return any(
            others[n].state == "starting" or (others[n].wanted and others[n].state == "inactive")
            for n in before
            if n in others
        )

    def _begin(self, now: float) -> None:
        self._unit = Unit(f"{self.name}.service")
        self.state = "starting"
        self._deadline = now + self._unit.seconds("Service.TimeoutStartSec", 90)
        self._make_folders()
        environment = self._environment()
        self._steps = self._unit.commands("Service.ExecStartPre", environment)
        self._next_step()

    def _next_step(self) -> None:
        if self._steps:
            self._step = self._spawn(self._steps[0])
            return
        (command,) = self._unit.commands("Service.ExecStart", self._environment())
        if self._kind == "forking":
            self._step = self._spawn(command)
            return
        self._main = self._spawn(command)
        if self._kind in {"simple", "exec"}:
            self.state = "active"

    def _step_ended(self, code: int) -> None:
        self._step = 0
        if code and not (self._steps and self._steps[0].may_fail):
            self._over(code)
        elif self._steps:
            self._steps.pop(0)
            self._next_step()
        else:
            self._take_over()

    def _take_over(self) -> None:
        """Mind the process that a start left behind, by the file that names it."""
        try:
            self._main = int(Path(self._unit.text("Service.PIDFile")).read_text())
        except (OSError, ValueError):
            self._over(1)
        else:
            self.state = "active"

    def _terminate(self) -> None:
        self.state = "stopping"
        self._deadline = time.monotonic() + self._unit.seconds("Service.TimeoutStopSec", 90)
        main = self._main or self._step
        number = signal.Signals[self._unit.text("Service.KillSignal", "SIGTERM")]
        if not main:
            self._over(0)
        elif self._unit.text("Service.KillMode", "control-group") == "control-group":
            self._signal_all(number)
        else:
            os.kill(main, number)

    def _over(self, code: int) -> None:
        """Take note of its end; its other processes end with it, as those of a control group do."""
        self._main = self._step = 0
        was_stopping = self.state == "stopping"
        self._signal_all(signal.SIGKILL)
        for command in self._unit.commands("Service.ExecStopPost", self._environment()):
            subprocess.run(command.words, check=False, env=self._environment())
        self.state = "inactive" if self._is_success(code) or was_stopping else "failed"
        self._due = time.monotonic() + self._unit.seconds("Service.RestartSec", 0.1)
        if not was_stopping:
            self.wanted = self._restarts(code)

    def _is_success(self, code: int) -> bool:
        return code == 0 or str(code) in self._unit.words("Service.SuccessExitStatus")

    def _restarts(self, code: int) -> bool:
        policy = self._unit.text("Service.Restart", "no")
        clean = code in {0, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGPIPE}
        return {
            "always": True,
            "on-success": clean,
            "on-failure": not clean,
            "on-abnormal": not clean and code < 0,
            "on-abort": not clean and code < 0,
        }.get(policy, False)

    def _remains(self) -> bool:
        return self._unit.text("Service.RemainAfterExit") in {"yes", "true"}

    def _make_folders(self) -> None:
        for setting, parent in _FOLDERS.items():
            for name in self._unit.words(f"Service.{setting}"):
                folder = Path(parent, name)
                folder.mkdir(parents=True, exist_ok=True)
                if user := self._unit.text("Service.User"):
                    shutil.chown(folder, user, self._unit.text("Service.Group") or None)

    def _environment(self) -> dict[str, str]:
        own = self._unit.environment()
        return {
            "PATH": _PATH,
            "LANG": "C.UTF-8",
            "NOTIFY_SOCKET": f"/run/notify-{self.name}",
            "MAINPID": str(self._main),
            _TAG: self.name,
            **own,
        }

    def _spawn(self, command: Command) -> int:
        process = self._run(command)
        if process is None:
            self._due = time.monotonic() + 1
            self.state = "failed"
            return 0
        # One that is forgotten would be waited for by the next, and its end never be heard of here.
        self._children[process.pid] = process
        return process.pid

    def _run(self, command: Command) -> subprocess.Popen[bytes] | None:
        """Start a program as the service's user; None, and a line in its log, if it cannot be."""
        user = self._unit.text("Service.User", "root")
        group = self._unit.text("Service.Group") or pwd.getpwnam(user).pw_gid
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = min(most, int(self._unit.text("Service.LimitNOFILE", "65536").split(":")[0]))
        _LOGS.mkdir(parents=True, exist_ok=True)
        with (_LOGS / f"{self.name}.log").open("ab") as log:
            try:
                return subprocess.Popen(
                    command.words,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self._environment(),
                    cwd=self._unit.text("Service.WorkingDirectory", "/").lstrip("-"),
                    user=user,
                    group=group,
                    extra_groups=os.getgrouplist(user, pwd.getpwnam(user).pw_gid),
                    umask=int(self._unit.text("Service.UMask", "022"), 8),
                    start_new_session=True,
                    preexec_fn=lambda: resource.setrlimit(  # noqa: PLW1509 - one thread only
                        resource.RLIMIT_NOFILE, (files, files)
                    ),
                )
            except OSError as error:
                log.write(f"{self.name}: {command.words[0]}: {error}\n".encode())
                return None

    def _signal_all(self, number: int) -> None:
        for pid in self._processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _processes(self) -> Iterator[int]:
        """Yield the processes of the service: all that inherited its name, however they forked."""
        tag = f"{_TAG}={self.name}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                tagged = tag in (folder / "environ").read_bytes().split(b"\0")
                # nginx writes its title over its environment.
                child = f"\nPPid:\t{self._main}\n" in (folder / "status").read_text()
            except OSError:
                continue
            if folder.name != "1" and (tagged or (self._main and child)):
                yield int(folder.name)
