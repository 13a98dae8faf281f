"""Delivery of messages: handed over outside any transaction, noted as delivered together with the job's end.

A worker that is killed in between delivers again, under the same id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from liangcao.foundation.jobs.registry import job
from liangcao.foundation.outbox.actions import DELIVERY, settle_delivery
from liangcao.foundation.outbox.models import Message
from liangcao.foundation.outbox.transports import Envelope, transport_for

# 10 s, 20 s … up to an hour apart: a mail server may be away for a night.
ATTEMPTS = 16


def hand_over(*, payload: dict[str, Any], at: datetime) -> str:
    """Give the message to its transport; returns what the other side said."""
    message = Message.objects.get(pk=UUID(payload["message_id"]))
    envelope = Envelope(
        message.pk, message.address, message.subject, message.body, message.bureau_id, message.created_at
    )
    return transport_for(message.channel).deliver(envelope)


@job(DELIVERY, attempts=ATTEMPTS, prepare=hand_over, zh="投递消息", en="deliver a message")
def deliver_message(*, payload: dict[str, Any], at: datetime, prepared: str) -> None:
    """Note the delivery."""
    settle_delivery(message_id=UUID(payload["message_id"]), answer=prepared, at=at)
