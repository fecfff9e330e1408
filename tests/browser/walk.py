"""Visits all pages of a site that somebody comes to."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.functional.web import permissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

    from tests.functional.web.person import Person

MOST = 80
"""Pages."""


def log_in(context: BrowserContext, person: Person, url: str) -> None:
    """Let a browser be the one of somebody who is logged in."""
    session = person.browser.cookies["session"].strip('"')
    context.add_cookies([{"name": "session", "value": session, "url": url}])


def pages(page: Page) -> Iterator[str]:
    """Visit the pages without a variable in their address, and all to which links lead from them.

    Yield the address of each.
    """
    starts = [line.address for line in permissions.read() if line.method == "GET"]
    waiting = deque(place for place in starts if "{" not in place)
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        if not page.request.head(address).headers["content-type"].startswith("text/html"):
            continue
        page.goto(address)
        for link in page.evaluate("[...document.links].map((link) => link.href)"):
            place = urlsplit(link)
            address = place._replace(scheme="", netloc="", fragment="").geturl()
            if place.netloc == urlsplit(page.url).netloc and address not in known:
                known.add(address)
                waiting.append(address)
        yield page.url
        assert len(known) < MOST, "that many pages say little more: let there be fewer tracks"
