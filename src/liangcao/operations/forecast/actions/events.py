"""复工、开学: say on which day how many people begin to need supplies, change it, take it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_reason
from liangcao.operations.forecast import norms, rules
from liangcao.operations.forecast.models import NeedEvent
from liangcao.reference.parties.queries import organisations, regions


@dataclass(frozen=True)
class EventInput:
    """One unit, or all of a kind (in a division) with how many they are; their people together; from which day."""

    occasion: str
    headcount: int
    begins_on: date
    reason: str
    organisation_id: int | None = None
    kind: str = ""
    region_id: int | None = None
    units: int = 1


@transaction.atomic
def make_need_event(*, bureau_id: int, event: EventInput, by: Actor, at: datetime, client_id: UUID) -> NeedEvent:
    """From a day on so many more people need supplies by the norm.

    Raises Invalid OCCASION_UNKNOWN, HEADCOUNT_INVALID, DAY_INVALID, ORGANISATION_UNKNOWN, KIND_UNKNOWN, REGION_UNKNOWN,
    REASON_MISSING, all at once.
    """
    guard.check(by, "edit", "need_event", bureau_id=bureau_id)
    body = {"bureau": bureau_id} | asdict(event)
    done = claim(client_id=client_id, action="make_need_event", body=body, by=by, at=at)
    if done:
        return norms.need_event_by_id(by, int(done))
    made = _written(bureau_id, event, None, by=by, at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def change_need_event(*, event_id: int, event: EventInput, by: Actor, at: datetime, client_id: UUID) -> NeedEvent:
    """The event is ended and said again as it is known now. Raises as `make_need_event`, Conflict STATE_CONFLICT."""
    held = norms.need_event_by_id(by, event_id)
    guard.check(by, "edit", "need_event", bureau_id=held.bureau_id, row=held)
    body = {"event": event_id} | asdict(event)
    done = claim(client_id=client_id, action="change_need_event", body=body, by=by, at=at)
    if done:
        return norms.need_event_by_id(by, int(done))
    held = _standing(event_id, by=by)
    made = _written(held.bureau_id, event, held, by=by, at=at)
    _end(held, made.reason, by=by, at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def cancel_need_event(*, event_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> NeedEvent:
    """It adds nothing to the forecast any more. Raises Invalid REASON_MISSING, Conflict STATE_CONFLICT."""
    held = norms.need_event_by_id(by, event_id)
    guard.check(by, "edit", "need_event", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="取消需求事件", what_en="Cancelling an event")
    if claim(client_id=client_id, action="cancel_need_event", body={"event": event_id, "reason": reason}, by=by, at=at):
        return held
    held = _standing(event_id, by=by)
    _end(held, reason, by=by, at=at)
    record(
        by=by, at=at, action="cancel_need_event", object_kind="need_event", object_ref=str(held.pk),
        bureau_id=held.bureau_id, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _standing(event_id: int, *, by: Actor) -> NeedEvent:
    locked(NeedEvent.objects.all(), [event_id])
    held = norms.need_event_by_id(by, event_id)
    rules.check_stands(held, zh="该需求事件", en="The event")
    return held


def _end(held: NeedEvent, reason: str, *, by: Actor, at: datetime) -> None:
    held.ended_at, held.ended_by, held.ended_reason = at, by.name, reason
    held.save(update_fields=["ended_at", "ended_by", "ended_reason"])


def _written(bureau_id: int, event: EventInput, follows: NeedEvent | None, *, by: Actor, at: datetime) -> NeedEvent:
    """The checked event as a new row, with its line in the journal."""
    problems = list[Refusal]()
    kind, reason = event.kind, ""
    with collected(problems):
        rules.check_occasion(event.occasion)
    with collected(problems):
        rules.check_people(event.headcount, field="headcount", zh="人数", en="head-count")
    with collected(problems):
        rules.check_people(event.units, field="units", zh="单位数", en="number of units")
    with collected(problems):
        rules.check_day(event.begins_on, field="begins_on")
    with collected(problems):
        reason = check_reason(event.reason, what_zh="登记需求事件", what_en="An event")
    with collected(problems):
        kind = _kind_of(bureau_id, event, by=by)
    raise_all(problems)
    is_one = event.organisation_id is not None
    made = NeedEvent.objects.create(
        bureau_id=bureau_id, occasion=event.occasion, organisation_id=event.organisation_id, kind=kind,
        region_id=None if is_one else event.region_id, headcount=event.headcount, units=1 if is_one else event.units,
        begins_on=event.begins_on, reason=reason, follows=follows, made_by=by.name, made_user_id=by.user_id, made_at=at,
    )  # fmt: skip
    record(
        by=by, at=at, action="change_need_event" if follows else "make_need_event", object_kind="need_event",
        object_ref=str(made.pk), bureau_id=bureau_id, reason=reason,
        after={
            "occasion": event.occasion, "kind": kind, "headcount": made.headcount, "units": made.units,
            "begins_on": str(made.begins_on), "follows": follows.pk if follows else None,
        },
    )  # fmt: skip
    return made


def _kind_of(bureau_id: int, event: EventInput, *, by: Actor) -> str:
    """The kind of organisation that the event is of. Raises Invalid ORGANISATION_UNKNOWN, KIND_UNKNOWN,
    REGION_UNKNOWN."""
    if event.organisation_id is None:
        rules.check_kind(event.kind)
        if event.region_id is not None and not regions(by).filter(pk=event.region_id).exists():
            raise Invalid("REGION_UNKNOWN", "没有这个区划", "No such division", field="region")
        return event.kind
    found = organisations(by, bureau_id=bureau_id).filter(pk=event.organisation_id).first()
    if found is None:
        raise Invalid("ORGANISATION_UNKNOWN", "没有这个单位", "No such organisation", field="organisation")
    rules.check_kind(found.kind)
    return found.kind
