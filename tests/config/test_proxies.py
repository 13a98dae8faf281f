"""Which link of a chain of proxies is the caller."""

from __future__ import annotations

import pytest

from liangcao.config.proxies import FORWARDED, resolve_caller

PROXIES = ["127.0.0.1", "10.1.0.0/16", "::1"]


def caller(peer: str, chain: str, scheme: str = "") -> dict[str, str]:
    environ = {
        "REMOTE_ADDR": peer,
        "HTTP_X_FORWARDED_FOR": chain,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "HTTP_X_USER": "root",
        "wsgi.url_scheme": "http",
    }
    resolve_caller(environ, PROXIES)
    assert not set(environ) & set(FORWARDED)
    return environ


@pytest.mark.parametrize(
    ("peer", "chain", "address"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, <script>", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.0/24", "127.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("", "127.0.0.1", ""),
    ],
)
def test_address(peer: str, chain: str, address: str) -> None:
    assert caller(peer, chain)["REMOTE_ADDR"] == address


@pytest.mark.parametrize(
    ("peer", "scheme", "taken"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", "http", "http"),
        ("127.0.0.1", "HTTPS, http", "http"),
        ("203.0.113.9", "https", "http"),
    ],
)
def test_scheme(peer: str, scheme: str, taken: str) -> None:
    assert caller(peer, "", scheme)["wsgi.url_scheme"] == taken
