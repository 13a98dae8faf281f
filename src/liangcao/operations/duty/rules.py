"""Who may do what with groups, shifts, swaps, hand-overs and tasks. One rule for button and act."""

from __future__ import annotations

from datetime import datetime, timedelta

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.duty.flow import DUTY_SHIFT_FLOW, HAND_OVER_FLOW, SHIFT_SWAP_FLOW, TASK_FLOW
from liangcao.operations.duty.models import DutyShift, HandOver, ShiftSwap, Task
from liangcao.reference.parties.models import Person

LONGEST_SHIFT = timedelta(hours=24)
FURTHEST_DUE = timedelta(days=400)


class NotYours(Forbidden):
    """The act belongs to the person whose shift, swap or task it is."""


def clock_zh(moment: datetime) -> str:
    """2月3日 20:00."""
    local = moment.astimezone(LOCAL)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def clock_en(moment: datetime) -> str:
    """2020-02-03 20:00."""
    return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def is_person(actor: Actor, *people: Person | None) -> bool:
    """Whether the actor is one of these people."""
    return actor.user_id is not None and actor.user_id in {each.user_id for each in people if each is not None}


def leads(actor: Actor, bureau_id: int) -> bool:
    """Whether the actor keeps the roster: he may act for those who cannot."""
    return guard.can(actor, "edit", "duty", bureau_id=bureau_id)


def check_span(starts_at: datetime, ends_at: datetime, *, row: int | None = None) -> None:
    """Raise Invalid SHIFT_SPAN unless the shift begins before it ends, on whole minutes, within 24 hours."""
    at_zh, at_en = (f"第 {row} 行:", f"row {row}: ") if row else ("", "")
    whole = not any(part.second or part.microsecond for part in (starts_at, ends_at))
    if whole and timedelta(0) < ends_at - starts_at <= LONGEST_SHIFT:
        return
    raise Invalid(
        "SHIFT_SPAN",
        f"{at_zh}班次 {clock_zh(starts_at)} 至 {clock_zh(ends_at)} 不对:须先起后止、整分钟、不超过 24 小时",
        f"{at_en}a shift from {clock_en(starts_at)} to {clock_en(ends_at)} cannot be: it begins before it ends, on "
        f"whole minutes, and lasts at most 24 hours",
        field="ends_at",
        row=row,
    )


def check_can_cancel_shift(actor: Actor, shift: DutyShift, *, at: datetime) -> None:
    """Who keeps the roster, before the shift begins."""
    guard.check(actor, "edit", "duty", bureau_id=shift.bureau_id)
    check_step(DUTY_SHIFT_FLOW, shift.status, "cancelled", what_zh="班次", what_en="The shift")
    if shift.starts_at <= at:
        raise Conflict(
            "SHIFT_BEGUN",
            f"班次已于 {clock_zh(shift.starts_at)} 开始,不能取消;换人请用“换班”",
            f"The shift began at {clock_en(shift.starts_at)} and cannot be cancelled; to change the person ask for a "
            f"swap",
        )


def can_cancel_shift(actor: Actor, shift: DutyShift, at: datetime) -> bool:
    """Whether `check_can_cancel_shift` lets it pass."""
    return guard.passes(lambda: check_can_cancel_shift(actor, shift, at=at))


def check_can_ask_swap(actor: Actor, shift: DutyShift, *, at: datetime) -> None:
    """The person of the shift or who keeps the roster, until it ends."""
    guard.check(actor, "swap", "duty", bureau_id=shift.bureau_id)
    if not is_person(actor, shift.person) and not leads(actor, shift.bureau_id):
        raise NotYours(
            "NOT_YOUR_SHIFT",
            f"这是{shift.person.name}的班次,请由本人或排班人提出换班",
            f"This is the shift of {shift.person.name}; he or who keeps the roster asks for a swap",
        )
    if shift.status != "planned" or shift.ends_at <= at:
        raise Conflict("SHIFT_OVER", "班次已结束或已取消,不能换班", "The shift is over or cancelled")


def can_ask_swap(actor: Actor, shift: DutyShift, at: datetime) -> bool:
    """Whether `check_can_ask_swap` lets it pass."""
    return guard.passes(lambda: check_can_ask_swap(actor, shift, at=at))


def check_can_answer_swap(actor: Actor, swap: ShiftSwap, target: str) -> None:
    """Accepted or declined by the person asked, withdrawn by the one who asked; nobody answers for himself."""
    guard.check(actor, "swap", "duty", bureau_id=swap.bureau_id)
    withdraws = target == "withdrawn"
    person = swap.from_person if withdraws else swap.to_person
    allowed = is_person(actor, person) or (withdraws and leads(actor, swap.bureau_id))
    if not allowed:
        raise NotYours(
            "NOT_YOUR_SWAP",
            f"这次换班须由{person.name}本人{'撤回' if withdraws else '答复'}",
            f"This swap is for {person.name} to {'withdraw' if withdraws else 'answer'}",
        )
    check_step(SHIFT_SWAP_FLOW, swap.status, target, what_zh="换班请求", what_en="The swap")


def can_answer_swap(actor: Actor, swap: ShiftSwap, target: str) -> bool:
    """Whether `check_can_answer_swap` lets it pass."""
    return guard.passes(check_can_answer_swap, actor, swap, target)


