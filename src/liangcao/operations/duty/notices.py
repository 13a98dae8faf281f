"""What of duty waits for one person, in one sentence for the outbox."""

from __future__ import annotations

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.duty.models import HandOver, ShiftSwap, Task, TaskEvent
from liangcao.operations.duty.rules import clock_en, clock_zh
from liangcao.reference.parties.models import Person


def given(task: Task) -> Notice | None:
    """The owner of a task is told, unless he gave it to himself or cannot log in. The task's own words stay inside:
    a mail is read by others, too."""
    zh = f"交办事项 {task.number} 等待您办理,时限 {clock_zh(task.due_at)}"
    en = f"Task {task.number} waits for you, due {clock_en(task.due_at)}"
    return _of_task(task, "given", task.owner, "end", zh, en, by_user_id=task.given_user_id)


def passed_on(task: Task, event: TaskEvent, *, by: Actor) -> Notice | None:
    """The new owner of a task is told."""
    zh = f"交办事项 {task.number} 转给您办理,时限 {clock_zh(task.due_at)}"
    en = f"Task {task.number} was passed on to you, due {clock_en(task.due_at)}"
    return _of_task(task, f"passed on {event.pk}", task.owner, "end", zh, en, by_user_id=by.user_id)


def taken_off(task: Task, event: TaskEvent, previous: Person, *, by: Actor) -> Notice | None:
    """Who had a task is told that somebody else has it now."""
    zh = f"交办事项 {task.number} 已转给别人,您不用再办"
    en = f"Task {task.number} was passed on to somebody else; it is yours no more"
    return _of_task(task, f"taken off {event.pk}", previous, "view", zh, en, by_user_id=by.user_id)


def _of_task(
    task: Task, what: str, person: Person, act: str, zh: str, en: str, *, by_user_id: int | None
) -> Notice | None:
    if person.user_id is None or person.user_id == by_user_id:
        return None
    return Notice(
        key=f"{task.bureau_id} {task.number} {what}",
        zh=zh,
        en=en,
        page="task",
        page_id=task.pk,
        bureau_id=task.bureau_id,
        object_name="task",
        act=act,
        user_id=person.user_id,
    )


def swap_asked(swap: ShiftSwap) -> Notice | None:
    """A swap for the person who is asked."""
    if swap.to_person.user_id is None:
        return None
    return Notice(
        key=f"{swap.bureau_id} swap {swap.pk} asked",
        zh=f"有人请您换班:{clock_zh(swap.shift.starts_at)} 开始的班次,等待您答复",
        en=f"You are asked to take the shift that begins at {clock_en(swap.shift.starts_at)}",
        page="shift",
        page_id=swap.shift_id,
        bureau_id=swap.bureau_id,
        object_name="duty",
        act="swap",
        user_id=swap.to_person.user_id,
    )


def hand_over_signed(held: HandOver) -> Notice | None:
    """A hand-over for who comes next."""
    user_id = held.next_shift.person.user_id if held.next_shift else None
    if user_id is None:
        return None
    return Notice(
        key=f"{held.bureau_id} {held.number} signed",
        zh=f"交接单 {held.number} 等待您接班签字",
        en=f"Hand-over {held.number} waits for your signature",
        page="hand_over",
        page_id=held.pk,
        bureau_id=held.bureau_id,
        object_name="hand_over",
        act="take",
        user_id=user_id,
    )
