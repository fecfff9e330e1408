"""Believes the balancers, and nobody else, about who is asking (X-Forwarded-For, -Proto, -Host).

waitress believes one proxy or all. A pair of balancers is two.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from waitress.proxy_headers import proxy_headers_middleware

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network, IPv6Network
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BELIEVED = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
_UNIX_SOCKET = "localhost"
"""What waitress calls whoever asks through a socket of the file system."""


def believe(app: WSGIApplication, proxies: str) -> WSGIApplication:
    """Return the app behind these proxies (between spaces); others are not believed.

    Each is an address, a network, for balancers that have no lasting addresses, or `localhost` for
    those that come through a Unix socket.

    Raises:
        ValueError: one is none of these.
    """
    named = proxies.split()
    networks = [ip_network(proxy) for proxy in named if proxy != _UNIX_SOCKET]
    through_socket = _UNIX_SOCKET in named
    behind = proxy_headers_middleware(
        _without_forwarded_for(app),
        trusted_proxy="*",
        trusted_proxy_headers=_BELIEVED,
        clear_untrusted=True,
    )
    alone = proxy_headers_middleware(app, trusted_proxy=None, clear_untrusted=True)

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        peer = environ["REMOTE_ADDR"]
        believed = through_socket if peer == _UNIX_SOCKET else _is_in(peer, networks)
        chosen = behind if believed else alone
        answer: Iterable[bytes] = chosen(environ, start_response)
        return answer

    return choose


def _is_in(peer: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    address = ip_address(peer)
    return any(address in network for network in networks)


def _without_forwarded_for(app: WSGIApplication) -> WSGIApplication:
    # waitress leaves it in place, WebOb prefers it to REMOTE_ADDR, and it may bear a port: each of
    # them would be somebody else to whoever counts by address.
    def told_once(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_X_FORWARDED_FOR", None)
        return app(environ, start_response)

    return told_once
