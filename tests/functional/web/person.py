"""What a person does with a browser without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webtest import TestApp

PASSWORD = "three sad tigers"


class Person:
    def __init__(self, browser: TestApp) -> None:
        self.browser = browser

    def sign_up(self, name: str, password: str = PASSWORD) -> Person:
        form = form_with("username", self.browser.get("/signup"))
        form["username"], form["password"] = name, password
        form.submit(status=303)
        return self

    def log_in(self, name: str, password: str = PASSWORD, status: int = 303) -> Any:
        form = form_with("username", self.browser.get("/login"))
        form["username"], form["password"] = name, password
        return form.submit(status=status)

    def csrf_token(self) -> str:
        return token_of(self.browser.get("/").text)

    def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> Any:
        return self.browser.post(
            path, {"csrf_token": self.csrf_token(), **(fields or {})}, **options
        )

    def upload(
        self, data: bytes, name: str = "song.mp3", *, form: str = "", status: int = 303
    ) -> Any:
        return self.post(
            "/tracks",
            {"form": form},
            upload_files=[("track", name, data)],
            status=status,
        )

    def upload_track(self, data: bytes, name: str = "song.mp3") -> str:
        """Upload and return the track's address."""
        return str(self.upload(data, name).location.removeprefix("http://localhost"))


def form_with(field: str, page: Any) -> Any:
    """Return the page's form that has this field."""
    return next(form for form in page.forms.values() if field in form.fields)


def token_of(page: str) -> str:
    match = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert match is not None
    return match[1]
