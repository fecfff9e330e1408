"""Making playlists, filling them, and who sees what of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.functional.web.person import Person


def test_smoke(ana: Person, ben: Person, visitor: Person, song: bytes) -> None:
    track = ana.upload_track(song)
    print(ana.browser.get(track + "/add"))
    place = ana.post(
        "/playlists/new",
        {"name": "Nanas", "visibility": "public", "tracks": track.rpartition("/")[2]},
        status=303,
    ).location
    print(ana.browser.get(place))
    for p in (ana, ben, visitor):
        p.browser.get(place)
        for x in ("/playlists", "/playlists?q=nana", "/search?q=nan", "/people/Ana"):
            p.browser.get(x).mustcontain("Nanas")
    for x in (
        place + "/edit",
        place + "/members",
        "/playlists/mine",
        "/playlists/import",
        "/playlists/new",
        place + ".m3u8",
        place + ".xspf",
        place + "/queue",
    ):
        print(x, ana.browser.get(x).text[-1500:])
