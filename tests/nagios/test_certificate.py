"""What people are shown by https: certificates of an authority of our own, and pages."""

from __future__ import annotations

import ssl
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from ops.nagios.plugins import certificate, certificate_file, pages
from ops.nagios.plugins.answer import Status
from ops.nagios.plugins.programs import Said, run
from ops.nagios.plugins.visitor import Visitor
from ops.secrets import make_secrets
from ops.topology import read_topology

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ["server.cdpsfy.es", "tracks.cdpsfy.es"]
LOGIN = b'<input name="password">'
HOME = b'<main id="main">'


class Site(ThreadingHTTPServer):
    """Answers each path with the page that it was given, and 404 without one."""

    def __init__(self, secrets: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = {"/login": LOGIN, "/": HOME}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(secrets / "tls.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.address = f"127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Keep silent about visitors who do not believe the certificate."""


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        self.send_response(404 if page is None else 200)
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    make_secrets(read_topology(), folder)
    return folder


@pytest.fixture
def site(secrets: Path) -> Iterator[Site]:
    with Site(secrets) as site:
        Thread(target=partial(site.serve_forever, poll_interval=0.05)).start()
        yield site
        site.shutdown()


def visitor(site: Site, secrets: Path, name: str = NAMES[0]) -> Visitor:
    authority = secrets / "ca.pem"
    return Visitor(f"https://{name}", connect=site.address, authority=authority, timeout=20)


def test_a_certificate_that_is_believed_is_well(site: Site, secrets: Path) -> None:
    found = certificate.check(site.address, NAMES, secrets / "ca.pem")
    assert found.status is Status.OK, found
    assert int(found.figures["days"]) > 800


def test_a_certificate_of_an_authority_that_nobody_knows_is_critical(site: Site) -> None:
    found = certificate.check(site.address, NAMES, Path())
    assert found.status is Status.CRITICAL
    assert "nobody believes it" in found.text


def test_a_certificate_of_another_name_is_critical(site: Site, secrets: Path) -> None:
    found = certificate.check(site.address, ["www.example.org"], secrets / "ca.pem")
    assert found.status is Status.CRITICAL


def test_where_nobody_answers_nothing_is_known_of_the_certificate() -> None:
    assert certificate.check("127.0.0.1:1", NAMES, Path()).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("days", "status"), [(90, Status.OK), (20, Status.WARNING), (6, Status.CRITICAL)]
)
def test_a_certificate_is_judged_by_the_days_left(days: int, status: Status) -> None:
    assert certificate.judge("a name", days).status is status


def test_a_certificate_that_lies_in_a_file_is_judged_though_nobody_shows_it(secrets: Path) -> None:
    file = str(secrets / "tls.pem")
    said = run("openssl", "x509", "-in", file, "-noout", "-enddate", timeout=20)
    found = certificate_file.understand(file, said)
    assert found.status is Status.OK
    assert int(found.figures["days"]) > 800


def test_a_certificate_that_has_ended_is_critical() -> None:
    said = Said(0, "notAfter=Feb  3 20:44:21 2024 GMT")
    assert certificate_file.understand("tls.pem", said).status is Status.CRITICAL


def test_a_file_without_a_certificate_is_critical(tmp_path: Path) -> None:
    file = str(tmp_path / "tls.pem")
    said = run("openssl", "x509", "-in", file, "-noout", "-enddate", timeout=20)
    found = certificate_file.understand(file, said)
    assert found.status is Status.CRITICAL
    assert "holds no certificate" in found.text


def test_pages_that_are_as_they_should_be_are_well(site: Site, secrets: Path) -> None:
    assert pages.check(visitor(site, secrets)).status is Status.OK


def test_a_page_without_what_must_be_there_is_critical(site: Site, secrets: Path) -> None:
    site.pages = {"/login": b"we are closed"}
    found = pages.check(visitor(site, secrets))
    assert found.status is Status.CRITICAL
    assert found.text == '/login lacks name="password"; / answers 404'


def test_pages_that_cannot_be_had_are_critical(secrets: Path, site: Site) -> None:
    found = pages.check(visitor(site, secrets, "www.example.org"))
    assert found.status is Status.CRITICAL
    assert "GET /login of www.example.org" in found.text
