"""Webhooks go to listed https addresses of public machines, signed, once, and follow nobody elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.outbox.signing import signing_key
from liangcao.foundation.outbox.transports import Envelope
from liangcao.interfaces.channels import webhook
from liangcao.interfaces.channels.webhook import NotDelivered, WebhookTransport, check_address, check_url, networks_from
from tests.rig.strictness import missing

HOSTS = ("hooks.example.cn", "hooks.example.cn:8443")
LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.cn/", "ftp://hooks.example.cn/", "https://", "hooks.example.cn", "https://u:p@hooks.example.cn/",
        "https://hooks.example.cn/#x", "https://hooks.example.cn:x/", "https://hooks.example.cn/a b", "https://钩.cn/",
        "https://hooks.example.cn/\r\nX: y",
    ],
)  # fmt: skip
def test_what_is_no_address_for_it_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, HOSTS)
    assert refused.value.code == "WEBHOOK_URL_INVALID"


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "https://hooks.example.cn.evil.example/", "https://hooks.example.cn:22/", "https://127.0.0.1/"],
)  # fmt: skip
def test_a_host_that_is_not_listed_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, HOSTS)
    assert refused.value.code == "WEBHOOK_HOST_UNLISTED"


def test_a_listed_host_passes_in_any_case() -> None:
    assert check_url("https://HOOKS.example.cn/in?a=1", HOSTS).path == "/in"
    assert check_url("https://hooks.example.cn:8443/in", HOSTS).port == 8443


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::",
    ],
)  # fmt: skip
def test_no_address_inside_is_reached(address: str) -> None:
    with pytest.raises(NotDelivered):
        check_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    check_address(address)


def test_a_private_network_can_be_allowed_this_machine_never() -> None:
    check_address("10.20.1.1", networks_from(["10.20.0.0/16"]))
    with pytest.raises(NotDelivered):
        check_address("10.21.1.1", networks_from(["10.20.0.0/16"]))
    for mistaken in ("127.0.0.0/8", "0.0.0.0/0", "169.254.0.0/16", "::/0", "fe80::/64"):
        with pytest.raises(ValueError, match="this machine"):
            networks_from([mistaken])


# --- against a server of our own


@dataclass
class Receiver:
    """What the other side was sent, and what it answers."""

    port: int
    context: ssl.SSLContext
    status: int = 204
    seen: list[tuple[str, Any, bytes]] = field(default_factory=list)

    def transport(self, *, addresses: tuple[str, ...] = ("127.0.0.1",), networks: Any = LOOPBACK) -> WebhookTransport:
        answers = [(2, 1, 6, "", (address, self.port)) for address in addresses]
        return WebhookTransport(
            hosts=[f"hooks.example.cn:{self.port}"],
            networks=networks,
            resolve=lambda *_, **__: answers,
            context=self.context,
        )

    def envelope(self) -> Envelope:
        url = f"https://hooks.example.cn:{self.port}/in?a=1"
        at = datetime(2026, 3, 1, tzinfo=UTC)
        return Envelope(UUID("0190f7a0-0000-7000-8000-000000000001"), url, "到货", "{}", 7, at)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hooks.example.cn that only this test trusts."""
    folder = tmp_path_factory.mktemp("tls")
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"), "-subj", "/CN=hooks.example.cn",
        "-addext", "subjectAltName=DNS:hooks.example.cn",
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        missing("openssl: not installed")
    return folder


@pytest.fixture
def receiver(certificate: Path) -> Iterator[Receiver]:
    trusting = ssl.create_default_context(cafile=str(certificate / "certificate.pem"))
    made = Receiver(0, trusting)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.seen.append((self.path, self.headers, body))
            self.send_response(made.status)
            self.send_header("Location", f"https://hooks.example.cn:{made.port}/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """The test's own output is enough."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    server.socket = serving.wrap_socket(server.socket, server_side=True)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_it_is_posted_signed_with_one_id(receiver: Receiver) -> None:
    envelope = receiver.envelope()
    assert receiver.transport().deliver(envelope) == "hooks.example.cn: 204"
    ((path, headers, body),) = receiver.seen
    assert path == "/in?a=1"
    assert headers["Liangcao-Id"] == str(envelope.id) == json.loads(body)["id"]
    key = signing_key(bureau_id=7, url=envelope.address)
    signed = f"{envelope.id}.{headers['Liangcao-Timestamp']}.".encode() + body
    assert headers["Liangcao-Signature"] == "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    assert key != signing_key(bureau_id=8, url=envelope.address)


@pytest.mark.parametrize("status", [302, 400, 500])
def test_only_a_yes_counts_and_a_redirect_is_not_followed(status: int, receiver: Receiver) -> None:
    receiver.status = status
    with pytest.raises(NotDelivered, match=str(status)):
        receiver.transport().deliver(receiver.envelope())
    assert [path for path, _, _ in receiver.seen] == ["/in?a=1"]


def test_the_address_is_checked_after_the_name_is_resolved(receiver: Receiver) -> None:
    with pytest.raises(NotDelivered, match="not a public address"):
        receiver.transport(networks=()).deliver(receiver.envelope())
    with pytest.raises(NotDelivered, match=r"169\.254\.169\.254"):
        receiver.transport(addresses=("127.0.0.1", "169.254.169.254")).deliver(receiver.envelope())
    with pytest.raises(NotDelivered, match="no address"):
        receiver.transport(addresses=()).deliver(receiver.envelope())
    assert receiver.seen == []


def test_the_certificate_must_be_the_names(receiver: Receiver) -> None:
    receiver.context = ssl.create_default_context()
    with pytest.raises(ssl.SSLCertVerificationError):
        receiver.transport().deliver(receiver.envelope())


def test_a_server_that_never_answers_is_left(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        receiver.port = silent.getsockname()[1]
        with pytest.raises(OSError, match="timed out"):
            receiver.transport().deliver(receiver.envelope())
