"""Believes the balancers, and nobody else, about who is asking (X-Forwarded-For, -Proto, -Host).

waitress believes one proxy or all. A pair of balancers is two.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from waitress.proxy_headers import proxy_headers_middleware

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BELIEVED = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}


def believe(app: WSGIApplication, proxies: str) -> WSGIApplication:
    """Return the app behind these proxies (addresses between spaces); others are not believed.

    Raises:
        ValueError: one is no address.
    """
    addresses = {str(ip_address(proxy)) for proxy in proxies.split()}
    behind = proxy_headers_middleware(
        app, trusted_proxy="*", trusted_proxy_headers=_BELIEVED, clear_untrusted=True
    )
    alone = proxy_headers_middleware(app, trusted_proxy=None, clear_untrusted=True)

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chosen = behind if environ["REMOTE_ADDR"] in addresses else alone
        answer: Iterable[bytes] = chosen(environ, start_response)
        return answer

    return choose
