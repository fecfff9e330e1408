"""What is not public is on no page that others come to, whatever they follow or search for."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.functional.web import permissions
from tests.functional.web.cast import HIDDEN, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webtest import TestResponse

    from tests.functional.web.scene import Scene

PAGES = [line for line in permissions.read() if line.method == "GET"]
SITE = "http://localhost"
MOST = 500
"""Addresses that one person asks for."""
_LINK = re.compile(r"""(?:href|src|action|poster|content)="([^"]+)"|"(/[^"]+)\"""")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_what_is_not_public_is_nowhere_for_others(scene: Scene, role: str) -> None:
    secrets = _secrets(scene)

    found = [(address, words) for address, words in _seen(scene, role, secrets) if words]

    assert found == []


def test_its_owner_finds_all_of_it(scene: Scene) -> None:
    secrets = _secrets(scene)

    found = [words for _, words in _seen(scene, "owner", secrets)]

    assert set().union(*found) == set(secrets)


def _secrets(scene: Scene) -> list[str]:
    return [secret.lower() for state in HIDDEN for secret in scene.cast.secrets[state]]


def _seen(scene: Scene, role: str, secrets: list[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield the address of each page that somebody comes to, and the secrets that are on it."""
    for address, response in _walk(scene, role, [*_pages(scene, role), *_searches(secrets)]):
        text = f"{response.headers} {response.text}".lower()
        # A search says again what was sought.
        yield address, {secret for secret in secrets if secret in text and secret not in address}


def _pages(scene: Scene, role: str) -> Iterator[str]:
    """Yield the address of every page, of what is public and of what does not exist for others."""
    for line in PAGES:
        for state in permissions.STATES[line.thing]:
            answers = line.expected(state)
            does_not_exist = answers.get(role, answers["stranger"]) == "404"
            if state in ("", "public") or role == "owner" or does_not_exist:
                yield scene.address(line.address, role, state)


def _searches(secrets: list[str]) -> Iterator[str]:
    for words in secrets:
        yield f"/search?q={quote(words)}"
        yield f"/search?q={quote(words[:4])}"
        for kind in ("artists", "albums", "genres"):
            yield f"/{kind}/{quote(words)}"


def _walk(scene: Scene, role: str, starts: list[str]) -> Iterator[tuple[str, TestResponse]]:
    """Yield the answer of each address, and of those to which it leads within the site."""
    known, waiting = set(starts), deque(starts)
    while waiting:
        address = waiting.popleft()
        response = scene.ask(role, "GET", address)
        assert response.status_int < 500, address
        yield address.lower(), response
        for link in _links(address, response):
            if link not in known and len(known) < MOST:
                known.add(link)
                waiting.append(link)


def _links(address: str, response: TestResponse) -> Iterator[str]:
    found = [unescape(one or other) for one, other in _LINK.findall(response.text)]
    for link in (*found, response.headers.get("Location", "")):
        place = urlsplit(urljoin(SITE + address, link))
        if f"{place.scheme}://{place.netloc}" == SITE and not place.path.startswith("/static/"):
            yield place._replace(scheme="", netloc="", fragment="").geturl()
