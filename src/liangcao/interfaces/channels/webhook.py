"""Webhooks: a signed POST to an address on the installation's list, and to nowhere else.

The name is resolved once, every answer is checked, and the connection goes to the checked address: a name that changes
its answer in between leads nowhere. No redirect is followed, no proxy is asked, nothing but the status is read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from http.client import HTTPSConnection
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from ssl import SSLContext, create_default_context
from typing import Any
from urllib.parse import SplitResult, urlsplit

from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.outbox.signing import signing_key
from liangcao.foundation.outbox.transports import Envelope

TIMEOUT_SECONDS = 10
WHOLE_SECONDS = 30
HTTPS = 443
Network = IPv4Network | IPv6Network
Resolve = Callable[..., Any]
# Never, whatever the list says: this machine, its links, and addresses that wrap another one.
NEVER = [
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/3",
        "::/127",
        "fe80::/10",
        "ff00::/8",
        "64:ff9b::/32",
        "2002::/16",
        "2001::/32",
    )
]


class NotDelivered(Exception):
    """The other side did not take the message, or may not be asked."""


def networks_from(texts: Iterable[str]) -> tuple[Network, ...]:
    """Private networks that webhooks may reach, as LIANGCAO_WEBHOOK_NETWORKS names them. Raises ValueError for one
    that holds loopback or link-local addresses."""
    found = tuple(ip_network(text.strip()) for text in texts if text.strip())
    for network in found:
        held: Any = network
        if any(network.version == never.version and held.overlaps(never) for never in NEVER):
            raise ValueError(f"LIANGCAO_WEBHOOK_NETWORKS: {network} holds addresses of this machine")
    return found


def check_url(url: str, hosts: Iterable[str]) -> SplitResult:
    """The parts of an address on the list. Raises Invalid WEBHOOK_URL_INVALID or WEBHOOK_HOST_UNLISTED."""
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS
    except ValueError:
        raise _wrong_url(url) from None
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.fragment:
        raise _wrong_url(url)
    asked = parts.hostname if port == HTTPS else f"{parts.hostname}:{port}"
    if asked not in {host.strip().lower() for host in hosts}:
        raise Invalid(
            "WEBHOOK_HOST_UNLISTED",
            f"主机 {asked} 不在允许的名单里。请系统管理员把它加进 LIANGCAO_WEBHOOK_HOSTS 并重启服务",
            f"The host {asked} is not on the list. Ask the administrator to add it to LIANGCAO_WEBHOOK_HOSTS, then"
            " restart",
            field="url",
        )
    return parts


def _wrong_url(url: str) -> Invalid:
    return Invalid(
        "WEBHOOK_URL_INVALID",
        f"地址“{url[:100]}”不对:要以 https:// 开头,不带用户名、密码和 # 后的部分",
        f'"{url[:100]}" is no address for this: it must begin with https://, without user, password or fragment',
        field="url",
    )


def check_address(text: str, networks: Iterable[Network] = ()) -> None:
    """Raise NotDelivered unless the address is a public one, or in one of the private networks that were allowed."""
    address: Any = ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    if any(address in network for network in networks):
        return
    if not address.is_global or any(address in never for never in NEVER):
        raise NotDelivered(f"{text} is not a public address")


class WebhookTransport:
    """Carries messages as signed JSON over HTTPS."""

    def __init__(
        self,
        *,
        hosts: Iterable[str],
        networks: Iterable[Network] = (),
        resolve: Resolve = socket.getaddrinfo,
        context: SSLContext | None = None,
    ) -> None:
        self._hosts, self._networks = tuple(hosts), tuple(networks)
        self._resolve, self._context = resolve, context

    def deliver(self, envelope: Envelope) -> str:
        """POST once. Raises NotDelivered, or OSError when nobody answers."""
        parts = check_url(envelope.address, self._hosts)
        host, port = str(parts.hostname), parts.port or HTTPS
        body = _body(envelope)
        connection = _Pinned(host, port, self._checked(host, port), context=self._context or create_default_context())
        guard = threading.Timer(WHOLE_SECONDS, connection.break_off)
        guard.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body=body, headers=_headers(envelope, body))
            status = connection.getresponse().status
        finally:
            guard.cancel()
            connection.close()
        if not 200 <= status < 300:
            raise NotDelivered(f"{host} answered {status}" + (": redirects are not followed" if status < 400 else ""))
        return f"{host}: {status}"

    def _checked(self, host: str, port: int) -> str:
        """The address to connect to. One bad answer among the good ones refuses them all."""
        found = [answer[4][0] for answer in self._resolve(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            check_address(address, self._networks)
        if not found:
            raise NotDelivered(f"{host} has no address")
        return str(found[0])


class _Pinned(HTTPSConnection):
    """Connects to the address that was checked; the certificate is still the name's."""

    def __init__(self, host: str, port: int, address: str, *, context: SSLContext) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), TIMEOUT_SECONDS)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)

    def break_off(self) -> None:
        """End a conversation that drags on."""
        if self.sock is not None:
            self.sock.close()


def _body(envelope: Envelope) -> bytes:
    told = {
        "id": str(envelope.id),
        "subject": envelope.subject,
        "body": envelope.body,
        "at": envelope.created_at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(envelope: Envelope, body: bytes) -> dict[str, str]:
    moment = str(int(time.time()))
    key = signing_key(bureau_id=envelope.bureau_id, url=envelope.address)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "liangcao",
        "Liangcao-Id": str(envelope.id),
        "Liangcao-Timestamp": moment,
        "Liangcao-Signature": signature(key, str(envelope.id), moment, body),
    }


def signature(key: str, message_id: str, moment: str, body: bytes) -> str:
    """v1=HMAC-SHA-256 over "id.timestamp.body": proves the sender, and with the timestamp stops replays."""
    signed = f"{message_id}.{moment}.".encode() + body
    return "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
