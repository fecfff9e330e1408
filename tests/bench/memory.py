"""How much the memory of each service grows while a 200 MB track is uploaded and played."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from tests.bench.processes import MemoryGrowth
from tests.bench.wav import write_wav
from tests.deployment import RunningSite

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE = 199 * 1024 * 1024


def figures() -> Iterator[str]:
    """Yield a line a service."""
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder))
        site.start()
        try:
            yield from _measure(site, Path(folder) / "long.wav")
        finally:
            site.stop()


def _measure(site: RunningSite, file: Path) -> Iterator[str]:
    write_wav(file, _SIZE)
    browser = requests.Session()
    _sign_up(browser, site)
    pids = _pids(site)
    uploading = {name: MemoryGrowth([pid]) for name, pid in pids.items()}
    page = _upload(browser, site, file)
    uploaded = {name: memory.so_far() for name, memory in uploading.items()}
    playing = {name: MemoryGrowth([pid]) for name, pid in pids.items()}
    _play(page)
    for name, memory in playing.items():
        yield (
            f"peak memory of the {name}: + {uploaded[name]:.1f} MiB while 199 MiB are uploaded, "
            f"+ {memory.so_far():.1f} MiB while they are played (mark 16)"
        )


def _sign_up(browser: requests.Session, site: RunningSite) -> None:
    fields = {"username": "Bench", "password": "a long enough one", **_token(browser, site)}
    browser.post(f"{site.url}/signup", fields, timeout=30).raise_for_status()


def _token(browser: requests.Session, site: RunningSite) -> dict[str, str]:
    page = browser.get(f"{site.url}/login", timeout=30).text
    return {"csrf_token": _found(r'name="csrf_token" value="([^"]+)"', page)}


def _upload(browser: requests.Session, site: RunningSite, file: Path) -> str:
    token = _token(browser, site)
    boundary = "a-boundary"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="track"; filename="long.wav"\r\n\r\n'
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "X-CSRF-Token": token["csrf_token"],
    }

    def body() -> Iterator[bytes]:
        yield head
        with file.open("rb") as wav:
            yield from iter(lambda: wav.read(1 << 20), b"")
        yield tail

    answer = browser.post(f"{site.url}/tracks", data=body(), headers=headers, timeout=120)
    answer.raise_for_status()
    return answer.text


def _play(page: str) -> None:
    address = _found(r'<audio[^>]* src="([^"]+)"', page)
    with requests.get(address, stream=True, timeout=30) as answer:
        received = sum(len(piece) for piece in answer.iter_content(1 << 16))
    if received != _SIZE:
        raise RuntimeError(f"{received} bytes of {_SIZE} came")


def _pids(site: RunningSite) -> dict[str, int]:
    """Find the servers by what they wrote at their start: the track service is started first."""
    tracks, web = sorted(
        int(pid) for pid in re.findall(r"Starting server in PID (\d+)", site.log.read_text("utf-8"))
    )
    return {"track service": tracks, "site": web}


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"{pattern} is not there")
    return match[1]
