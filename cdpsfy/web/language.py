"""Spanish or English: what the person chose, or else what the browser asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.i18n import TranslationStringFactory
from pyramid.i18n import get_localizer as _localizer

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.request import Request
    from pyramid.response import Response

LANGUAGES = {"es": "Español", "en": "English"}
COOKIE = "language"
_DEFAULT = "en"
_YEAR = 365 * 86400

_ = TranslationStringFactory("cdpsfy")


def includeme(config: Configurator) -> None:
    """Load the catalogues and translate templates."""
    config.add_translation_dirs("cdpsfy.web:locale")
    config.set_locale_negotiator(negotiate)
    config.add_request_method(translate)


def negotiate(request: Request) -> str:
    """Return `es` or `en`."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return str(request.accept_language.lookup(list(LANGUAGES), default=_DEFAULT))


def translate(request: Request, text: str, **values: Any) -> str:  # noqa: ANN401
    """Return a sentence in the request's language; `request.translate(_("Hello ${name}"), …)`."""
    return str(_localizer(request).translate(text, domain="cdpsfy", mapping=values or None))


def choose(response: Response, language: str, *, secure: bool) -> None:
    """Remember a person's choice for a year."""
    response.set_cookie(
        COOKIE, language, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax"
    )
