"""The first version's addresses, field and labels still work (2015, express)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.functional.web.person import Person


def test_the_first_page_welcomes(visitor: Person) -> None:
    visitor.browser.get("/").mustcontain("Welcome to CDPSfy")


def test_the_six_addresses_do_what_they_did(ana: Person, song: bytes) -> None:
    ana.browser.get("/tracks/new").mustcontain("Upload new track", "Upload", 'name="track"')
    address = ana.upload_track(song, "Nana.mp3")
    ana.browser.get("/tracks").mustcontain("My tracks", "Nanas para tres discos")
    ana.browser.get(address).mustcontain("<audio", "Delete track")

    deleted = ana.post(f"{address}?_method=delete", status=303)

    assert deleted.location.endswith("/tracks")
    assert "Nanas para tres discos" not in ana.browser.get("/tracks")


def test_delete_works_as_a_method_too(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)

    ana.browser.delete(address, headers={"X-CSRF-Token": ana.csrf_token()}, status=303)

    assert "Nanas" not in ana.browser.get("/tracks")


def test_the_labels_stand_in_spanish_too(ana: Person, song: bytes) -> None:
    ana.browser.extra_environ["HTTP_ACCEPT_LANGUAGE"] = "es-ES,es;q=0.9"
    address = ana.upload_track(song)

    ana.browser.get("/tracks/new").mustcontain("Mis pistas", "Subir una pista", "Subir")
    ana.browser.get(address).mustcontain("Borrar la pista")
