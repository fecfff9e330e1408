"""Playlists as files: what goes out comes in again, and what is no playlist is told."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any
from xml.dom import minidom

import pytest

from tests.functional.web.person import form_with

if TYPE_CHECKING:
    from tests.functional.web.person import Person

BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]>
<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>&b;&c;</title><trackList/></playlist>"""
TRACK = "<track><title>Nanas para tres discos</title></track>"


@pytest.fixture
def tracks(ana: Person, song: bytes) -> list[str]:
    """Three tracks of one song, called One & Two, "<Two>" and Three; their public ids."""
    ids = []
    for title in ("One & Two", '"<Two>"', "Three"):
        place = ana.upload_track(song)
        ana.post(f"{place}/edit", {"title": title, "artist": "Réplicas"}, status=303)
        ids.append(place.rpartition("/")[2])
    return ids


@pytest.fixture
def playlist(ana: Person, tracks: list[str]) -> str:
    fields = {"name": "Nanas & <más>", "visibility": "public", "tracks": " ".join(tracks)}
    return str(ana.post("/playlists/new", fields, status=303).location)


def _send(person: Person, data: bytes, name: str = "old.m3u", status: int = 200) -> Any:
    files = [("file", name, data)]
    return person.post("/playlists/import", upload_files=files, status=status)


def _titles(person: Person, page: Any) -> list[str]:
    """What is in the playlist that the page leads to."""
    place = page.html.select_one(".notice a")["href"]
    rows = person.browser.get(place).text.split("<strong>")[1:]
    return [unescape(row.split("</strong>")[0]) for row in rows]


@pytest.mark.parametrize("ending", ["m3u8", "xspf"])
def test_what_goes_out_comes_in_again(ben: Person, playlist: str, ending: str) -> None:
    file = ben.browser.get(f"{playlist}.{ending}")

    page = _send(ben, file.body, f"x.{ending}")

    page.mustcontain("3 tracks were found.", "Nanas &amp; &lt;más&gt;", no="Not found here")
    assert _titles(ben, page) == ["One & Two", '"<Two>"', "Three"]


@pytest.mark.parametrize("ending", ["m3u8", "xspf"])
def test_songs_of_another_site_are_found_by_title_and_artist(
    ben: Person, playlist: str, tracks: list[str], ending: str
) -> None:
    text = ben.browser.get(f"{playlist}.{ending}").text
    for number, track in enumerate(tracks):
        text = text.replace(track, f"there-{number}")
    text = text.replace("Three", "Not here at all")

    page = _send(ben, text.encode(), f"x.{ending}")

    page.mustcontain("2 tracks were found.", "Réplicas", "Not here at all")
    assert _titles(ben, page) == ["One & Two", '"<Two>"']


def test_the_file_says_what_players_want_to_know(visitor: Person, playlist: str) -> None:
    m3u8, xspf = visitor.browser.get(f"{playlist}.m3u8"), visitor.browser.get(f"{playlist}.xspf")

    lines = m3u8.body.decode().splitlines()
    assert lines[:3] == ["#EXTM3U", "#PLAYLIST:Nanas & <más>", "#EXTINF:16,Réplicas - One & Two"]
    visitor.browser.get(lines[3], status=303)
    document: Any = minidom.parseString(xspf.body)  # noqa: S318 - our own
    assert document.documentElement.namespaceURI == "http://xspf.org/ns/0/"
    titles = [node.firstChild.data for node in document.getElementsByTagName("title")]
    assert titles == ["Nanas & <más>", "One & Two", '"<Two>"', "Three"]
    assert document.getElementsByTagName("duration")[0].firstChild.data == "16170"
    assert xspf.content_type == "application/xspf+xml"


SONGS = [
    "One & Two.mp3",
    r"C:\Music\01 - Réplicas - One & Two.mp3",
    "#EXTINF:16,Réplicas - One & Two\nhttp://elsewhere/1",
    "#EXTINF:16.2,ONE & TWO\n1.mp3",
    "http://elsewhere/R%C3%A9plicas%20-%20One%20%26%20Two.ogg",
]


def test_a_song_is_found_by_whatever_is_said_of_it(
    ana: Person,
    tracks: list[str],  # noqa: ARG001
) -> None:
    page = ana.post("/playlists/import", {"text": "\n".join(SONGS)}, status=200)

    assert _titles(ana, page) == ["One & Two"] * len(SONGS)


def test_an_old_file_is_in_the_letters_of_its_time(
    ana: Person,
    tracks: list[str],  # noqa: ARG001
) -> None:
    page = _send(ana, "#EXTINF:16,Réplicas - Three\r\n3.mp3\r\n".encode("cp1252"))

    assert _titles(ana, page) == ["Three"]


REFUSED = [
    (b"", "Choose a file"),
    (b"\xff\xfb\x90\0\0\0", "no playlist that we can read"),
    (BOMB, "no playlist that we can read"),
    (b"<html><body></body></html>", "no playlist that we can read"),
    (b"<playlist><trackList>", "no playlist that we can read"),
    (b"#EXTM3U\n", "Nothing of it is here"),
    (b"Gone.mp3\n", "Nothing of it is here"),
    (b"<playlist><trackList/></playlist>", "Nothing of it is here"),
    (b"x\n" * 1001, "More than 1,000"),
    (b"#" * (1024 * 1024 + 1), "1 MB at most"),
    (b"x\n" * 10_001, "10,000 tracks at most"),
    (b"<a>" * 100_000, "no playlist that we can read"),
]


def test_what_makes_no_playlist_is_told(ana: Person) -> None:
    for data, words in REFUSED:
        _send(ana, data, status=422).mustcontain(words)

    ana.browser.get("/playlists/mine").mustcontain("You have no playlists yet")


def test_others_forms_of_xspf_are_read(
    ana: Person,
    tracks: list[str],  # noqa: ARG001
) -> None:
    text = """<?xml version="1.0" encoding="ISO-8859-1"?>
        <playlist xmlns="http://xspf.org/ns/0/" version="1"><trackList><track>
        <creator>R\xe9plicas</creator><title><![CDATA[One & Two]]></title><duration>x</duration>
        <extension application="http://x"><title>Other</title></extension>
        </track><track/></trackList></playlist>"""

    page = _send(ana, text.encode("latin-1"), "x.xspf")

    page.mustcontain("One track was found.")
    assert _titles(ana, page) == ["One & Two"]


def test_the_form_is_there_without_javascript(ana: Person, tracks: list[str]) -> None:
    form = form_with("text", ana.browser.get("/playlists").click("Import"))
    form["text"] = f"https://elsewhere.example/tracks/{tracks[2]}"

    page = form.submit(status=200)

    page.mustcontain("Imported playlist")
    assert _titles(ana, page) == ["Three"]
