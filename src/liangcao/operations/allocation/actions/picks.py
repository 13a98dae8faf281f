"""What dispatch tells about picks: which delivery took them, which went back to the shelf."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.operations.allocation.models import Plan, PlanPick


@transaction.atomic
def mark_picks(*, plan: Plan, refs: Mapping[int, str], by: Actor, at: datetime) -> None:
    """Note on picks (id → delivery number) that a delivery carries them. Inside the caller's act, which locked it."""
    picks = list(PlanPick.objects.filter(plan_line__plan=plan, pk__in=refs))
    for pick in picks:
        pick.delivery_ref = refs[pick.pk]
    PlanPick.objects.bulk_update(picks, ["delivery_ref"], batch_size=500)
    record(by=by, at=at, action="mark_picks", object_kind="plan", object_ref=plan.number, bureau_id=plan.bureau_id)


@transaction.atomic
def mark_released(*, plan: Plan, pick_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Note that what these picks held was given back. Inside the caller's act, which posts the move."""
    PlanPick.objects.filter(plan_line__plan=plan, pk__in=set(pick_ids)).update(quantity_released=F("quantity"))
    record(by=by, at=at, action="mark_released", object_kind="plan", object_ref=plan.number, bureau_id=plan.bureau_id)
