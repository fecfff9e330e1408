"""Who may do what: the bearer of a ticket may do what it says, to what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.security import Allowed, Denied

from cdpsfy.tickets import EVERYTHING, InvalidTicket, Ticket, TicketSigner

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.request import Request

_BEARER = "Bearer "
NOBODY = "nobody"
"""The permission of a view that forgot to name one: no ticket gives it."""


class TrackObject:
    """One object, as the address names it."""

    def __init__(self, request: Request) -> None:
        self.subject = request.matchdict["key"]


class TrackObjects:
    """All objects: to list them, or to add one."""

    def __init__(self, request: Request) -> None:
        ticket = request.ticket
        # An upload is the only thing done to what has no name yet: its ticket brings the ULID.
        self.subject = ticket.subject if ticket and request.method == "POST" else EVERYTHING


class TicketPolicy:
    """Pyramid's security policy over tickets."""

    def identity(self, request: Request) -> Ticket | None:
        """Return the request's ticket if it can be believed."""
        ticket: Ticket | None = request.ticket
        return ticket

    def authenticated_userid(self, request: Request) -> str | None:  # noqa: ARG002
        """Return None: a ticket has a bearer, not a name."""
        return None

    def permits(self, request: Request, context: object, permission: str) -> Allowed | Denied:
        """Compare the ticket's action and subject with the view's and the address's."""
        ticket = request.ticket
        if ticket is None:
            return Denied("no ticket")
        if ticket.action != permission or ticket.subject != getattr(context, "subject", None):
            return Denied("the ticket is for something else")
        return Allowed("the ticket says so")


def includeme(config: Configurator) -> None:
    """Let every view need a ticket, unless it says otherwise."""
    signer = TicketSigner(config.registry["cdpsfy.settings"]["ticket_keys"])
    config.registry["tickets"] = signer
    config.add_request_method(_ticket, "ticket", reify=True)
    config.set_security_policy(TicketPolicy())
    config.set_default_permission(NOBODY)


def bearer_token(request: Request) -> str:
    """Return the ticket as it was sent, by header or by query; empty when there is none."""
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith(_BEARER):
        return str(authorization.removeprefix(_BEARER))
    return str(request.GET.get("ticket", ""))


def _ticket(request: Request) -> Ticket | None:
    try:
        ticket: Ticket = request.registry["tickets"].check(bearer_token(request))
    except InvalidTicket:
        return None
    return ticket
