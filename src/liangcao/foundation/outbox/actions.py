"""Writes of the outbox."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.jobs.actions import enqueue
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.outbox.models import CHANNELS, Message, NoticeSetting, Webhook
from liangcao.foundation.outbox.notices import Notice

DELIVERY, SPREADING = "deliver_message", "spread_notice"
_IDS = UUID("8d0d7c1e-3a57-5b0e-9c43-6f0f2f6d5a10")
_LONGEST_KEY = 120


@transaction.atomic
def send(
    *, channel: str, address: str, subject: str, body: str, bureau_id: int | None, at: datetime, key: str
) -> Message:
    """Write a message to one address, inside the caller's transaction: it leaves when the caller's act is committed.

    `key` says what the message is about (`invitation:42`): the same key to the same address is one message with one
    id, however often it is sent. Raises ValueError for an unknown channel, no address or an overlong key.
    """
    if channel not in CHANNELS or not address or not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError(f"a message needs a known channel, an address and a key: {channel!r} {key!r}")
    to = digest(f"{channel} {address}".encode())[:24]
    message_id = uuid5(_IDS, f"{key} {to}")
    job = enqueue(kind=DELIVERY, payload={"message_id": str(message_id)}, at=at, key=f"{key} {to}", bureau_id=bureau_id)
    message, _ = Message.objects.get_or_create(
        pk=message_id,
        defaults={
            "job": job, "bureau_id": bureau_id, "channel": channel, "address": address, "subject": subject[:200],
            "body": body, "created_at": at,
        },
    )  # fmt: skip
    return message


def settle_delivery(*, message_id: UUID, answer: str, at: datetime) -> None:
    """Note that a message was taken by the other side, and what it said."""
    Message.objects.filter(pk=message_id).update(delivered_at=at, answer=answer[:200])


def announce(notice: Notice | None, *, at: datetime) -> None:
    """Say that something happened that somebody waits for, inside the caller's transaction.

    Who that is and how they want to be told is looked up later, by a job of the outer ring: nothing here waits for it,
    and where nobody has asked to be told nothing is written. None is nobody's notice.
    """
    if notice is None:
        return
    listens = NoticeSetting.objects.exists() or Webhook.objects.filter(
        bureau_id=notice.bureau_id, removed_at=None
    ).exists()  # fmt: skip
    if listens:
        enqueue(kind=SPREADING, payload=asdict(notice), at=at, key=notice.key, bureau_id=notice.bureau_id)
