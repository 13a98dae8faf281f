"""When units take goods in and stores give them out; trips are planned by it."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_between
from liangcao.reference.parties.models import Organisation, Store
from liangcao.reference.parties.queries import organisation, store

SERVICE_MINUTES, SERVICE_MINUTES_MOST = 10, 480


@transaction.atomic
def set_delivery_hours(
    *,
    organisation_id: int,
    opens_at: time | None,
    closes_at: time | None,
    service_minutes: int = SERVICE_MINUTES,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Organisation:
    """填写收货时间: from when to when a unit takes goods in, and how long a vehicle stands there.

    Raises NotFound, Forbidden, Invalid HOURS_HALF, HOURS_REVERSED, NUMBER_INVALID (all at once).
    """
    found = organisation(by, organisation_id)
    guard.check(by, "edit", "organisation", bureau_id=found.bureau_id, row=found)
    body = {"id": organisation_id, "hours": [str(opens_at), str(closes_at)], "service": service_minutes}
    if claim(client_id=client_id, action="set_delivery_hours", body=body, by=by, at=at):
        return found
    problems = list[Refusal]()
    with collected(problems):
        check_hours(opens_at, closes_at)
    with collected(problems):
        check_between(
            service_minutes, 0, SERVICE_MINUTES_MOST, field="service_minutes", zh="卸货分钟", en="The minutes to unload"
        )
    raise_all(problems)
    (held,) = locked(Organisation.objects.all(), [found.pk])
    before = said_hours(held.opens_at, held.closes_at)
    held.opens_at, held.closes_at, held.service_minutes = opens_at, closes_at, service_minutes
    held.save(update_fields=["opens_at", "closes_at", "service_minutes"])
    record(
        by=by, at=at, action="set_delivery_hours", object_kind="organisation", object_ref=held.code,
        bureau_id=held.bureau_id, before={"hours": before},
        after={"hours": said_hours(opens_at, closes_at), "service_minutes": service_minutes},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def set_store_hours(
    *, store_id: int, opens_at: time | None, closes_at: time | None, by: Actor, at: datetime, client_id: UUID
) -> Store:
    """填写仓库作业时间: from when to when vehicles leave a store and come back. Raises as `set_delivery_hours`."""
    found = store(by, store_id)
    guard.check(by, "edit", "organisation", bureau_id=found.bureau_id)
    body = {"id": store_id, "hours": [str(opens_at), str(closes_at)]}
    if claim(client_id=client_id, action="set_store_hours", body=body, by=by, at=at):
        return found
    check_hours(opens_at, closes_at)
    (held,) = locked(Store.objects.all(), [found.pk])
    before = said_hours(held.opens_at, held.closes_at)
    held.opens_at, held.closes_at = opens_at, closes_at
    held.save(update_fields=["opens_at", "closes_at"])
    record(
        by=by, at=at, action="set_store_hours", object_kind="store", object_ref=held.code, bureau_id=held.bureau_id,
        before={"hours": before}, after={"hours": said_hours(opens_at, closes_at)},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held


def check_hours(opens_at: time | None, closes_at: time | None) -> None:
    """Both or neither, one before the other on one day. Raises Invalid HOURS_HALF, HOURS_REVERSED."""
    if (opens_at is None) != (closes_at is None):
        raise Invalid(
            "HOURS_HALF",
            "开始和结束时间要么都填,要么都不填",
            "Give both hours, from and until, or neither",
            field="opens_at" if opens_at is None else "closes_at",
        )
    if opens_at is not None and closes_at is not None and opens_at >= closes_at:
        raise Invalid(
            "HOURS_REVERSED",
            f"开始 {opens_at:%H:%M} 须早于结束 {closes_at:%H:%M};跨午夜的请填到 23:59",
            f"It opens at {opens_at:%H:%M}, which is not before it closes at {closes_at:%H:%M}; past midnight: 23:59",
            field="closes_at",
        )


def said_hours(opens_at: time | None, closes_at: time | None) -> str:
    """08:00–17:30, or "" for any time."""
    return "" if opens_at is None or closes_at is None else f"{opens_at:%H:%M}–{closes_at:%H:%M}"
