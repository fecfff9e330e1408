"""What an error says to a person is read as the person reads it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from ops.chaos.ledger import Ledger
from ops.chaos.person import Person, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (
    b'<p class="status" aria-hidden="true">503</p>\n<h1>Not now</h1>\n'
    b'<p class="empty">We can&#39;t answer.</p>\n<p><a href="/">Home</a></p>'
)
AFTER_A_DEED = b'<p class="notice" role="status">Deleted.</p>\n' + PAGE
PROBLEM = b'{"title": "Service Unavailable", "status": 503, "detail": "We can\'t answer."}'


class _Refusing(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    """Answer 503 with this body, whatever is asked for."""
    handler = type("Handler", (_Refusing,), {"body": request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.05,)).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (PAGE, "We can't answer."),
        (AFTER_A_DEED, "We can't answer."),
        (PROBLEM, "We can't answer."),
        (b"", "Service Unavailable"),
    ],
    indirect=["site"],
)
def test_a_refusal_has_the_words_of_the_answer(site: str, words: str, tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger") as ledger, pytest.raises(Refused) as refused:
        Person(site, "Ana", ledger).open_form()

    assert (refused.value.status, refused.value.reason) == (503, words)
