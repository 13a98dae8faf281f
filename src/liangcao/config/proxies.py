"""Who calls, when a proxy stands in between: forwarded headers count only when a named proxy sends them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Network = IPv4Network | IPv6Network
# What only a proxy may say. Taken off every request once it has been read, so that no later code can believe it.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_X_USER",
    "HTTP_X_REMOTE_USER",
    "HTTP_REMOTE_USER",
)


# Bounded: callers' addresses come through here as well as the few that are configured.
@lru_cache(maxsize=64)
def network_of(text: str) -> Network | None:
    """An address or a network ("10.1.0.0/16"); None for what is neither."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def resolve_caller(environ: dict[str, Any], trusted: Iterable[str]) -> None:
    """Put the caller's own address and scheme into a WSGI environment, and take the forwarded headers off it."""
    networks = [network for network in map(network_of, trusted) if network is not None]
    given = {name: environ.pop(name, "") for name in FORWARDED}
    if not is_within(environ.get("REMOTE_ADDR", ""), networks):
        return
    environ["REMOTE_ADDR"] = caller_address(environ["REMOTE_ADDR"], given["HTTP_X_FORWARDED_FOR"], networks)
    if given["HTTP_X_FORWARDED_PROTO"] in ("http", "https"):
        environ["wsgi.url_scheme"] = given["HTTP_X_FORWARDED_PROTO"]


def caller_address(peer: str, chain: str, networks: list[Network]) -> str:
    """The last address of the chain that is none of our proxies: what stands left of it is the caller's own claim."""
    for told in reversed([part.strip() for part in chain.split(",") if part.strip()]):
        if network_of(told) is None or "/" in told:
            return peer
        peer = told
        if not is_within(told, networks):
            break
    return peer


def is_within(address: str, networks: list[Network]) -> bool:
    """Whether an address belongs to one of the networks."""
    try:
        place = ip_address(address)
    except ValueError:
        return False
    return any(place in network for network in networks)
