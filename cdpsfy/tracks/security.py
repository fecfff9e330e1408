"""Who may do what: the bearer of a ticket may do what it says, to what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.security import Allowed, Denied

from cdpsfy.tickets import EVERYTHING, TicketSigner
from cdpsfy.tracks.kinds import KINDS

if TYPE_CHECKING:
    from pyramid.config import Configurator

    from cdpsfy.tickets import Ticket
    from cdpsfy.tracks.request import Request

NOBODY = "nobody"
"""The permission of a view that forgot to name one: no ticket gives it."""


class OneObject:
    """One object, as the address names it."""

    def __init__(self, request: Request) -> None:
        self.kind = KINDS[request.matchdict["kind"]]
        self.subject: str = request.matchdict["key"]


class AllObjects:
    """All objects: to list them, or to add one of a kind."""

    def __init__(self, request: Request) -> None:
        self.kind = KINDS[request.matchdict["kind"]]
        ticket = request.ticket
        # An upload is the only thing done to what has no name yet: its ticket brings the ULID.
        self.subject = ticket.subject if ticket and request.method == "POST" else EVERYTHING


class TicketPolicy:
    """Pyramid's security policy over tickets."""

    def identity(self, request: Request) -> Ticket | None:
        """Return the request's ticket if it can be believed."""
        return request.ticket

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
    config.set_security_policy(TicketPolicy())
    config.set_default_permission(NOBODY)
