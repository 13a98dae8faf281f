"""Tasks 交办: given, done, cancelled, opened again, passed on to somebody else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.duty import notices, queries, rules
from liangcao.operations.duty.actions.people import colleague
from liangcao.operations.duty.flow import TASK_SOURCES
from liangcao.operations.duty.models import Task, TaskEvent
from liangcao.reference.parties.models import Bureau

# A path of our own pages: one slash in front, no second one and no host.
_PAGE = re.compile(r"/(?![/\\])[^\s\\]{0,198}")


@transaction.atomic
def give_task(
    *,
    bureau_id: int,
    text: str,
    owner_id: int,
    due_at: datetime,
    source: str = "note",
    page: str = "",
    subject: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Task:
    """Give somebody something to do by a moment. `page` is the page it was typed on, `subject` what a module gives it
    for. Raises Invalid REQUIRED, TEXT_TOO_LONG, DUE_PAST, DUE_TOO_FAR, TASK_SOURCE_UNKNOWN, PERSON_NOT_APPOINTED,
    PAGE_INVALID, Conflict TASK_SUBJECT_OPEN."""
    guard.check(by, "give", "task", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "text": text, "owner": owner_id, "due": due_at, "source": source, "page": page}
    done = claim(client_id=client_id, action="give_task", body=body, by=by, at=at)
    if done:
        return queries.task(by, int(done))
    text = check_text(text, field="text", zh="事项", en="text", longest=300, is_required=True)
    if source not in TASK_SOURCES:
        raise Invalid(
            "TASK_SOURCE_UNKNOWN",
            f"没有来源“{source[:20]}”;可用:{'、'.join(TASK_SOURCES)}",
            f'There is no source "{source[:20]}"; there are: {", ".join(TASK_SOURCES)}',
            field="source",
        )
    if page and not _PAGE.fullmatch(page):
        raise Invalid("PAGE_INVALID", "相关页面须是本系统内的地址", "The page must be one of ours", field="page")
    rules.check_due(due_at, at=at)
    owner = colleague(by, bureau_id, owner_id, on=business_date(at), field="owner_id")
    _check_subject(by, bureau_id, subject)
    made = Task.objects.create(
        bureau_id=bureau_id, number=next_number(bureau_id=bureau_id, prefix="JB", day=business_date(at)), text=text,
        source=source, owner=owner, due_at=due_at, page=page, subject=subject, given_by=by.name,
        given_user_id=by.user_id, given_at=at, client_id=client_id,
    )  # fmt: skip
    _add_event(made, "given", by=by, at=at)
    record(
        by=by, at=at, action="give_task", object_kind="task", object_ref=made.number, bureau_id=bureau_id,
        after={"owner_id": owner.pk, "due_at": due_at.isoformat(), "source": source},
    )  # fmt: skip
    announce(notices.given(made), at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def complete_task(*, task_id: int, reason: str = "", by: Actor, at: datetime, client_id: UUID) -> Task:
    """Say that it is done, and how. Raises NotYours, Conflict STATE_CONFLICT."""
    return _ended(task_id, "done", reason, by=by, at=at, client_id=client_id)


@transaction.atomic
def cancel_task(*, task_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Task:
    """It need not be done any more, with the reason. Raises NotYours, Invalid REASON_MISSING, Conflict
    STATE_CONFLICT."""
    return _ended(task_id, "cancelled", reason, by=by, at=at, client_id=client_id)


def _ended(task_id: int, target: str, reason: str, *, by: Actor, at: datetime, client_id: UUID) -> Task:
    task, is_claimed = _claimed(task_id, target, {"reason": reason}, by=by, at=at, client_id=client_id)
    if is_claimed:
        return task
    if target == "cancelled":
        reason = check_reason(reason, what_zh="取消交办事项", what_en="cancelling a task")
    reason = check_text(reason, field="reason", zh="说明", en="reason", longest=200)
    task.status, task.ended_at = target, at
    task.save(update_fields=["status", "ended_at"])
    _add_event(task, target, by=by, at=at, reason=reason)
    record(
        by=by, at=at, action="complete_task" if target == "done" else "cancel_task", object_kind="task",
        object_ref=task.number, bureau_id=task.bureau_id, before={"status": "open"}, after={"status": target},
        reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(task.pk))
    return task


@transaction.atomic
def reopen_task(
    *, task_id: int, reason: str, due_at: datetime | None = None, by: Actor, at: datetime, client_id: UUID
) -> Task:
    """Open a task again, with the reason and a new moment where the old one has passed. Raises NotYours, Invalid
    DUE_PAST, REASON_MISSING, Conflict STATE_CONFLICT, TASK_SUBJECT_OPEN."""
    given = {"reason": reason, "due": due_at}
    task, is_claimed = _claimed(task_id, "open", given, by=by, at=at, client_id=client_id)
    if is_claimed:
        return task
    reason = check_reason(reason, what_zh="重新办理", what_en="opening a task again")
    task.due_at = due_at or task.due_at
    rules.check_due(task.due_at, at=at)
    _check_subject(by, task.bureau_id, task.subject)
    before = task.status
    task.status, task.ended_at = "open", None
    task.save(update_fields=["status", "ended_at", "due_at"])
    _add_event(task, "reopened", by=by, at=at, reason=reason)
    record(
        by=by, at=at, action="reopen_task", object_kind="task", object_ref=task.number, bureau_id=task.bureau_id,
        before={"status": before}, after={"status": "open", "due_at": task.due_at.isoformat()}, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(task.pk))
    return task


@transaction.atomic
def reassign_task(*, task_id: int, owner_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Task:
    """Pass an open task on to another owner, with the reason; its moment stays. Raises NotYours, Invalid
    PERSON_NOT_APPOINTED, REASON_MISSING, Conflict STATE_CONFLICT, TASK_SAME_OWNER."""
    task = queries.task(by, task_id)
    guard.check(by, "end", "task", bureau_id=task.bureau_id)
    body = {"task": task_id, "owner": owner_id, "reason": reason}
    if claim(client_id=client_id, action="reassign_task", body=body, by=by, at=at):
        return task
    locked(Task.objects.all(), [task_id])
    task = queries.task(by, task_id)
    rules.check_can_reassign(by, task)
    owner, previous = colleague(by, task.bureau_id, owner_id, on=business_date(at), field="owner_id"), task.owner
    if owner == previous:
        raise Conflict(
            "TASK_SAME_OWNER",
            f"{task.number} 已经由{owner.name}办理,请选另一位",
            f"{task.number} is {owner.name}'s already; choose somebody else",
            field="owner_id",
        )
    reason = check_reason(reason, what_zh="转办", what_en="passing a task on")
    task.owner = owner
    task.save(update_fields=["owner"])
    event = _add_event(task, "reassigned", by=by, at=at, reason=reason)
    record(
        by=by, at=at, action="reassign_task", object_kind="task", object_ref=task.number, bureau_id=task.bureau_id,
        before={"owner_id": previous.pk}, after={"owner_id": owner.pk}, reason=reason,
    )  # fmt: skip
    announce(notices.passed_on(task, event, by=by), at=at)
    announce(notices.taken_off(task, event, previous, by=by), at=at)
    settle(client_id=client_id, ref=str(task.pk))
    return task


def _claimed(
    task_id: int, target: str, given: dict[str, Any], *, by: Actor, at: datetime, client_id: UUID
) -> tuple[Task, bool]:
    """The task under lock, checked for the step; True when the same call was done before."""
    task = queries.task(by, task_id)
    guard.check(by, "end", "task", bureau_id=task.bureau_id)
    body = {"task": task_id, "target": target, **given}
    if claim(client_id=client_id, action="end_task", body=body, by=by, at=at):
        return queries.task(by, task_id), True
    locked(Task.objects.all(), [task_id])
    task = queries.task(by, task_id)
    rules.check_can_end_task(by, task, target)
    return task, False


def _check_subject(by: Actor, bureau_id: int, subject: str) -> None:
    """Of one subject one task is open at a time; the bureau's row is locked, so that two givers never cross."""
    if not subject:
        return
    locked(Bureau.objects.all(), [bureau_id])
    found = queries.open_task_about(by, bureau_id, subject)
    if found is not None:
        raise Conflict(
            "TASK_SUBJECT_OPEN",
            f"同一事项已有交办 {found.number},由{found.owner.name}办理;请在那一条上继续",
            f"{found.number}, with {found.owner.name}, is open for the same matter; go on with that one",
        )


def _add_event(task: Task, kind: str, *, by: Actor, at: datetime, reason: str = "") -> TaskEvent:
    return TaskEvent.objects.create(
        task=task, kind=kind, at=at, owner_id=task.owner_id, due_at=task.due_at, by=by.name, reason=reason
    )
