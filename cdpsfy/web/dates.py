"""Dates as people write them in the language of the page: filters for templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date, format_skeleton, format_time
from jinja2 import pass_context

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2.runtime import Context


@pass_context
def month(context: Context, when: datetime) -> str:
    """Return `November 2026` or `noviembre de 2026`."""
    return format_skeleton("yMMMM", when, locale=_locale(context))


@pass_context
def day(context: Context, when: datetime) -> str:
    """Return `26 November 2026` or `26 de noviembre de 2026`."""
    return format_date(when, "long", locale=_locale(context))


@pass_context
def minute(context: Context, when: datetime) -> str:
    """Return a day and its time, which is UTC as all of ours are."""
    locale = _locale(context)
    return f"{format_date(when, locale=locale)}, {format_time(when, 'short', locale=locale)} UTC"


def _locale(context: Context) -> str:
    # English as Europe writes it: the day before the month, and 24 hours.
    language = str(context["request"].locale_name)
    return {"en": "en_GB"}.get(language, language)
