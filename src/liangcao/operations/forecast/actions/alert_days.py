"""告急天数: say from how few days of cover on something is an alert."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_reason
from liangcao.operations.forecast import rules
from liangcao.operations.forecast.alerting import alert_days, alert_days_set
from liangcao.operations.forecast.models import AlertDays


@transaction.atomic
def set_alert_days(*, bureau_id: int, days: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> AlertDays:
    """From now on less than `days` days of cover is an alert, for items and for units of the front line.

    Raises Invalid ALERT_DAYS_INVALID, REASON_MISSING, both at once.
    """
    guard.check(by, "edit", "norm", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "days": days, "reason": reason}
    done = claim(client_id=client_id, action="set_alert_days", body=body, by=by, at=at)
    if done:
        return alert_days_set(by, bureau_id).get(pk=int(done))
    problems = list[Refusal]()
    with collected(problems):
        rules.check_alert_days(days)
    with collected(problems):
        reason = check_reason(reason, what_zh="改告急天数", what_en="Changing the days of an alert")
    raise_all(problems)
    before = alert_days(by, bureau_id)
    made = AlertDays.objects.create(
        bureau_id=bureau_id, days=days, reason=reason, made_by=by.name, made_user_id=by.user_id, made_at=at
    )
    record(
        by=by, at=at, action="set_alert_days", object_kind="alert_days", object_ref=str(made.pk), bureau_id=bureau_id,
        before={"days": before}, after={"days": days}, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made
