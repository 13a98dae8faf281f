"""Swaps: asked, and accepted, declined or withdrawn. Only the acceptance changes the roster."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.duty import notices, queries, rules
from liangcao.operations.duty.actions.people import colleague
from liangcao.operations.duty.actions.roster import check_free
from liangcao.operations.duty.models import DutyPost, DutyShift, ShiftSwap


@transaction.atomic
def ask_swap(
    *,
    shift_id: int,
    to_person_id: int,
    exchange_for_id: int | None = None,
    reason: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> ShiftSwap:
    """Ask somebody to take a shift, alone or in exchange for one of his. Raises NotYours, Conflict SHIFT_OVER,
    SWAP_OPEN, ShiftsOverlap, Invalid SWAP_SAME_PERSON, EXCHANGE_NOT_HIS."""
    shift = queries.shift(by, shift_id)
    guard.check(by, "swap", "duty", bureau_id=shift.bureau_id)
    body = {"shift": shift_id, "to": to_person_id, "for": exchange_for_id, "reason": reason}
    done = claim(client_id=client_id, action="ask_swap", body=body, by=by, at=at)
    if done:
        return queries.swap(by, int(done))
    exchange = queries.shift(by, exchange_for_id) if exchange_for_id is not None else None
    locked(DutyPost.objects.all(), {shift.post_id, *([exchange.post_id] if exchange else [])})
    shift = queries.shift(by, shift_id)
    exchange = queries.shift(by, exchange.pk) if exchange else None
    rules.check_can_ask_swap(by, shift, at=at)
    reason = check_reason(reason, what_zh="换班", what_en="a swap")
    person = colleague(
        by, shift.bureau_id, to_person_id, on=business_date(shift.starts_at), field="to_person_id", may=queries.ON_DUTY
    )
    if person.pk == shift.person_id:
        raise Invalid("SWAP_SAME_PERSON", "换班对象须是另一个人", "A swap is with another person", field="to_person_id")
    _check_exchange(shift, exchange, person.pk, at=at)
    if shift.swaps.filter(status="asked").exists():
        raise Conflict(
            "SWAP_OPEN",
            "这个班次已有一个待答复的换班请求;请先撤回",
            "This shift has a swap that waits for an answer; withdraw it first",
        )
    _check_both_free(shift, exchange, person.pk)
    made = ShiftSwap.objects.create(
        bureau_id=shift.bureau_id, shift=shift, exchange_for=exchange, from_person=shift.person, to_person=person,
        reason=reason, asked_by=by.name, asked_at=at,
    )  # fmt: skip
    record(
        by=by, at=at, action="ask_swap", object_kind="duty_shift", object_ref=str(shift.pk),
        bureau_id=shift.bureau_id, after={"to_person_id": person.pk, "exchange_for": exchange_for_id}, reason=reason,
    )  # fmt: skip
    announce(notices.swap_asked(made), at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_exchange(shift: DutyShift, exchange: DutyShift | None, person_id: int, *, at: datetime) -> None:
    if exchange is None:
        return
    if exchange.bureau_id != shift.bureau_id or exchange.person_id != person_id or exchange.status != "planned":
        raise Invalid(
            "EXCHANGE_NOT_HIS",
            "用来交换的班次须是对方的、未取消的班次",
            "The shift given in exchange must be a planned one of the other person",
            field="exchange_for_id",
        )
    if exchange.starts_at <= at:
        raise Conflict("SHIFT_OVER", "用来交换的班次已经开始", "The shift given in exchange has begun")


def _check_both_free(shift: DutyShift, exchange: DutyShift | None, person_id: int) -> None:
    """Neither of the two is on another post at the time of his new shift."""
    aside = [shift.pk, *([exchange.pk] if exchange else [])]
    check_free(_as_of(shift, person_id), aside=aside)
    if exchange is not None:
        check_free(_as_of(exchange, shift.person_id), aside=aside)


def _as_of(shift: DutyShift, person_id: int) -> DutyShift:
    """The same shift with another person, not saved."""
    return DutyShift(
        pk=shift.pk, bureau_id=shift.bureau_id, post=shift.post, person_id=person_id, starts_at=shift.starts_at,
        ends_at=shift.ends_at,
    )  # fmt: skip


@transaction.atomic
def accept_swap(*, swap_id: int, answer: str = "", by: Actor, at: datetime, client_id: UUID) -> ShiftSwap:
    """Take the shift (and give one's own in exchange). Raises NotYours, Conflict SHIFT_OVER, SWAP_STALE,
    ShiftsOverlap."""
    swap, is_done = _claimed(swap_id, "accepted", answer, by, at, client_id)
    if is_done:
        return swap
    shift, exchange = swap.shift, swap.exchange_for
    if shift.status != "planned" or shift.ends_at <= at:
        raise Conflict("SHIFT_OVER", "班次已结束或已取消,不能换班", "The shift is over or cancelled")
    if shift.person_id != swap.from_person_id or not _still_stands(swap, exchange, at):
        raise Conflict(
            "SWAP_STALE",
            "排班已有变动,这个换班请求不再成立;请重新提出",
            "The roster has changed and this swap no longer holds; ask again",
        )
    person = colleague(
        by,
        swap.bureau_id,
        swap.to_person_id,
        on=business_date(shift.starts_at),
        field="to_person_id",
        may=queries.ON_DUTY,
    )
    _check_both_free(shift, exchange, person.pk)
    _give(shift, person.pk)
    if exchange is not None:
        _give(exchange, swap.from_person_id)
    return _answered(swap, "accepted", answer, by, at, client_id)


def _still_stands(swap: ShiftSwap, exchange: DutyShift | None, at: datetime) -> bool:
    """Whether the shift given in exchange is still the other person's, in the roster, and before it begins."""
    if exchange is None:
        return True
    return exchange.person_id == swap.to_person_id and exchange.status == "planned" and exchange.starts_at > at


def _give(shift: DutyShift, person_id: int) -> None:
    """Put another person on a shift; a deputy who becomes the person leaves the place of the deputy open."""
    if shift.deputy_id == person_id:
        shift.deputy = None
    shift.person_id = person_id
    shift.save(update_fields=["person", "deputy"])


@transaction.atomic
def decline_swap(*, swap_id: int, answer: str, by: Actor, at: datetime, client_id: UUID) -> ShiftSwap:
    """Say no, with the reason. Raises NotYours, Conflict STATE_CONFLICT."""
    swap, is_done = _claimed(swap_id, "declined", answer, by, at, client_id)
    if is_done:
        return swap
    answer = check_reason(answer, what_zh="不同意换班", what_en="declining a swap")
    return _answered(swap, "declined", answer, by, at, client_id)


@transaction.atomic
def withdraw_swap(*, swap_id: int, answer: str = "", by: Actor, at: datetime, client_id: UUID) -> ShiftSwap:
    """Take the question back. Raises NotYours, Conflict STATE_CONFLICT."""
    swap, is_done = _claimed(swap_id, "withdrawn", answer, by, at, client_id)
    return swap if is_done else _answered(swap, "withdrawn", answer, by, at, client_id)


def _claimed(
    swap_id: int, target: str, answer: str, by: Actor, at: datetime, client_id: UUID
) -> tuple[ShiftSwap, bool]:
    """The swap under lock, checked for the answer; True when the same call was done before."""
    swap = queries.swap(by, swap_id)
    guard.check(by, "swap", "duty", bureau_id=swap.bureau_id)
    body = {"swap": swap_id, "target": target, "answer": answer}
    if claim(client_id=client_id, action="answer_swap", body=body, by=by, at=at):
        return queries.swap(by, swap_id), True
    locked(DutyPost.objects.all(), {swap.shift.post_id, *([swap.exchange_for.post_id] if swap.exchange_for else [])})
    swap = queries.swap(by, swap_id)
    rules.check_can_answer_swap(by, swap, target)
    return swap, False


def _answered(swap: ShiftSwap, target: str, answer: str, by: Actor, at: datetime, client_id: UUID) -> ShiftSwap:
    swap.status, swap.answered_by, swap.answered_at = target, by.name, at
    swap.answer = check_text(answer, field="answer", zh="说明", en="answer", longest=200)
    swap.save(update_fields=["status", "answered_by", "answered_at", "answer"])
    record(
        by=by, at=at, action=f"swap_{target}", object_kind="duty_shift", object_ref=str(swap.shift_id),
        bureau_id=swap.bureau_id,
        before={"person_id": swap.from_person_id}, after={"person_id": swap.shift.person_id}, reason=swap.answer,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(swap.pk))
    return swap
