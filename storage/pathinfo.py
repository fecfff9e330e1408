"""What Gluster tells of a path: which replica sets answer for it, and with how many copies.

It is the value of a virtual attribute. Of a file:

    (<DISTRIBUTE:nas-dht> (<REPLICATE:nas-replicate-0> <POSIX(/srv/brick/nas):nas1:/srv/…> …))

and of a folder, which each set has: all sets that answer, and then all that there are, with their
ranges of hashes:

    ((<DISTRIBUTE:nas-dht> (<REPLICATE:nas-replicate-0> <POSIX…> …) …)
     (nas-dht-layout (nas-replicate-0 0 2147483646) (nas-replicate-1 2147483647 4294967295)))
"""

from __future__ import annotations

import re

NAME = "glusterfs.pathinfo"
"""The virtual attribute."""
REPLICAS = 3
"""Copies of every file: the volume is `replica 3`, as ops/gluster/volume.sh makes it."""
QUORUM = 2
"""Copies without which a set answers nothing (`cluster.quorum-type auto`)."""

_COPY = "<POSIX("
_SET = re.compile(r"<REPLICATE:(?P<name>[^>]+)>(?P<copies>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_SHARE = re.compile(r"\((?P<name>\S+) \d+ \d+\)")


def count_copies(text: str) -> int:
    """Return how many copies of a file answer."""
    return text.count(_COPY)


def is_complete(text: str) -> bool:
    """Tell by a folder whether a quorum of every set answers, so that absent means absent.

    A set that is away is left out of listings, and its files do not exist, without any error. A
    volume without sets cannot be told from a complete one.
    """
    quorate = {found["name"]: _is_quorate(found["copies"]) for found in _SET.finditer(text)}
    _, _, layout = text.partition("-layout ")
    shares = {share["name"] for share in _SHARE.finditer(layout)}
    return all(quorate.values()) and (not quorate or shares <= quorate.keys())


def _is_quorate(copies: str) -> bool:
    return count_copies(copies) >= QUORUM
