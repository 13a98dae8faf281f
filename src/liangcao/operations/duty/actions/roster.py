"""Posts and shifts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import TextRule, check_reason, check_texts
from liangcao.operations.duty import queries, rules
from liangcao.operations.duty.actions.people import colleague
from liangcao.operations.duty.inputs import ShiftInput
from liangcao.operations.duty.models import DutyPost, DutyShift, ShiftSwap
from liangcao.operations.duty.rules import clock_en, clock_zh

MOST_SHIFTS = 500
_POST_TEXTS = {
    "code": TextRule("编码", "code", 20, is_required=True),
    "name": TextRule("名称", "name", 40, is_required=True),
    "name_en": TextRule("英文名称", "English name", 60),
    "phone": TextRule("值班电话", "telephone", 40),
}


class ShiftsOverlap(Conflict):
    """Somebody is on the post, or the person is on another one, at this time."""


@transaction.atomic
def add_post(
    *,
    bureau_id: int,
    code: str,
    name: str,
    name_en: str = "",
    phone: str = "",
    is_public: bool = False,
    is_always_staffed: bool = True,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> DutyPost:
    """Add a post. A public one is what units call and needs a telephone. Raises Conflict POST_TAKEN, Invalid."""
    guard.check(by, "edit", "duty", bureau_id=bureau_id)
    texts = {"code": code, "name": name, "name_en": name_en, "phone": phone}
    body = {"bureau": bureau_id, "public": is_public, "always": is_always_staffed, **texts}
    done = claim(client_id=client_id, action="add_post", body=body, by=by, at=at)
    if done:
        return queries.post(by, int(done))
    texts = check_texts(_POST_TEXTS, texts)
    if is_public and not texts["phone"]:
        raise Invalid(
            "REQUIRED", "对外公布的岗位须有值班电话", "A post that units may call needs its telephone", field="phone"
        )
    held = DutyPost.objects.filter(bureau_id=bureau_id)
    if held.filter(code=texts["code"]).exists():
        raise Conflict(
            "POST_TAKEN", f"已有编码为 {texts['code']} 的岗位", f"There is a post {texts['code']} already", field="code"
        )
    made = DutyPost.objects.create(
        bureau_id=bureau_id, is_public=is_public, is_always_staffed=is_always_staffed,
        place=(held.aggregate(last=Max("place"))["last"] or 0) + 1, **texts,
    )  # fmt: skip
    record(by=by, at=at, action="add_post", object_kind="duty_post", object_ref=made.code, bureau_id=bureau_id)
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def plan_shifts(
    *, bureau_id: int, shifts: Sequence[ShiftInput], by: Actor, at: datetime, client_id: UUID
) -> list[DutyShift]:
    """Put shifts into the roster, all or none. Raises Invalid SHIFT_SPAN, SHIFT_PAST, DEPUTY_SAME,
    PERSON_NOT_APPOINTED, SHIFTS_MISSING, TOO_MANY, NotFound, ShiftsOverlap; with several, all at once."""
    guard.check(by, "edit", "duty", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "shifts": [vars(each) for each in shifts]}
    done = claim(client_id=client_id, action="plan_shifts", body=body, by=by, at=at)
    if done:
        return _planned(by, bureau_id, done)
    if not shifts or len(shifts) > MOST_SHIFTS:
        raise Invalid(
            "SHIFTS_MISSING" if not shifts else "TOO_MANY",
            f"一次排 1 至 {MOST_SHIFTS} 个班次(现有 {len(shifts)} 个)",
            f"Plan 1 to {MOST_SHIFTS} shifts at once (there are {len(shifts)})",
        )
    posts = {row.pk: row for row in locked(DutyPost.objects.visible_to(by), {each.post_id for each in shifts})}
    drafted: list[DutyShift] = []
    problems: list[Refusal] = []
    for row, each in enumerate(shifts, start=1):
        with collected(problems):
            drafted.append(_drafted(by, bureau_id, posts.get(each.post_id), each, drafted, row, at=at))
    raise_all(problems)
    made = DutyShift.objects.bulk_create(drafted)
    record(
        by=by, at=at, action="plan_shifts", object_kind="roster", object_ref=str(business_date(made[0].starts_at)),
        bureau_id=bureau_id,
        after={"shifts": len(made), "from": clock_en(made[0].starts_at), "to": clock_en(made[-1].ends_at)},
    )  # fmt: skip
    ref = f"{made[0].pk}-{made[-1].pk}"
    settle(client_id=client_id, ref=ref)
    return _planned(by, bureau_id, ref)


def _planned(by: Actor, bureau_id: int, ref: str) -> list[DutyShift]:
    """The shifts that one call planned, as they stand: the first and the last id name them."""
    first, _, last = ref.partition("-")
    rows = queries.shifts(by, bureau_id=bureau_id)
    planned = rows.get(pk=int(first))
    return list(
        rows.filter(
            pk__gte=int(first), pk__lte=int(last), planned_at=planned.planned_at, planned_by=planned.planned_by
        ).order_by("pk")
    )


def _drafted(
    by: Actor,
    bureau_id: int,
    post: DutyPost | None,
    given: ShiftInput,
    before: list[DutyShift],
    row: int,
    *,
    at: datetime,
) -> DutyShift:
    """One shift, checked against the roster and the rows before it."""
    if post is None or post.bureau_id != bureau_id or not post.is_active:
        raise NotFound(
            "未找到该值守岗位,或不在您的范围内", "No such duty post within your scope", field="post", row=row
        )
    rules.check_span(given.starts_at, given.ends_at, row=row)
    if given.ends_at <= at:
        raise Invalid(
            "SHIFT_PAST",
            f"第 {row} 行:班次 {clock_zh(given.ends_at)} 已结束,不能再排",
            f"row {row}: the shift is over since {clock_en(given.ends_at)} and cannot be planned any more",
            field="ends_at", row=row,
        )  # fmt: skip
    if given.deputy_id == given.person_id:
        raise Invalid(
            "DEPUTY_SAME", f"第 {row} 行:副班须是另一个人", f"row {row}: the deputy is another person",
            field="deputy_id", row=row,
        )  # fmt: skip
    on = business_date(given.starts_at)
    person = colleague(by, bureau_id, given.person_id, on=on, field="person_id", row=row, may=queries.ON_DUTY)
    deputy = (
        colleague(by, bureau_id, given.deputy_id, on=on, field="deputy_id", row=row, may=queries.ON_DUTY)
        if given.deputy_id
        else None
    )
    shift = DutyShift(
        bureau_id=bureau_id, post=post, person=person, deputy=deputy, starts_at=given.starts_at, ends_at=given.ends_at,
        planned_by=by.name, planned_at=at,
    )  # fmt: skip
    check_free(shift, before=before, row=row)
    return shift


def check_free(
    shift: DutyShift, *, before: Sequence[DutyShift] = (), aside: Sequence[int] = (), row: int | None = None
) -> None:
    """Raise ShiftsOverlap when the post or the person is taken at this time. `aside` are shifts that are about to
    change."""
    at_zh, at_en = (f"第 {row} 行:", f"row {row}: ") if row else ("", "")
    touching = DutyShift.objects.filter(
        Q(post_id=shift.post_id) | Q(person_id=shift.person_id),
        bureau_id=shift.bureau_id,
        status="planned",
        starts_at__lt=shift.ends_at,
        ends_at__gt=shift.starts_at,
    ).exclude(pk__in=[*aside, *([shift.pk] if shift.pk else [])])
    held = [*touching.select_related("post", "person").order_by("starts_at")[:1]] or [
        other
        for other in before
        if (other.post_id == shift.post_id or other.person_id == shift.person_id)
        and other.starts_at < shift.ends_at
        and other.ends_at > shift.starts_at
    ]
    if not held:
        return
    other = held[0]
    raise ShiftsOverlap(
        "SHIFTS_OVERLAP",
        f"{at_zh}{clock_zh(shift.starts_at)} 至 {clock_zh(shift.ends_at)} 与已排班次重叠:{other.post.name} "
        f"{clock_zh(other.starts_at)} 至 {clock_zh(other.ends_at)}({other.person.name})。请改时间或先取消原班次",
        f"{at_en}{clock_en(shift.starts_at)} to {clock_en(shift.ends_at)} overlaps a shift of the roster: "
        f"{other.post.name}, {clock_en(other.starts_at)} to {clock_en(other.ends_at)} ({other.person.name}). Change "
        f"the time, or cancel that shift first",
        field="starts_at",
        row=row,
    )


@transaction.atomic
def cancel_shift(*, shift_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> DutyShift:
    """Take a shift that has not begun out of the roster. Raises Conflict SHIFT_BEGUN, STATE_CONFLICT."""
    shift = queries.shift(by, shift_id)
    guard.check(by, "edit", "duty", bureau_id=shift.bureau_id)
    if claim(client_id=client_id, action="cancel_shift", body={"shift": shift_id, "reason": reason}, by=by, at=at):
        return queries.shift(by, shift_id)
    locked(DutyPost.objects.all(), [shift.post_id])
    shift = queries.shift(by, shift_id)
    rules.check_can_cancel_shift(by, shift, at=at)
    reason = check_reason(reason, what_zh="取消班次", what_en="cancelling a shift")
    shift.status = "cancelled"
    shift.save(update_fields=["status"])
    # Also those in which it was to be given in exchange: there is nothing to give any more.
    ShiftSwap.objects.filter(Q(shift=shift) | Q(exchange_for=shift), status="asked").update(
        status="withdrawn", answered_by=by.name, answered_at=at, answer="班次已取消"
    )
    record(
        by=by, at=at, action="cancel_shift", object_kind="duty_shift", object_ref=str(shift.pk),
        bureau_id=shift.bureau_id, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(shift.pk))
    return shift
