"""Who is asking, and what they may do. Every view needs a permission; public ones say so."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import structlog
from pyramid.authorization import ACLHelper, Authenticated, Everyone
from pyramid.csrf import CookieCSRFStoragePolicy, new_csrf_token
from pyramid.request import RequestLocalCache
from sqlalchemy.exc import SQLAlchemyError
from webob.cookies import SignedCookieProfile

from cdpsfy.web.services import accounts

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.request import Request
    from pyramid.security import Allowed, Denied

    from cdpsfy.database import Database
    from cdpsfy.models import Device, User

log = structlog.get_logger(__name__)
ADMIN = "admins"
_YEAR = 365 * 86400


class Permission(StrEnum):
    """What a view needs."""

    NOBODY = "nobody"
    """Of a view that forgot to name one."""
    BE_SOMEBODY = "be somebody"
    UPLOAD = "upload"
    LISTEN = "listen"
    LIKE = "like"
    """And be counted among those who heard it."""
    EDIT = "edit"
    DELETE = "delete"
    COLLECT = "collect"
    """Put a track into playlists."""
    SEE = "see"
    ARRANGE = "arrange"
    """Add, move and remove entries of a playlist."""
    OWN = "own"
    LEAVE = "leave"


class DevicePolicy:
    """Pyramid's security policy over devices: the cookie names a row, the row names a person."""

    def __init__(self) -> None:
        self._acl = ACLHelper()

    def identity(self, request: Request) -> User | None:
        """Return the person who is asking."""
        device: Device | None = request.device
        return device.user if device else None

    def authenticated_userid(self, request: Request) -> int | None:
        """Return the person's id."""
        user = self.identity(request)
        return user.id if user else None

    def permits(self, request: Request, context: object, permission: str) -> Allowed | Denied:
        """Ask the access list of what the address stands for."""
        user = self.identity(request)
        principals: list[Any] = [Everyone]
        if user is not None:
            principals += [Authenticated, f"user:{user.id}", *([ADMIN] if user.is_admin else [])]
        return self._acl.permits(context, principals, permission)


def includeme(config: Configurator) -> None:
    """Install the policy, the cookies and the protection against forged forms."""
    https = config.registry["cdpsfy.settings"]["https"]
    config.registry["devices"] = RequestLocalCache(_load_device)
    config.set_security_policy(DevicePolicy())
    config.set_default_permission(Permission.NOBODY)
    config.set_csrf_storage_policy(
        CookieCSRFStoragePolicy(
            cookie_name=_name("csrf", https=https), secure=https, httponly=True, samesite="Lax"
        )
    )
    config.set_default_csrf_options(require_csrf=True)
    config.registry["known_browser"] = SignedCookieProfile(
        # Tickets and cookies share the secret, not the salt.
        config.registry["cdpsfy.settings"]["ticket_keys"][0].secret,
        "known-browser",
        _name("known", https=https),
        secure=https,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
    )


def remember(request: Request, user: User) -> None:
    """Log this browser in: a new token, never the one it came with."""
    token = accounts.log_in(
        request.db,
        user,
        browser=request.user_agent or "",
        address=request.client_addr or "",
    )
    new_csrf_token(request)
    known = {**known_users(request), str(user.id): token[:12]}
    cookies = request.registry["known_browser"].get_headers(known, domains=[None])
    request.when_done(lambda response: response.headerlist.extend(cookies))
    _set_session_cookie(request, token)


def forget(request: Request) -> None:
    """Log this browser out."""
    if request.device is not None:
        accounts.log_out(request.db, request.identity, request.device.id)
    new_csrf_token(request)
    _set_session_cookie(request, None)


def known_users(request: Request) -> dict[str, str]:
    """Return the people who logged in with this browser before, each with a name for it."""
    known = request.registry["known_browser"].bind(request).get_value()
    return known if isinstance(known, dict) else {}


def _name(name: str, *, https: bool) -> str:
    # The prefix makes browsers refuse the cookie from anyone but this very host, by https.
    return f"__Host-{name}" if https else name


def _session_cookie(request: Request) -> str:
    return _name("session", https=request.registry["cdpsfy.settings"]["https"])


def _set_session_cookie(request: Request, token: str | None) -> None:
    options = {
        "max_age": accounts.LONGEST_LIFE if token else 0,
        "secure": request.registry["cdpsfy.settings"]["https"],
        "httponly": True,
        "samesite": "Lax",
    }
    name = _session_cookie(request)
    request.when_done(lambda response: response.set_cookie(name, token or "", **options))


def _load_device(request: Request) -> Device | None:
    token = request.cookies.get(_session_cookie(request))
    if token is None:
        return None
    # Not `request.db`: an upload is not to hold a transaction while its bytes are read.
    database = request.registry["database"]
    with database.reading() as db:
        device = accounts.device_of(db, token)
    if device is not None and accounts.is_due(device):
        _note_seen(database, device)
    return device


def _note_seen(database: Database, device: Device) -> None:
    try:
        with database.writing.begin() as db:
            accounts.note_seen(db, device)
    except SQLAlchemyError as error:
        # Nobody is to be refused for that; the next request notes it.
        log.warning("device_not_noted", reason=type(error).__name__)
