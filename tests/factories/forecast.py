"""Norms and need events as a test needs them, through actions only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from liangcao.operations.forecast import actions
from liangcao.operations.forecast.actions import EventInput
from liangcao.operations.forecast.models import AlertDays, NeedEvent, Norm
from tests.factories.world import NOON, TODAY, World


def make_norm(world: World, **more: Any) -> Norm:
    """A mask a day and head in enterprises, from today on."""
    given = {
        "item_id": world.mask.pk, "kind": "enterprise", "per": "head", "quantity": 1, "every": 1,
        "source": "示例文件", "valid_from": TODAY, "by": world.actor("coordinator"), "at": NOON, "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.make_norm(bureau_id=world.bureau.pk, **given)


def event_of(world: World, **more: Any) -> EventInput:
    """200 people of the enterprise from the day after tomorrow on."""
    given = {
        "occasion": "resumption", "headcount": 200, "begins_on": TODAY + timedelta(days=2), "reason": "复工申请已批",
        "organisation_id": world.enterprise.pk,
    } | more  # fmt: skip
    return EventInput(**given)


def make_need_event(world: World, **more: Any) -> NeedEvent:
    """The same, written down."""
    return actions.make_need_event(
        bureau_id=world.bureau.pk, event=event_of(world, **more), by=world.actor("coordinator"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip


def make_alert_days(world: World, days: int = 5) -> AlertDays:
    """The bureau wants to be told earlier."""
    return actions.set_alert_days(
        bureau_id=world.bureau.pk, days=days, reason="示例:采购周期变长", by=world.actor("coordinator"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
