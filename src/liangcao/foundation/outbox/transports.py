"""What carries a message out. The transports themselves live in interfaces/channels and register here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Envelope:
    """A message as a transport gets it. `id` is the same on every attempt: the receiver can tell a repeated one."""

    id: UUID
    address: str
    subject: str
    body: str
    bureau_id: int | None
    created_at: datetime


class Transport(Protocol):
    """Carries one message. Returns what the other side said; raises when it did not take the message."""

    def deliver(self, envelope: Envelope) -> str:
        """Hand the message over."""


class NoTransport(Exception):
    """No transport carries this channel."""


_TRANSPORTS: dict[str, Transport] = {}


def register(channel: str, transport: Transport) -> None:
    """Let this transport carry the channel; the last one counts."""
    _TRANSPORTS[channel] = transport


def transport_for(channel: str) -> Transport:
    """The transport of a channel. Raises NoTransport."""
    if channel not in _TRANSPORTS:
        raise NoTransport(f"no transport carries {channel!r}")
    return _TRANSPORTS[channel]
