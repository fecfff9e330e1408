"""How much a first visit loads, compressed as a balancer does it at best."""

from __future__ import annotations

import gzip
import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.web.person import Person

_LINKED = re.compile(r'<link rel="(?:stylesheet|preload|icon|manifest)" href="([^"]+)"')
_SCRIPT = re.compile(r'<script [^>]*src="([^"]+)"')
_IMPORT = re.compile(r'^import .* from "([^"]+)";$', re.MULTILINE)
_MOST, _MOST_SCRIPT = 100 * 1024, 40 * 1024


def test_a_first_page_is_100_kib_at_most_and_its_scripts_40(ana: Person, song: bytes) -> None:
    for number in range(12):
        ana.upload(song, f"{number}.mp3", form=f"{number:026}")
    page = ana.browser.get("/").text

    scripts = sum(_weight(ana, address) for address in _scripts(ana, page))
    others = sum(_weight(ana, address) for address in _LINKED.findall(page))

    assert scripts <= _MOST_SCRIPT
    assert scripts + others + len(gzip.compress(page.encode())) <= _MOST


def _scripts(visitor: Person, page: str) -> set[str]:
    found: set[str] = set()
    waiting = _SCRIPT.findall(page)
    assert waiting
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            waiting += _imported(address, visitor.browser.get(address).text)
    return found


def _imported(address: str, script: str) -> Iterator[str]:
    folder = posixpath.dirname(address)
    return (posixpath.normpath(f"{folder}/{path}") for path in _IMPORT.findall(script))


def _weight(visitor: Person, address: str) -> int:
    return len(gzip.compress(visitor.browser.get(address).body, 9))
