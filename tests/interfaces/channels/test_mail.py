"""Mails: one file each where no server is set; over SMTP with the message's id; nothing can be slipped into a header."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from liangcao.foundation.outbox.transports import Envelope
from liangcao.interfaces.channels.mail import FolderMail, SmtpMail, composed, mail_transport

SENDER = "粮草 <liangcao@example.cn>"
AT = datetime(2026, 3, 1, tzinfo=UTC)


def envelope(address: str = "a@example.cn", subject: str = "物资已发出") -> Envelope:
    return Envelope(UUID("0190f7a0-0000-7000-8000-000000000001"), address, subject, "请签收。\n", 1, AT)


def test_without_a_server_each_mail_is_one_file(tmp_path: Path) -> None:
    transport = mail_transport("", sender=SENDER, folder=tmp_path / "mail")
    for _ in range(2):
        transport.deliver(envelope())
    (file,) = (tmp_path / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"], mail.get_content().split()) == ("a@example.cn", "物资已发出", ["请签收。"])
    assert mail["Message-ID"] == "<0190f7a0-0000-7000-8000-000000000001@example.cn>"


def test_a_line_break_begins_no_header() -> None:
    mail = composed(envelope(subject="到货\r\nBcc: b@example.cn"), SENDER)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "到货 Bcc: b@example.cn"


@pytest.mark.parametrize("url", ["http://mail.example.cn", "mail.example.cn:25", "smtp://"])
def test_a_setting_that_says_nothing_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="LIANGCAO_MAIL"):
        mail_transport(url, sender=SENDER, folder=tmp_path)


def test_the_setting_is_read() -> None:
    made = mail_transport("smtps://post%40example.cn:p%3Aw@mail.example.cn", sender=SENDER, folder=Path())
    assert made == SmtpMail("mail.example.cn", 465, "post@example.cn", "p:w", True, SENDER)
    assert isinstance(mail_transport("", sender=SENDER, folder=Path()), FolderMail)


class MailServer:
    """As much of SMTP as one mail needs, without TLS."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        conversation, _ = self.door.accept()
        with conversation, conversation.makefile("rwb") as wire:
            in_data = False

            def say(text: str) -> None:
                wire.write(f"{text}\r\n".encode())
                wire.flush()

            say("220 ready")
            for raw in wire:
                line = raw.decode().rstrip("\r\n")
                self.lines.append(line)
                if in_data and line != ".":
                    continue
                if line.upper() == "DATA":
                    say("354 go on")
                    in_data = True
                elif line.upper() == "QUIT":
                    say("221 bye")
                    return
                else:
                    in_data = False
                    say("250 ok")


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.door.close()
    made.thread.join(10)


def test_a_mail_server_gets_one_mail(server: MailServer) -> None:
    port = server.door.getsockname()[1]
    SmtpMail("127.0.0.1", port, "", "", False, SENDER).deliver(envelope())
    server.thread.join(10)
    assert "rcpt TO:<a@example.cn>" in server.lines
    assert "Message-ID: <0190f7a0-0000-7000-8000-000000000001@example.cn>" in server.lines


def test_a_password_is_never_sent_in_the_clear(server: MailServer) -> None:
    port = server.door.getsockname()[1]
    with pytest.raises(OSError, match="STARTTLS"):
        SmtpMail("127.0.0.1", port, "post", "geheim", False, SENDER).deliver(envelope())
    server.thread.join(10)
    assert not [line for line in server.lines if line.upper().startswith("AUTH")]
