"""What a person may type, and what to tell them when it cannot be taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from wtforms import (
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types-wtforms
from wtforms.validators import (
    DataRequired,
    EqualTo,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from cdpsfy.models import Role, Visibility
from cdpsfy.models.track import MOST_DISCS, MOST_NUMBERS
from cdpsfy.web.language import _
from cdpsfy.web.services.text import clean

if TYPE_CHECKING:
    from pyramid.request import Request

_PASSWORD_LENGTH = (12, 128)
_WTFORMS_OWN = (_("Not a valid integer value."), _("Not a valid choice."))
"""What WTForms itself says, named here for the catalogues."""


class _Translations:
    def __init__(self, request: Request) -> None:
        self._request = request

    def gettext(self, text: str) -> str:
        return str(self._request.translate(text))

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.gettext(singular if count == 1 else plural)


class TranslatedForm(Form):
    """A form whose labels and complaints are in the reader's language."""

    def __init__(self, request: Request, obj: object = None, **values: Any) -> None:  # noqa: ANN401
        self._request = request
        super().__init__(request.POST if request.method == "POST" else None, obj, **values)
        for field in self:
            field.label.text = request.translate(field.label.text)
            if isinstance(field, SelectField):
                field.choices = [
                    replace(choice, label=request.translate(choice.label))
                    for choice in cast("list[SelectChoice]", field.choices)
                ]

    def _get_translations(self) -> _Translations:
        return _Translations(self._request)

    def complaints(self) -> list[str]:
        """Return everything that is wrong, in the reader's language."""
        translate = self._request.translate
        return [translate(error) for errors in self.errors.values() for error in errors]


def _one_line(value: object) -> object:
    return clean(value, 10_000) if isinstance(value, str) else value


def _whole_text(_form: Form, field: Any) -> None:  # noqa: ANN401
    if not isinstance(field.data, str):
        raise StopValidation(_("Write it as text."))


def _same_as_cleaned(_form: Form, field: Any) -> None:  # noqa: ANN401
    if field.data != clean(field.data, 10_000):
        raise ValidationError(_("The name has characters that cannot be seen."))


def _text(label: str, longest: int, *validators: Any) -> StringField:  # noqa: ANN401
    length = Length(max=longest, message=_("At most ${max} characters."))
    return StringField(label, [_whole_text, *validators, length], filters=[_one_line])


def _number(label: str, most: int) -> IntegerField:
    bounds = NumberRange(1, most, message=_("A number from ${min} to ${max}."))
    return IntegerField(label, [Optional(), bounds])


def _new_password(label: str, *validators: Any) -> PasswordField:  # noqa: ANN401
    shortest, longest = _PASSWORD_LENGTH
    message = _("A password has ${min} to ${max} characters.")
    length = Length(min=shortest, max=longest, message=message)
    return PasswordField(label, [_whole_text, length, *validators])


_REQUIRED = DataRequired(message=_("This cannot be empty."))


class SignUpForm(TranslatedForm):
    """A name and a password for a new account."""

    username = StringField(
        _("Name"),
        [
            _whole_text,
            _REQUIRED,
            Length(max=40, message=_("At most ${max} characters.")),
            _same_as_cleaned,
        ],
    )
    password = _new_password(_("Password"))


class LoginForm(TranslatedForm):
    """Name and password, whatever they are."""

    username = StringField(_("Name"), [_whole_text, _REQUIRED])
    password = PasswordField(_("Password"), [_whole_text, _REQUIRED])


class PasswordForm(TranslatedForm):
    """The old password, and the new one twice."""

    current = PasswordField(_("Current password"), [_whole_text, _REQUIRED])
    password = _new_password(_("New password"))
    again = PasswordField(
        _("New password again"), [EqualTo("password", message=_("The two are not the same."))]
    )


class TrackForm(TranslatedForm):
    """A track's details."""

    title = _text(_("Title"), 200, _REQUIRED)
    artist = _text(_("Artist"), 200)
    album = _text(_("Album"), 200)
    disc = _number(_("Disc"), MOST_DISCS)
    number = _number(_("Track number"), MOST_NUMBERS)
    genre = _text(_("Genre"), 100)
    year = IntegerField(
        _("Year"),
        [Optional(), NumberRange(1500, 2199, message=_("A year from ${min} to ${max}."))],
    )
    visibility = RadioField(
        _("Who sees it"),
        choices=[
            SelectChoice(Visibility.PUBLIC, _("Public")),
            SelectChoice(Visibility.UNLISTED, _("Only by link")),
            SelectChoice(Visibility.PRIVATE, _("Private")),
        ],
    )


class PlaylistForm(TranslatedForm):
    """What a playlist is called, what it is about, and who sees it."""

    name = _text(_("Name"), 100, _REQUIRED)
    description = TextAreaField(
        _("Description"),
        [_whole_text, Length(max=1000, message=_("At most ${max} characters."))],
        filters=[_one_line],
        default="",
    )
    visibility = SelectField(
        _("Who sees it"),
        choices=[
            SelectChoice(Visibility.PRIVATE, _("Only I and whom I invite")),
            SelectChoice(Visibility.UNLISTED, _("Whoever has the address")),
            SelectChoice(Visibility.PUBLIC, _("Everybody")),
        ],
        default=Visibility.PRIVATE,
    )


class InvitationForm(TranslatedForm):
    """Somebody's name, and what they may do with a playlist."""

    person = StringField(_("Name"), [_whole_text, _REQUIRED])
    role = SelectField(
        _("May"),
        choices=[
            SelectChoice(Role.LISTENER, _("listen")),
            SelectChoice(Role.EDITOR, _("add, move and remove tracks")),
        ],
    )
