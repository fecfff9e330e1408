"""The site's own files, each under an address that changes with what they hold."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from pyramid.config import Configurator

_FILES = "cdpsfy.web:static"
_LIFE = 365 * 86400


def includeme(config: Configurator) -> None:
    """Serve them as `/static/<digest of all>/…`, to be kept, so that caches never lie.

    The digest is a part of the path, and no query: a script imports its neighbours by relative
    addresses, which keep the path and lose the query.
    """
    config.add_static_view(f"static/{_digest()}", _FILES, cache_max_age=_LIFE)
    # A page of another version, from another server of the site: what we have, and not to be kept.
    config.add_static_view("static/{version:[0-9a-f]{16}}", _FILES)
    config.add_static_view("static", _FILES)


def _digest() -> str:
    digest = hashlib.sha256()
    for name, file in sorted(_all_in(files("cdpsfy.web").joinpath("static"))):
        digest.update(name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _all_in(folder: Traversable, place: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{place}/{entry.name}"
        if entry.is_dir():
            yield from _all_in(entry, name)
        else:
            yield name, entry
