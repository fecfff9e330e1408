"""Turns the ini's strings into typed values; an unknown or missing setting stops the start.

`SETTINGS` is the table of all of them, with the words that the README prints. Values of whole
sections are shared through `[DEFAULT]`. A secret may be written as `file:/path/to/it`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PREFIXES = ("cdpsfy.", "tracks.")
_SHORTEST_SECRET = 32
_SAMPLES = ("change-me", "development")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_BYTES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


class Misconfigured(ValueError):
    """A setting is missing, unknown or unusable; the message names it."""


@dataclass(frozen=True, slots=True)
class TicketKey:
    """One secret that signs tickets, and the name that the tickets bear."""

    kid: str
    secret: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table: how a setting is read, and what it is when it is not written."""

    read: Callable[[str], Any]
    default: str | None
    """As it would stand in the ini; None: it must be written."""
    meaning: str


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("write true or false")
    return text.lower() == "true"


def _quantity(text: str, units: Mapping[str, int]) -> int:
    match = re.fullmatch(r"(\d+)\s*([A-Za-z]+)", text)
    if match is None or match[2] not in units:
        raise ValueError(f"write a whole number and one of {', '.join(units)}")
    return int(match[1]) * units[match[2]]


def parse_duration(text: str) -> int:
    """Return the seconds of a duration like `7 d`; ValueError says what to write instead."""
    return _quantity(text, _SECONDS)


def parse_size(text: str) -> int:
    """Return the bytes of a size like `20 MiB`; ValueError says what to write instead."""
    return _quantity(text, _BYTES)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("write a whole number from 1")
    return int(text)


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+", text):
        raise ValueError("write an address like https://tracks.example.org, without a path")
    return text


def _log_format(text: str) -> str:
    if text not in ("console", "json"):
        raise ValueError("write console or json")
    return text


def _ticket_keys(text: str) -> tuple[TicketKey, ...]:
    pairs = [word.partition(":") for word in text.split()]
    keys = tuple(TicketKey(kid, secret) for kid, _, secret in pairs)
    if not keys or not all(key.kid and key.secret for key in keys):
        raise ValueError("write one or more NAME:SECRET; the first one signs, all are believed")
    if any(len(key.secret) < _SHORTEST_SECRET for key in keys):
        raise ValueError(f"a secret needs at least {_SHORTEST_SECRET} characters")
    return keys


SETTINGS = {
    "cdpsfy.production": Setting(
        _flag, "false", "true refuses sample secrets and cookies that travel in clear"
    ),
    "cdpsfy.ticket_keys": Setting(
        _ticket_keys,
        None,
        "NAME:SECRET pairs that sign the permissions which the site gives and the track service "
        "believes; the first one signs, so a new one is put in front",
    ),
    "cdpsfy.tracks_url": Setting(_url, None, "where browsers reach the track service"),
    "cdpsfy.tracks_internal_url": Setting(
        _url, "", "where the site reaches the track service, if elsewhere"
    ),
    "cdpsfy.upload_limit": Setting(parse_size, "200 MiB", "the longest track, at most 256 MiB"),
    "cdpsfy.concurrent_uploads": Setting(
        _count, "3", "uploads handled at once by one process; keep it below the server's threads"
    ),
    "cdpsfy.upload_lease": Setting(
        parse_duration, "1 h", "after this an upload that was never finished is swept"
    ),
    "cdpsfy.grace_period": Setting(
        parse_duration, "7 d", "how long a deleted track can be brought back"
    ),
    "cdpsfy.ffmpeg": Setting(
        str, "ffmpeg", "the program that decodes tracks for their waveforms; without it are none"
    ),
    "cdpsfy.sign_up": Setting(_flag, "true", "whether anyone may make an account"),
    "cdpsfy.https": Setting(_flag, "false", "true when browsers reach the site by https"),
    "cdpsfy.log_format": Setting(_log_format, "console", "console (to read) or json (to collect)"),
}


class Settings:
    """The values of one deployment, by the last part of their names: `settings["https"]`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - each setting has its own type
        return self._values[f"cdpsfy.{name}"]


def read_settings(ini: Mapping[str, str]) -> Settings:
    """Check and convert what an ini says; names of other prefixes are not ours.

    Raises:
        Misconfigured: naming the first setting that is unknown, missing or unusable.
    """
    unknown = [name for name in ini if name.startswith(_PREFIXES) and name not in SETTINGS]
    if unknown:
        raise Misconfigured(f"{unknown[0]} is not a setting; known are {', '.join(SETTINGS)}")
    values = {name: _value(name, setting, ini) for name, setting in SETTINGS.items()}
    values["cdpsfy.tracks_internal_url"] = (
        values["cdpsfy.tracks_internal_url"] or values["cdpsfy.tracks_url"]
    )
    if values["cdpsfy.production"]:
        _refuse_samples(values["cdpsfy.ticket_keys"])
        _refuse_clear_cookies(values["cdpsfy.https"])
    return Settings(values)


def _value(name: str, setting: Setting, ini: Mapping[str, str]) -> Any:  # noqa: ANN401
    text = ini.get(name, setting.default)
    if text is None:
        raise Misconfigured(f"{name} is missing: {setting.meaning}")
    if text == setting.default == "":
        return ""
    try:
        return setting.read(from_file(text))
    except (ValueError, OSError) as error:
        raise Misconfigured(f"{name}: {error}") from error


def from_file(text: str) -> str:
    """Return a setting's text, or what the file holds that it names as `file:/path`: a secret."""
    path = Path(text.removeprefix("file:"))
    return (path.read_text("utf-8") if text.startswith("file:") else text).strip()


def _refuse_samples(keys: tuple[TicketKey, ...]) -> None:
    for key in keys:
        if any(sample in key.secret.lower() for sample in _SAMPLES):
            raise Misconfigured(
                f"cdpsfy.ticket_keys: the secret {key.kid!r} is a sample; make one with "
                "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`"
            )


def _refuse_clear_cookies(https: bool) -> None:  # noqa: FBT001
    if not https:
        raise Misconfigured("cdpsfy.https must be true in production, behind a balancer that is")
