"""Reads of hold-backs: what published plans keep for known later needs, and which of these needs have come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.operations.allocation.models import PlanLine

# Goods are released and sent the day before they are used.
DAYS_BEFORE = 1


def hold_backs(actor: Actor, *, bureau_id: int) -> QuerySet[PlanLine]:
    """Lines of published plans that still keep pieces back, the nearest day first. Each has `quantity_kept` (base
    units) and `due_on`: its day, or for want of one the last of all days."""
    kept = Q(picks__delivery_ref="", picks__quantity_released=0)
    rows = PlanLine.objects.visible_to(actor).filter(
        plan__bureau_id=bureau_id, plan__status="published", is_hold_back=True
    )
    rows = rows.annotate(quantity_kept=Coalesce(Sum("picks__quantity", filter=kept), 0)).filter(quantity_kept__gt=0)
    rows = rows.annotate(due_on=Coalesce("needed_on", Value(date.max)))
    return rows.select_related("plan", "organisation", "item").order_by("due_on", "pk")


def due_by(at: datetime) -> date:
    """The last day whose hold-backs are due at a moment."""
    return business_date(at) + timedelta(days=DAYS_BEFORE)


def waiting(actor: Actor, *, bureau_id: int, at: datetime) -> list[Waiting]:
    """Hold-backs whose day has come, or comes tomorrow, for who may release them."""
    if not guard.can(actor, "release", "plan", bureau_id=bureau_id):
        return []
    due = hold_backs(actor, bureau_id=bureau_id).filter(needed_on__lte=due_by(at)).order_by()
    count, oldest = due.aggregate(n=Count("pk"), oldest=Min("plan__published_at")).values()
    if not count:
        return []
    return [Waiting("hold_backs_due", "到日子要用的预留", "hold-backs that are due", count, oldest, "hold_back_list")]
