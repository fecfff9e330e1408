"""Reads systemd's unit files, as far as a machine of the lab needs them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOLDERS = (Path("/etc/systemd/system"), Path("/lib/systemd/system"))
_PREFIXES = "-+!:@"
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)\}|\$(\w+)")
_UNITS = {"s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "d": 86400, "ms": 0.001, "": 1}


class Command(NamedTuple):
    """One program to run; whether the service goes on when it fails."""

    words: list[str]
    may_fail: bool


class Unit:
    """A unit file with its drop-ins. A setting that is given again adds; an empty one clears.

    Raises:
        FileNotFoundError: no folder of units has this one.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._values: dict[str, list[str]] = {}
        for path in _files(name):
            for setting, value in _settings(path.read_text("utf-8")):
                if value:
                    self._values.setdefault(setting, []).append(value)
                else:
                    self._values.pop(setting, None)

    def text(self, setting: str, default: str = "") -> str:
        """Return a setting's last value, as `Service.Type`."""
        return self._values.get(setting, [default])[-1]

    def words(self, setting: str) -> list[str]:
        """Return all words of a setting that is a list."""
        return " ".join(self._values.get(setting, [])).split()

    def seconds(self, setting: str, default: float) -> float:
        """Return a span of time, as `1min 30s`."""
        text = self.text(setting)
        spans = re.findall(r"([0-9.]+) *([a-z]*)", text)
        return sum(float(number) * _UNITS[unit] for number, unit in spans) if spans else default

    def environment(self) -> dict[str, str]:
        """Return the variables that the unit sets, by itself and in files."""
        variables = [
            word
            for value in self._values.get("Service.Environment", [])
            for word in shlex.split(value)
        ]
        for name in self._values.get("Service.EnvironmentFile", []):
            path = Path(name.lstrip("-"))
            if path.exists() or not name.startswith("-"):
                lines = path.read_text("utf-8").splitlines()
                variables += [w for line in lines for w in shlex.split(line, comments=True)]
        return dict(variable.split("=", 1) for variable in variables if "=" in variable)

    def commands(self, setting: str, environment: Mapping[str, str]) -> list[Command]:
        """Return the programs of a setting such as `Service.ExecStart`."""
        return [_command(value, environment) for value in self._values.get(setting, [])]


def _files(name: str) -> list[Path]:
    unit = next((path for folder in _FOLDERS if (path := folder / name).exists()), None)
    if unit is None:
        raise FileNotFoundError(f"there is no unit {name}")
    drop_ins = (path for folder in _FOLDERS for path in (folder / f"{name}.d").glob("*.conf"))
    return [unit, *sorted(drop_ins)]


def _settings(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield f"{section}.{name.strip()}", value.strip()


def _command(text: str, environment: Mapping[str, str]) -> Command:
    bare = text.lstrip(_PREFIXES)
    prefix = text[: len(text) - len(bare)]
    words: list[str] = []
    for word in shlex.split(bare):
        # Only a variable that is a word by itself is several words, or none.
        if re.fullmatch(r"\$\w+", word):
            words += environment.get(word[1:], "").split()
        else:
            words.append(_VARIABLE.sub(lambda match: _value(match, environment), word))
    return Command(words, "-" in prefix)


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    if match[0] == "$$":
        return "$"
    return environment.get(match[1] or match[2], "")
