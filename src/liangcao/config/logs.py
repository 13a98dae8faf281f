"""One line for each event: when, how grave, which request, what; as text or as JSON. No number of a person, no line
that somebody else wrote."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")
_ZONE = ZoneInfo("Asia/Shanghai")
# Numbers of an identity card (18 digits, the last may be X) and of a mobile telephone, also with blanks or hyphens.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{6}[ -]?(?:19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])")
_SECRET = re.compile(r"(?i)\b(bearer|token|password|passwd|secret|csrfmiddlewaretoken)([=: ]+)[^\s&,;'\"]{6,}")
# Links that whoever holds them may use: the last part of the address is the secret.
_SECRET_PATH = re.compile(r"/(invitations|password|first-start|receipts)/[^\s/?\"']{8,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def without_persons(text: str) -> str:
    """The text with numbers of persons and secrets blotted out."""
    text = _IDENTITY.sub("[identity number]", text)
    text = _MOBILE.sub("[telephone]", text)
    text = _SECRET_PATH.sub(r"/\1/[secret]", text)
    return _SECRET.sub(r"\1\2[secret]", text)


def visible(text: str) -> str:
    """The text with control characters written out: nobody forges a line or colours a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


class _Lines(logging.Formatter):
    """What both shapes share."""

    def parts(self, record: logging.LogRecord) -> dict[str, str]:
        """Moment, level, logger, request, message and trace of an event."""
        made = {
            "at": datetime.fromtimestamp(record.created, _ZONE).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            # Django names the request of what it logs after the last of our own code.
            "request": getattr(getattr(record, "request", None), "request_id", "") or REQUEST_ID.get(),
            "message": visible(without_persons(record.getMessage())).replace("\n", "\\n"),
        }
        # A forged host and the like are refusals, not faults: a thousand of them fill no disk with traces.
        fault = vars(record).get("exc_info")
        if fault and not record.name.startswith("django.security."):
            made["trace"] = visible(without_persons(self.formatException(fault)))
        return made


class TextLines(_Lines):
    """For a person: the event on one line, a trace indented below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The event as text."""
        made = self.parts(record)
        trace = made.pop("trace", "")
        line = " ".join(made.values())
        return line + "".join(f"\n    {part}" for part in trace.splitlines())


class JsonLines(_Lines):
    """For a program: one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The event as JSON."""
        return json.dumps(self.parts(record), ensure_ascii=False)
