"""Signing up, logging in and out, devices and passwords."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.forms import LoginForm, PasswordForm, SignUpForm
from cdpsfy.web.language import _
from cdpsfy.web.security import Permission, forget, known_users, remember
from cdpsfy.web.services import accounts, login_limits

if TYPE_CHECKING:
    from pyramid.request import Request

    from cdpsfy.models import User

_GET_AND_POST = ("GET", "POST")
_DESTINATIONS = {
    "track.new",
    "tracks.mine",
    "account",
    "liked",
    "recent",
    "playlist.new",
    "playlist.import",
    "playlists.mine",
}
"""Where a log-in may lead: names of routes, never an address that somebody made up."""


@view_config(
    route_name="signup",
    request_method=_GET_AND_POST,
    renderer="cdpsfy.web:templates/account/signup.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def sign_up(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Make an account and log in with it."""
    if not request.registry["cdpsfy.settings"]["sign_up"]:
        raise HTTPNotFound
    form = SignUpForm(request)
    if request.method == "POST" and form.validate():
        try:
            user = accounts.sign_up(request.db, form.data["username"], form.data["password"])
        except accounts.NameTaken:
            return _again(request, form, [_("This name is taken.")], HTTPStatus.CONFLICT)
        remember(request, user)
        request.notice("welcome")
        return HTTPSeeOther(request.route_path("track.new"))
    return _again(request, form, form.complaints())


@view_config(
    route_name="login",
    request_method=_GET_AND_POST,
    renderer="cdpsfy.web:templates/account/login.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def log_in(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Log in on this device."""
    form = LoginForm(request)
    if request.method != "POST" or not form.validate():
        return _again(request, form, form.complaints())
    try:
        remember(request, _verified(request, form.data["username"], form.data["password"]))
    except accounts.WrongPassword:
        complaint = _("Name and password do not belong together.")
        return _again(request, form, [complaint], HTTPStatus.UNAUTHORIZED)
    except login_limits.TooManyAttempts:
        request.response.headers["Retry-After"] = str(int(login_limits.WINDOW.total_seconds()))
        complaint = _("Too many attempts from here. Please wait a quarter of an hour.")
        return _again(request, form, [complaint], HTTPStatus.TOO_MANY_REQUESTS)
    return HTTPSeeOther(_destination(request))


@view_config(route_name="logout", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def log_out(request: Request) -> HTTPSeeOther:
    """Log this device out."""
    forget(request)
    request.notice("logged-out")
    return HTTPSeeOther(request.route_path("home"))


@view_config(
    route_name="account",
    request_method="GET",
    renderer="cdpsfy.web:templates/account/account.jinja2",
    permission=Permission.BE_SOMEBODY,
)
def account(request: Request) -> dict[str, Any]:
    """Show a person's devices, and let them change their password."""
    return _account_page(request, PasswordForm(request), [])


@view_config(
    route_name="account.password",
    request_method="POST",
    renderer="cdpsfy.web:templates/account/account.jinja2",
    permission=Permission.BE_SOMEBODY,
)
def change_password(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Change the password, end every device, and log this one in anew."""
    form = PasswordForm(request)
    if not form.validate():
        return _account_page(request, form, form.complaints(), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        user = _verified(request, request.identity.name, form.data["current"])
        accounts.change_password(request.db, user, form.data["password"])
    except (accounts.WrongPassword, login_limits.TooManyAttempts):
        complaint = request.translate(_("The current password is another one."))
        return _account_page(request, form, [complaint], HTTPStatus.UNPROCESSABLE_ENTITY)
    remember(request, user)
    request.notice("password-changed")
    return HTTPSeeOther(request.route_path("account"))


@view_config(route_name="account.device", request_method="POST", permission=Permission.BE_SOMEBODY)
def end_device(request: Request) -> HTTPSeeOther:
    """Log one of a person's devices out."""
    device = request.matchdict["device"]
    if not device.isascii() or not device.isdecimal() or len(device) > 18:  # noqa: PLR2004
        raise HTTPNotFound
    accounts.log_out(request.db, request.identity, int(device))
    request.notice("device-ended")
    return HTTPSeeOther(request.route_path("account"))


def _destination(request: Request) -> str:
    place, track = request.GET.get("next"), request.GET.get("track", "")
    if place == "track" and track.isascii() and track.isalnum():
        return str(request.route_path("track", track=track))
    return str(request.route_path(place if place in _DESTINATIONS else "tracks"))


def _verified(request: Request, name: str, password: str) -> User:
    user = accounts.find(request.db, name)
    known_browser = known_users(request).get(str(user.id)) if user else None
    attempt = (name, request.client_addr or "", known_browser)
    login_limits.check(request.db, *attempt)
    try:
        return accounts.verify(request.db, name, password)
    except accounts.WrongPassword:
        login_limits.count_failure(request.db, *attempt)
        raise


def _again(
    request: Request,
    form: Any,  # noqa: ANN401
    complaints: list[str],
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> dict[str, Any]:
    if complaints:
        request.response.status = status
    return {"form": form, "complaints": [request.translate(text) for text in complaints]}


def _account_page(
    request: Request, form: PasswordForm, complaints: list[str], status: int = HTTPStatus.OK
) -> dict[str, Any]:
    request.response.status = status
    devices = accounts.devices(request.db, request.identity)
    return {"devices": devices, "form": form, "complaints": complaints}