def check_can_hand_over(actor: Actor, shift: DutyShift, *, at: datetime) -> None:
    """The person or deputy of a shift that has begun, or who keeps the roster."""
    guard.check(actor, "sign", "hand_over", bureau_id=shift.bureau_id)
    if not is_person(actor, shift.person, shift.deputy) and not leads(actor, shift.bureau_id):
        raise NotYours(
            "NOT_YOUR_SHIFT",
            f"这是{shift.person.name}的班次,请由本人、副班或排班人交班",
            f"This is the shift of {shift.person.name}; he, his deputy or who keeps the roster hands it over",
        )
    if shift.status != "planned" or shift.starts_at > at:
        raise Conflict(
            "SHIFT_NOT_BEGUN",
            f"班次 {clock_zh(shift.starts_at)} 才开始(或已取消),现在不能交班",
            f"The shift begins at {clock_en(shift.starts_at)} (or is cancelled); it cannot be handed over now",
        )


def can_hand_over(actor: Actor, shift: DutyShift, at: datetime) -> bool:
    """Whether `check_can_hand_over` lets it pass and nobody has done it yet."""
    return not hasattr(shift, "hand_over") and guard.passes(lambda: check_can_hand_over(actor, shift, at=at))


def check_can_take_over(actor: Actor, hand_over: HandOver) -> None:
    """The next shift's person or deputy, or where there is no next shift any other colleague who may. Never the one
    who signed."""
    guard.check(actor, "take", "hand_over", bureau_id=hand_over.bureau_id)
    check_step(
        HAND_OVER_FLOW, hand_over.status, "taken", what_zh=f"交接单 {hand_over.number} ",
        what_en=f"Hand-over {hand_over.number}",
    )  # fmt: skip
    same = actor.user_id == hand_over.signed_user_id if actor.user_id else actor.name == hand_over.signed_by
    if same:
        raise NotYours(
            "TAKES_OWN_HAND_OVER",
            f"{hand_over.number} 由您交班,须由接班人签字",
            f"You signed {hand_over.number}; who comes next takes it over",
        )
    following = hand_over.next_shift
    if following is None or is_person(actor, following.person, following.deputy) or leads(actor, hand_over.bureau_id):
        return
    raise NotYours(
        "NOT_YOUR_SHIFT",
        f"下一班是{following.person.name},请由本人或副班接班",
        f"The next shift is {following.person.name}'s; he or his deputy takes it over",
    )


def can_take_over(actor: Actor, hand_over: HandOver) -> bool:
    """Whether `check_can_take_over` lets it pass."""
    return guard.passes(check_can_take_over, actor, hand_over)


def _holds(actor: Actor, task: Task) -> bool:
    gave = actor.user_id == task.given_user_id if actor.user_id else actor.name == task.given_by
    return gave or is_person(actor, task.owner)


def check_can_end_task(actor: Actor, task: Task, target: str) -> None:
    """Done: owner, giver, or who keeps the roster. Cancelled and open again: giver, owner or who keeps the roster."""
    guard.check(actor, "end", "task", bureau_id=task.bureau_id)
    if not _holds(actor, task) and not leads(actor, task.bureau_id):
        raise NotYours(
            "NOT_YOUR_TASK",
            f"{task.number} 交给{task.owner.name},请由承办人、交办人或值班负责人办理",
            f"{task.number} belongs to {task.owner.name}; the owner, the giver or who keeps the roster ends it",
        )
    check_step(TASK_FLOW, task.status, target, what_zh=f"交办事项 {task.number} ", what_en=f"Task {task.number}")


def check_can_reassign(actor: Actor, task: Task) -> None:
    """An open task: its owner, its giver, or whoever may give tasks himself."""
    guard.check(actor, "end", "task", bureau_id=task.bureau_id)
    if not _holds(actor, task) and not guard.can(actor, "give", "task", bureau_id=task.bureau_id):
        raise NotYours(
            "NOT_YOUR_TASK",
            f"{task.number} 交给{task.owner.name},请由承办人、交办人或可以交办的人转办",
            f"{task.number} belongs to {task.owner.name}; the owner, the giver or who may give tasks passes it on",
        )
    if task.status != "open":
        state = TASK_FLOW[task.status]
        raise Conflict(
            "STATE_CONFLICT",
            f"{task.number} {state.zh},不能转办;还要办的话先“重新办理”",
            f"{task.number} is {state.en} and cannot be passed on; if it is still to be done, open it again first",
        )


def can_reassign(actor: Actor, task: Task) -> bool:
    """Whether `check_can_reassign` lets it pass."""
    return guard.passes(check_can_reassign, actor, task)


def can_end_task(actor: Actor, task: Task, target: str) -> bool:
    """Whether `check_can_end_task` lets it pass."""
    return guard.passes(check_can_end_task, actor, task, target)


def check_due(due_at: datetime, *, at: datetime) -> None:
    """Raise Invalid DUE_PAST or DUE_TOO_FAR."""
    if due_at <= at:
        raise Invalid(
            "DUE_PAST",
            f"时限 {clock_zh(due_at)} 已经过了(现在 {clock_zh(at)}),请改为以后的时间",
            f"The due time {clock_en(due_at)} has passed (it is {clock_en(at)}); name a later one",
            field="due_at",
        )
    if due_at > at + FURTHEST_DUE:
        raise Invalid(
            "DUE_TOO_FAR",
            f"时限 {clock_en(due_at)} 在 {FURTHEST_DUE.days} 天以后,请核对年份",
            f"The due time {clock_en(due_at)} lies more than {FURTHEST_DUE.days} days ahead; check the year",
            field="due_at",
        )
