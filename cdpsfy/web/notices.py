"""One sentence about what just happened, shown once on the next page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.web.covers import COMPLAINTS
from cdpsfy.web.language import _

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.request import Request
    from pyramid.response import Response

_COOKIE = "notice"
_WITHOUT_COVER = _("Uploaded, but without a cover. ${reason}")
NOTICES = {
    "uploaded": _("Uploaded."),
    "uploaded-bare": _WITHOUT_COVER,
    "cover-changed": _("The cover is changed."),
    "cover-removed": _("The cover is removed."),
    "saved": _("Saved."),
    "deleted": _("Deleted. You can bring it back from “My tracks” for a while."),
    "restored": _("It is back."),
    "too-late": _("Its bytes are already gone; it cannot be brought back."),
    "history-cleared": _("Your history is cleared."),
    "playlist-made": _("Your playlist is made."),
    "playlist-deleted": _("Deleted. You can bring it back from “My playlists” for thirty days."),
    "playlist-left": _("That playlist is no longer shared with you."),
    "added": _("Added."),
    "removed": _("Removed."),
    "invited": _("It is shared now."),
    "uninvited": _("It is no longer shared with that person."),
    "welcome": _("Welcome!"),
    "logged-out": _("You are logged out."),
    "password-changed": _("Your password is changed. Every other device has to log in again."),
    "device-ended": _("That device is logged out."),
}


def includeme(config: Configurator) -> None:
    """Add `request.notice(name)` to leave one, `request.take_notice()` for the page to show it."""
    config.add_request_method(notice)
    config.add_request_method(take_notice)


def notice(request: Request, name: str, complaint: str = "") -> None:
    """Leave a notice of what was done for the next page, by its name; its reason, by its own."""
    secure = request.registry["cdpsfy.settings"]["https"]

    def remember(response: Response) -> None:
        value = f"{name}.{complaint}" if complaint else name
        response.set_cookie(
            _COOKIE, value, max_age=60, secure=secure, httponly=True, samesite="Lax"
        )

    request.when_done(remember)


def take_notice(request: Request) -> str | None:
    """Return the notice that was left, once."""
    name, _dot, complaint = request.cookies.get(_COOKIE, "").partition(".")
    text = NOTICES.get(name)
    if text is None:
        return None
    request.add_response_callback(lambda _request, response: response.delete_cookie(_COOKIE))
    if complaint in COMPLAINTS:
        return without_cover(request, complaint)
    return str(request.translate(text))


def without_cover(request: Request, complaint: str) -> str:
    """Say that a track is there, and why its cover is not."""
    reason = request.translate(COMPLAINTS[complaint].text)
    return str(request.translate(_WITHOUT_COVER, reason=reason))
