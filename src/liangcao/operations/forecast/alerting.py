"""From how few days of cover on something is an alert: what the bureau has set, or three days."""

from __future__ import annotations

from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.forecast.models import AlertDays
from liangcao.operations.forecast.outlook import LEAST_DAYS


def alert_days_set(actor: Actor, bureau_id: int) -> QuerySet[AlertDays]:
    """What was ever set, the latest first."""
    rows: QuerySet[AlertDays] = AlertDays.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return rows.order_by("-pk")


def alert_days(actor: Actor, bureau_id: int) -> int:
    """Days of cover below which the bureau wants to be told; three where it has set nothing."""
    latest = alert_days_set(actor, bureau_id).first()
    return latest.days if latest else LEAST_DAYS
