"""Somebody opens the page, presses play, and keeps listening whichever machine is killed."""

from __future__ import annotations

import io
import math
import random
import struct
import time
import wave
from typing import TYPE_CHECKING

import pytest

from tests.components import CHROMIUM, require_program
from tests.hearing import HEARD, NOTE_AUDIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserType, Page

    from ops.lab import Lab
    from ops.lab.machine import Machine

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
_RATE = 22050
_SECONDS = 480
_UNHEARD = 1.0
"""Seconds by which a clock and a busy browser may differ; a pause in the music is longer."""
_STANDSTILL = 0.5
"""Seconds that the music may stand still."""
_WATCHED = 12.0
"""Seconds that a machine is away while the music is listened to."""


@pytest.fixture
def page(lab: Lab, chromium: BrowserType, tmp_path: Path) -> Iterator[Page]:
    """Return a page of a browser on the client c1."""
    program = tmp_path / "chromium"
    inside = " ".join(lab.machines["c1"].inside("mpuin"))
    program.write_text(f'#!/bin/sh\nexec {inside} {require_program("chromium")} "$@"\n')
    program.chmod(0o755)
    # Names under .localhost are this machine's own to Chromium, whatever /etc/hosts says.
    rule = f"--host-resolver-rules=MAP *.localhost {lab.topology.virtual['clients']}"
    site, port = (lab.topology.cluster[name] for name in ("site", "https_port"))
    browser = chromium.launch(executable_path=program, args=[*CHROMIUM, rule])
    page = browser.new_page(
        base_url=f"https://{site}:{port}", ignore_https_errors=True, locale="en-GB"
    )
    page.add_init_script(NOTE_AUDIO)
    yield page
    browser.close()


def test_the_music_goes_on_whichever_machine_is_killed(lab: Lab, page: Page) -> None:
    _upload(page, _music())
    page.get_by_role("button", name="Play", exact=True).click()
    _wait_for_sound(page)
    page.evaluate(_BEGIN)
    page.evaluate(_WATCH)
    _hear(page, 2)

    for machine in _to_kill(lab):
        assert _received(page) < _SECONDS, "the song is in the browser already"
        page.evaluate(_BEGIN)
        before = _position(page)
        began = time.monotonic()
        machine.power_off()
        _hear(page, _WATCHED)
        heard, passed = _position(page) - before, time.monotonic() - began
        still = page.evaluate("standstill") / 1000
        print(f"{machine}: {heard:.1f} s of music in {passed:.1f} s, still {still:.3f} s at most")  # noqa: T201
        assert passed - heard < _UNHEARD
        assert 0 < still < _STANDSTILL
        machine.power_on()
        _wait_until_whole(lab)
        assert page.evaluate(f"{HEARD}.error") is None


def _to_kill(lab: Lab) -> list[Machine]:
    names = ("s1", "s2", "s3", "nas1", "lb1", "lb2", "web1", "db1")
    return [lab.machines[name] for name in names]


def _upload(page: Page, song: bytes) -> None:
    page.goto("/signup")
    page.get_by_label("Name").fill("Hearer")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("link", name="My tracks").wait_for()
    page.goto("/tracks/new")
    page.get_by_label("Audio files").set_input_files(
        {"name": "song.wav", "mimeType": "audio/wav", "buffer": song}
    )
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("link", name="Listen").click(timeout=60_000)


def _wait_for_sound(page: Page) -> None:
    deadline = time.monotonic() + 20
    while not page.evaluate(f"{HEARD}?.currentTime > 0"):
        assert time.monotonic() < deadline
        page.wait_for_timeout(200)


def _position(page: Page) -> float:
    return float(page.evaluate(f"{HEARD}.currentTime"))


def _received(page: Page) -> float:
    """Return until which second of the song the browser has it."""
    return float(page.evaluate(f"({_ENDS})({HEARD})"))


def _hear(page: Page, seconds: float) -> None:
    """Wait until so much more of the song was heard."""
    target = _position(page) + seconds
    deadline = time.monotonic() + 3 * seconds + 10
    while _position(page) < target:
        assert time.monotonic() < deadline, page.evaluate(_TELL)
        page.wait_for_timeout(200)


_WATCH = f"""() => {{
    let place = 0;
    setInterval(() => {{
        place = {HEARD}?.currentTime ?? place;
        const behind = performance.now() - 1000 * place;
        window.least = Math.min(window.least, behind);
        window.standstill = Math.max(window.standstill, behind - window.least);
    }}, 20);
}}"""
"""How far the music falls behind the clock [ms]: a script that is late itself is not taken in."""
_BEGIN = "[window.least, window.standstill] = [Infinity, 0]"
_ENDS = "audio => audio.buffered.end(audio.buffered.length - 1)"
_TELL = """() => JSON.stringify(audios.map((audio) => ({
    time: audio.currentTime, error: audio.error && audio.error.message, ready: audio.readyState,
    network: audio.networkState, paused: audio.paused })))"""


def _wait_until_whole(lab: Lab) -> None:
    deadline = time.monotonic() + 90
    while lab.missing():
        assert time.monotonic() < deadline, lab.missing()
        time.sleep(1)


def _music() -> bytes:
    """Return eight minutes of a tone with noise in it, 20 MB: more than any buffer on the way."""
    noise = random.Random(1)  # noqa: S311 - only to make no two blocks alike
    second = [9000 * math.sin(2 * math.pi * 220 * n / _RATE) for n in range(_RATE)]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        for _ in range(_SECONDS):
            loud = noise.uniform(0.5, 1)
            samples = [int(loud * sample) for sample in second]
            out.writeframes(struct.pack(f"<{_RATE}h", *samples))
    return file.getvalue()
