"""What a published plan holds: less of it, other lots in its place, words for the units."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.api.v1.allocation import door_of_plan, show_plan_whole
from liangcao.interfaces.api.v1.dispatch import door_of_delivery, show_delivery_whole
from liangcao.interfaces.api.v1.doors import KEYED, Body, key_of, language_of
from liangcao.operations.allocation import actions, queries
from liangcao.operations.allocation.announcing import texts_of
from liangcao.operations.dispatch import actions as dispatch
from liangcao.operations.dispatch import queries as deliveries

router = Router(tags=["allocation"])


class ReleaseHeldIn(Body):
    """How many pieces to give back, all without a number; and why."""

    quantity: StrictInt | None = None
    reason: str = Field(max_length=200)


class ReplacementIn(Body):
    """Which lot to hold instead (without it: what expires first), and why."""

    lot: UUID | None = None
    reason: str = Field(max_length=200)


@router.post("/plans/{int:plan_id}/lines/{int:line_id}/release", response={201: dict}, openapi_extra=KEYED)
def release_line(request: HttpRequest, plan_id: int, line_id: int, body: ReleaseHeldIn) -> Status:
    """Give back what a published line holds, all or some of it; the unit is told."""
    door = door_of_plan(request, plan_id)
    if not queries.plan_lines(door.actor, plan_id).filter(pk=line_id).exists():
        raise NotFound("该方案没有这一行", "The plan has no such line", field="line")
    actions.release_line(plan_line_id=line_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_plan_whole(request, plan_id))


@router.post("/plans/{int:plan_id}/picks/{int:plan_pick_id}/replacement", response={201: dict}, openapi_extra=KEYED)
def replace_lot(request: HttpRequest, plan_id: int, plan_pick_id: int, body: ReplacementIn) -> Status:
    """Hold another lot for the same line, because the first is frozen or another lies nearer."""
    door = door_of_plan(request, plan_id)
    if queries.pick(door.actor, plan_pick_id).plan_line.plan_id != plan_id:
        raise NotFound("该方案没有这笔配货", "The plan has no such pick", field="pick")
    actions.replace_lot(
        plan_pick_id=plan_pick_id, lot_id=body.lot, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_plan_whole(request, plan_id))


@router.get("/plans/{int:plan_id}/notices", response=dict)
def plan_notices(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """What each unit gets, one sentence each, for the chat group. Empty before publication."""
    door = door_of_plan(request, plan_id)
    guard.check(door.actor, "view", "plan", bureau_id=door.bureau_id)
    texts = texts_of(door.actor, queries.plan(door.actor, plan_id), language=language_of(request))
    return {"notices": [{"organisation_name": name, "text": text} for name, text in texts]}


@router.post(
    "/deliveries/{int:delivery_id}/lines/{int:delivery_line_id}/substitution",
    response={201: dict},
    openapi_extra=KEYED,
)
def substitute_lot(request: HttpRequest, delivery_id: int, delivery_line_id: int, body: ReplacementIn) -> Status:
    """Take another lot of the same item and store while the delivery is being picked."""
    door = door_of_delivery(request, delivery_id)
    if not deliveries.delivery_lines(door.actor, [delivery_id]).filter(pk=delivery_line_id).exists():
        raise NotFound("该配送单没有这一行", "The delivery has no such line", field="line")
    dispatch.substitute_lot(
        delivery_line_id=delivery_line_id,
        lot_id=body.lot,
        reason=body.reason,
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, show_delivery_whole(door, delivery_id))
