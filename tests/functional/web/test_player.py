"""What the player gets from the site: tickets, and scripts that belong together."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING

import requests
from sqlalchemy import update

from cdpsfy.models import Purge
from cdpsfy.models.meta import now
from cdpsfy.settings import read_settings
from cdpsfy.web.services.deletion import purge_due
from cdpsfy.web.tracks import connect
from tests.functional.web.conftest import ROOT

if TYPE_CHECKING:
    from typing import Any

    from cdpsfy.database import Database
    from tests.functional.web.person import Person

STATIC = ROOT / "cdpsfy" / "web" / "static"
JSON = {"Accept": "application/json"}


def ask(person: Person, address: str, **options: Any) -> Any:
    return person.browser.get(f"{address}/ticket", headers=JSON, **options)


def test_anyone_gets_a_ticket_that_plays(ana: Person, visitor: Person, song: bytes) -> None:
    address = ana.upload_track(song)

    answer = ask(visitor, address)

    assert requests.get(answer.json["url"], timeout=5).content == song
    assert answer.json["id"] == address.rpartition("/")[2]
    assert answer.json["title"] == "Nanas para tres discos"
    assert answer.json["type"] == "audio/mpeg"
    assert answer.json["seconds"] > 0


def test_a_track_without_an_artist_is_its_owners(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song[song.index(b"\xff\xfb") :], "bare.mp3")

    assert ask(ana, address).json["artist"] == "Ana"


def test_a_ticket_is_kept_by_nobody(ana: Person, song: bytes) -> None:
    answer = ask(ana, ana.upload_track(song))

    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_deleted_track_has_tickets_for_its_owner_alone(
    ana: Person, ben: Person, visitor: Person, song: bytes
) -> None:
    address = ana.upload_track(song)
    ana.post(address, {"_method": "delete"}, status=303)

    ask(ana, address, status=200)
    refused = [ask(person, address, status=404) for person in (ben, visitor)]

    for answer in refused:
        assert answer.content_type == "application/problem+json"
        assert "url" not in answer.json


def test_a_purged_track_has_no_tickets(
    ana: Person, song: bytes, database: Database, ini: dict[str, str]
) -> None:
    address = ana.upload_track(song)
    ana.post(address, {"_method": "delete"}, status=303)
    with database.writing() as db:
        db.execute(update(Purge).values(due_at=now()))
        db.commit()
        purge_due(db, connect(read_settings(ini)))

    answer = ask(ana, address, status=404)

    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 404


def test_an_unknown_track_has_no_tickets(visitor: Person) -> None:
    assert ask(visitor, "/tracks/nothing", status=404).json["status"] == 404


def test_every_page_has_the_bar_and_its_scripts(visitor: Person) -> None:
    for path in ("/", "/tracks", "/login", "/nothing"):
        page = visitor.browser.get(path, expect_errors=True)

        page.mustcontain('id="player-en"', "hx-preserve", "player/main.js", "htmx-4.0.1.min.js")


def test_a_row_tells_which_track_it_is(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)

    ana.browser.get("/tracks").mustcontain(f'data-track="{address.rpartition("/")[2]}"')


def test_neighbours_of_a_script_have_its_version(visitor: Person) -> None:
    """A script imports its neighbours by relative addresses, to be kept as long as itself."""
    main = re.search(r'src="(/static/[^"]+/player/main.js)"', visitor.browser.get("/").text)
    assert main is not None

    neighbour = visitor.browser.get(main[1].replace("main.js", "queue.js"))

    assert "max-age=31536000" in neighbour.headers["Cache-Control"]


def test_a_file_of_another_version_is_not_kept(visitor: Person) -> None:
    answer = visitor.browser.get("/static/0123456789abcdef/player/queue.js")

    assert "class Queue" in answer
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_vendored_scripts_are_what_they_are_said_to_be() -> None:
    folder = STATIC / "vendor"
    lock = json.loads((folder / "vendor.lock").read_text("utf-8"))

    for item in lock:
        digest = hashlib.sha512((folder / item["file"]).read_bytes()).digest()
        assert item["integrity"] == f"sha512-{base64.b64encode(digest).decode()}"
        assert item["version"] in item["file"]
        assert (folder / item["licence_file"]).read_text("utf-8").strip()
    known = {name for item in lock for name in (item["file"], item["licence_file"])}
    assert {file.name for file in folder.iterdir()} == {*known, "vendor.lock"}


def test_all_scripts_are_40_kb_at_most_when_they_are_compressed() -> None:
    scripts = [file.read_bytes() for file in STATIC.rglob("*.js")]

    assert sum(len(gzip.compress(script)) for script in scripts) <= 40_000
