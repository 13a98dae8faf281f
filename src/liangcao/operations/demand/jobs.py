"""The round of demand: a unit is told when its needs go stale."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.registry import periodic
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.demand import notices, queries
from liangcao.operations.demand.models import RequisitionLine
from liangcao.operations.demand.rules import STALE_AFTER
from liangcao.reference.parties.models import Bureau
from liangcao.reference.parties.queries import moment

NAME = "粮草"
EVERY = 600
# Who starts the worker after a pause is not flooded: what went stale earlier stands on the unit's page anyway.
RECENT = timedelta(days=2)


@periodic("announce_stale_needs", seconds=EVERY, zh="提醒单位再确认需求", en="ask units to confirm their needs")
def announce_stale_needs(*, payload: dict[str, Any], at: datetime) -> None:
    """One notice for each unit and day on which lines of it went stale; told again it is the same notice."""
    for bureau_id in Bureau.objects.order_by("pk").values_list("pk", flat=True):
        when = moment(bureau_id, at)
        stale = queries.stale_lines(Actor.system(NAME, bureau_id), bureau_id, at=when)
        first: dict[tuple[int, date], RequisitionLine] = {}
        for line in stale.filter(confirmed_at__gte=when - STALE_AFTER - RECENT).order_by("pk"):
            first.setdefault((line.organisation_id, business_date(line.confirmed_at + STALE_AFTER)), line)
        for (_organisation_id, day), line in first.items():
            announce(notices.to_confirm(line, day), at=when)
