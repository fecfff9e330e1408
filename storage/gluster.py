"""A replicated Gluster volume as its nodes serve it: all of it, and each replica by itself."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from storage.deadline import DeadlineFiles
from storage.errors import Misconfigured
from storage.pathinfo import REPLICAS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.files import Files

_CACHES = ("io-cache", "quick-read", "read-ahead")
_STDERR = "/dev/stderr"


def volume_files(settings: Mapping[str, str]) -> Files:
    """Return the volume's files. Settings are `hosts`, `volume` and perhaps `log_file`.

    Nothing waits for the volume, here and below: it is connected to when it is first used.

    Raises:
        Misconfigured: gfapi is not installed, or a setting is no good.
    """
    return _files(settings, {})


def replica_files(settings: Mapping[str, str]) -> list[Files]:
    """Return the files of each replica by itself, for the same settings; raises the same.

    While a replica is away, another one answers in its place.
    """
    return [_files(settings, _reading_only(index)) for index in range(REPLICAS)]


def _reading_only(index: int) -> dict[tuple[str, str], str]:
    """Return the translator options that make a client read one replica, and from nothing else."""
    return {
        ("*-replicate-*", "read-subvolume-index"): str(index),
        # A copy on this very machine would be preferred to the index.
        ("*-replicate-*", "choose-local"): "off",
        # What was read from another replica, while this one was away, would stay in these.
        **{(f"*-{cache}", "pass-through"): "on" for cache in _CACHES},
    }


def _files(settings: Mapping[str, str], options: Mapping[tuple[str, str], str]) -> Files:
    volume, hosts = settings["volume"].strip(), settings["hosts"].split()
    if not re.fullmatch(r"[A-Za-z0-9_-]+", volume):
        raise Misconfigured(f"storage.volume = {volume} is not the name of a Gluster volume")
    for host in hosts or [""]:
        if not re.fullmatch(r"[A-Za-z0-9._:-]+", host):
            raise Misconfigured(
                f"storage.hosts = {settings['hosts']} must name the volume's nodes, separated by "
                "blanks: nas1 nas2 nas3"
            )
    try:
        # gfapi is an extra; and without its library it raises a plain Exception.
        from storage.gfapi_connection import Connection  # noqa: PLC0415
        from storage.gfapi_files import GfapiFiles  # noqa: PLC0415
    except Exception as error:
        raise Misconfigured(
            f"storage.hosts needs gfapi, which does not load ({error}); try: "
            "pip install cdpsfy[gluster]; apt-get install libgfapi0"
        ) from error
    log_file = settings.get("log_file") or _usual_log_file()
    return DeadlineFiles(GfapiFiles(Connection(hosts, volume, options, log_file)))


def _usual_log_file() -> str:
    """Return where libgfapi logs when nobody says: stderr, or nowhere if that cannot be opened."""
    # libgfapi opens its log by name, and connects to nothing without one. What systemd gives as
    # stderr is a socket, which cannot be opened; one of another user's is refused.
    try:
        os.close(os.open(_STDERR, os.O_WRONLY))
    except OSError:
        return os.devnull
    return _STDERR
