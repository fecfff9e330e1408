"""How pages are rendered: Jinja2, strict, escaped, with what every page needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.csrf import get_csrf_token
from pyramid.events import BeforeRender
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy.pictures.art import Art
from cdpsfy.web import dates, theme
from cdpsfy.web.hearts import liked_among
from cdpsfy.web.language import LANGUAGES
from cdpsfy.web.player_bar import player_bar
from cdpsfy.web.services.search import words

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.request import Request

    from cdpsfy.models import User


def includeme(config: Configurator) -> None:
    """Set up the renderer."""
    config.add_settings(
        {
            "jinja2.undefined": "strict",
            "jinja2.trim_blocks": "true",
            "jinja2.lstrip_blocks": "true",
            "jinja2.i18n.domain": "cdpsfy",
            "jinja2.filters": {
                "duration": duration,
                "slug": words.slug,
                "art": art,
                "month": dates.month,
                "day": dates.day,
                "minute": dates.minute,
            },
            "jinja2.globals": {"player_bar": player_bar, "liked_among": liked_among},
        }
    )
    config.include("pyramid_jinja2")
    config.add_jinja2_search_path("cdpsfy.web:templates")
    config.add_subscriber(_add_page_values, BeforeRender)


def duration(seconds: float) -> str:
    """Return a duration as people read it: 3:07, 1:02:33."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def art(public_id: str) -> str:
    """Return the classes that draw a picture for a track, where its cover would be."""
    return Art.of(public_id).classes()


def _add_page_values(event: BeforeRender) -> None:
    request = event["request"]
    if request is None or not str(event["renderer_name"]).endswith(".jinja2"):
        return
    event.update(
        user=_person(request),
        csrf_token=get_csrf_token(request),
        languages=LANGUAGES,
        theme=theme.chosen(request),
        themes={name: request.translate(label) for name, label in theme.THEMES.items()},
        sign_up_open=request.registry["cdpsfy.settings"]["sign_up"],
        notice=request.take_notice(),
    )


def _person(request: Request) -> User | None:
    """Return who is asking. The page of an error does without, when that cannot be found out."""
    if isinstance(request.exception, SQLAlchemyError):
        return None  # asking would only make the person wait once more
    try:
        user: User | None = request.identity
    except SQLAlchemyError:
        if request.exception is None:
            raise
        return None
    return user
