"""E-mail: by SMTP, or into a folder where no mail server is set (the demo, a first look, tests)."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from pathlib import Path
from smtplib import SMTP as Session
from smtplib import SMTP_SSL
from ssl import create_default_context
from urllib.parse import unquote, urlsplit

from liangcao.foundation.outbox.transports import Envelope, Transport

TIMEOUT_SECONDS = 20
PLAIN, ENCRYPTED = "smtp", "smtps"


def mail_transport(url: str, *, sender: str, folder: Path) -> Transport:
    """The transport that LIANGCAO_MAIL names: smtp://user:password@host:587, smtps://host:465, or none: a folder.

    Raises ValueError for another scheme or an address without host.
    """
    if not url:
        return FolderMail(folder, sender)
    parts = urlsplit(url)
    if parts.scheme not in (PLAIN, ENCRYPTED) or not parts.hostname:
        raise ValueError("LIANGCAO_MAIL: write smtp://user:password@host:587 or smtps://host:465")
    return SmtpMail(
        host=parts.hostname,
        port=parts.port or (465 if parts.scheme == ENCRYPTED else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_encrypted=parts.scheme == ENCRYPTED,
        sender=sender,
    )


def composed(envelope: Envelope, sender: str) -> EmailMessage:
    """The mail. Its Message-ID is made of the message's id: a mailbox shows a repeated delivery once."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(envelope.subject.split())
    mail["From"] = sender
    mail["To"] = " ".join(envelope.address.split())
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<{envelope.id}@{parseaddr(sender)[1].rpartition('@')[2] or 'liangcao.invalid'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(envelope.body)
    return mail


@dataclass(frozen=True)
class SmtpMail:
    """Hands mails to a mail server, always over TLS where a password is sent."""

    host: str
    port: int
    user: str
    password: str
    is_encrypted: bool
    sender: str

    def deliver(self, envelope: Envelope) -> str:
        """One session, one mail. Raises OSError or SMTPException when the server does not take it."""
        with self._session() as session:
            if self.user:
                session.login(self.user, self.password)
            session.send_message(composed(envelope, self.sender))
        return f"{self.host}: accepted"

    def _session(self) -> Session:
        if self.is_encrypted:
            return SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=create_default_context())
        session = Session(self.host, self.port, timeout=TIMEOUT_SECONDS)
        session.ehlo()
        if session.has_extn("starttls"):
            session.starttls(context=create_default_context())
        elif self.user:
            session.close()
            raise OSError(f"{self.host} offers no STARTTLS: the password is not sent in the clear")
        return session


@dataclass(frozen=True)
class FolderMail:
    """Writes mails as files that a mail program opens; a repeated delivery replaces its own file."""

    folder: Path
    sender: str

    def deliver(self, envelope: Envelope) -> str:
        """Write <id>.eml, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".draft-")
        with os.fdopen(handle, "wb") as file:
            file.write(composed(envelope, self.sender).as_bytes())
        os.replace(draft, self.folder / f"{envelope.id}.eml")
        return f"{envelope.id}.eml"
