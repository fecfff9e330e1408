"""A request to the track service: what all of its views may ask for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pyramid.request

from cdpsfy.tickets import InvalidTicket

if TYPE_CHECKING:
    from cdpsfy.tickets import Ticket
    from storage import Driver

_BEARER = "Bearer "


class Request(pyramid.request.Request):  # type: ignore[misc]  # Pyramid has no types
    """Pyramid's request with a driver and a ticket.

    They are not added by `add_request_method`: for its properties Pyramid makes each request a
    class of its own, which was a tenth of the work for a short range.
    """

    @property
    def driver(self) -> Driver:
        """The volume's driver."""
        driver: Driver = self.registry["driver"]
        return driver

    @cached_property
    def ticket(self) -> Ticket | None:
        """The ticket that came along, if it can be believed."""
        try:
            ticket: Ticket = self.registry["tickets"].check(self.bearer_token)
        except InvalidTicket:
            return None
        return ticket

    @property
    def bearer_token(self) -> str:
        """The ticket as it was sent, by header or by query; empty when there is none."""
        authorization = self.headers.get("Authorization", "")
        if authorization.startswith(_BEARER):
            return str(authorization.removeprefix(_BEARER))
        return str(self.GET.get("ticket", ""))
