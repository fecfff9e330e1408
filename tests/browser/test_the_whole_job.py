"""The main job in a real browser: upload, see progress, hear, seek, delete, restart."""

from __future__ import annotations

import base64
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.functional.web.person import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.deployment import RunningSite

pytestmark = pytest.mark.browser
FORMATS = (".mp3", ".ogg", ".flac", ".wav", ".m4a")


def one_of_each_format() -> list[Path]:
    with as_file(files("cdpsfy.demo").joinpath("tracks")) as folder:
        found = sorted(folder.iterdir())
    return [next(file for file in found if file.suffix == suffix) for suffix in FORMATS]


def sign_up(page: Page, name: str) -> None:
    page.goto("/signup")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("link", name="My tracks")).to_be_visible()


def play(page: Page) -> None:
    """Press play, and wait until the music really advances; then jump and wait again."""
    audio = page.locator("audio")
    audio.evaluate("audio => audio.play()")
    wait_until(page, "audio => audio.currentTime > 0.3")
    audio.evaluate("audio => { audio.currentTime = audio.duration - 2 }")
    wait_until(page, "audio => audio.currentTime > audio.duration - 1.7")
    assert audio.evaluate("audio => audio.error") is None


def wait_until(page: Page, condition: str) -> None:
    """Ask again and again; `wait_for_function` needs eval, which the page's policy forbids."""
    for _ in range(100):
        if page.locator("audio").evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def test_upload_hear_seek_delete_and_restart(page: Page, site: RunningSite) -> None:
    sign_up(page, "Ana")
    page.goto("/tracks/new")
    page.get_by_label("Audio files").set_input_files(one_of_each_format())
    page.get_by_role("button", name="Upload", exact=True).click()
    links = page.get_by_role("link", name="Listen")
    expect(links).to_have_count(len(FORMATS), timeout=30_000)  # others may be using the machine
    addresses = [str(link.get_attribute("href")) for link in links.all()]

    for address in addresses:
        page.goto(address)
        play(page)
    page.get_by_role("button", name="Delete track").click()
    expect(page.locator(".notice")).to_contain_text("Deleted")
    assert site.stop() == 0
    site.start()

    for address in addresses[:-1]:
        page.goto(address)
        play(page)
    assert page.goto(addresses[-1]) is not None
    expect(page.get_by_text("This track is deleted")).to_be_visible()


def test_a_dropped_page_is_refused_with_a_reason_beside_its_name(page: Page) -> None:
    sign_up(page, "Ben")
    page.goto("/tracks/new")
    html = {"name": "song.mp3", "mimeType": "audio/mpeg", "buffer": b"<html><script>1</script>"}

    page.get_by_label("Audio files").set_input_files(html)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload", exact=True).click()

    row = page.locator("#progress li")
    expect(row).to_contain_text("web page (HTML)")
    expect(row.get_by_role("button", name="Try again")).to_be_visible()


def test_a_file_dropped_on_the_form_is_uploaded(page: Page) -> None:
    sign_up(page, "Dora")
    page.goto("/tracks/new")
    song = base64.b64encode(one_of_each_format()[0].read_bytes()).decode()
    dropped = page.evaluate_handle(
        """song => {
            const transfer = new DataTransfer();
            const bytes = Uint8Array.from(atob(song), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes], "dropped.mp3"));
            return transfer;
        }""",
        song,
    )

    page.dispatch_event("#upload", "drop", {"dataTransfer": dropped})

    expect(page.get_by_role("link", name="Listen")).to_be_visible()


def test_the_form_works_without_javascript(page: Page, site: RunningSite) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=site.url, locale="es-ES", java_script_enabled=False)
    page = context.new_page()
    page.goto("/signup")
    page.get_by_label("Nombre").fill("Carla")
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Crear cuenta").click()

    page.get_by_label("Ficheros de audio").set_input_files(one_of_each_format()[0])
    page.get_by_role("button", name="Subir", exact=True).click()

    expect(page.locator("audio")).to_be_visible()
    context.close()


def test_a_script_in_a_title_does_not_run(page: Page, site: RunningSite) -> None:
    sign_up(page, "Eve")
    page.goto("/tracks/new")
    page.get_by_label("Audio files").set_input_files(one_of_each_format()[0])
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("link", name="Listen").click()
    page.get_by_role("link", name="Edit details").click()
    page.get_by_label("Title").fill(
        '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    )

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    assert page.evaluate("window.ran") is None
    page.goto(f"{site.url}/tracks")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("path", ["/", "/tracks", "/login", "/signup"])
def test_a_phone_never_scrolls_sideways(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_log_holds_no_ticket_and_one_id_for_both_services(site: RunningSite) -> None:
    log = site.log.read_text("utf-8")
    uploads = [
        line for line in log.splitlines() if "method=POST" in line and "path=/tracks " in line
    ]
    numbers = [line.split("request_id=")[1].split()[0] for line in uploads if "status=201" in line]

    assert "ticket=" not in log
    assert "eyJ" not in log
    assert any(numbers.count(number) == 2 for number in numbers)
