"""The track service in WebTest, on storage in memory, with a signer of tickets beside it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from webtest import TestApp

from cdpsfy.settings import TicketKey
from cdpsfy.tickets import TicketSigner
from cdpsfy.tracks import make_app

if TYPE_CHECKING:
    from storage.memory import MemoryDriver

SECRET = "a-secret-of-the-tests-and-of-nothing-else"


@pytest.fixture
def service() -> TestApp:
    return TestApp(
        make_app(
            {
                "cdpsfy.ticket_keys": f"test:{SECRET}",
                "cdpsfy.tracks_url": "http://localhost",
                "storage.driver": "memory",
            }
        ),
        lint=False,  # its input is not the seekable file that waitress gives
    )


@pytest.fixture
def driver(service: TestApp) -> MemoryDriver:
    driver: MemoryDriver = service.app.registry["driver"]
    return driver


@pytest.fixture
def tickets() -> TicketSigner:
    return TicketSigner([TicketKey("test", SECRET)])


@pytest.fixture
def song() -> bytes:
    return files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()
