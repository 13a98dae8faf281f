"""Tasks 交办: given, listed, done, cancelled, opened again, passed on."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, RowFilter, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.duty import actions, queries

router = Router(tags=["duty"])


class TaskFilters(PageFilters):
    """Tasks by state, owner (id of a colleague) or text."""

    status: Literal["", "open", "done", "cancelled"] = ""
    owner: RowFilter | None = None
    search: str = Field("", max_length=60)


class TaskIn(Body):
    """Something to do: one line, an owner, a moment."""

    text: str = Field(max_length=300, examples=["联系示例口罩厂,确认明天的产量"])
    owner: RowId = Field(description="Id of a colleague, from GET /colleagues", examples=[1])
    due_at: Moment
    source: Literal["meeting", "call", "note"] = "note"
    bureau: str | None = None


class DoneIn(Body):
    """How it was done."""

    reason: str = Field("", max_length=200)


class WhyIn(Body):
    """Why it need not be done."""

    reason: str = Field(max_length=200)


class AgainIn(Body):
    """Why again, and until when."""

    reason: str = Field(max_length=200)
    due_at: Moment | None = None


class OwnerIn(Body):
    """Who does it from now on, and why."""

    owner: RowId = Field(description="Id of a colleague, from GET /colleagues", examples=[2])
    reason: str = Field(max_length=200)


def show_task(task: Any) -> dict[str, Any]:
    """A task as it stands."""
    return {
        "id": task.pk,
        "number": task.number,
        "text": task.text,
        "source": task.source,
        "owner": {"id": task.owner_id, "name": task.owner.name},
        "due_at": task.due_at.isoformat(),
        "status": task.status,
        "page": task.page,
        "given_by": task.given_by,
        "given_at": task.given_at.isoformat(),
        "ended_at": task.ended_at.isoformat() if task.ended_at else None,
    }


def show_task_whole(door: Door, task_id: int) -> dict[str, Any]:
    """A task with what happened to it."""
    events = [
        {
            "kind": event.kind,
            "at": event.at.isoformat(),
            "owner": {"id": event.owner_id, "name": event.owner.name},
            "by": event.by,
            "reason": event.reason,
        }
        for event in queries.events_of(door.actor, task_id)
    ]
    return show_task(queries.task(door.actor, task_id)) | {"events": events}


def _door_of(request: HttpRequest, task_id: int) -> Door:
    return enter(request, queries.task(request.auth, task_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/tasks", response=Page)
def list_tasks(request: HttpRequest, filters: Query[TaskFilters]) -> dict[str, Any]:
    """Tasks of the bureau, newest first."""
    door = entered(request, filters.bureau, "task")
    rows = queries.tasks(
        door.actor, bureau_id=door.bureau_id, status=filters.status or None, owner_id=filters.owner,
        search=filters.search,
    )  # fmt: skip
    return page(rows, filters, show_task, newest_first=True)


@router.get("/tasks/{int:task_id}", response=dict)
def get_task(request: HttpRequest, task_id: int) -> dict[str, Any]:
    """One task with what happened to it."""
    door = _door_of(request, task_id)
    guard.check(door.actor, "view", "task", bureau_id=door.bureau_id)
    return show_task_whole(door, task_id)


@router.post("/tasks", response={201: dict}, openapi_extra=KEYED)
def give_task(request: HttpRequest, body: TaskIn) -> Status:
    """Give somebody something to do."""
    door = enter(request, body.bureau)
    made = actions.give_task(
        bureau_id=door.bureau_id, owner_id=body.owner, client_id=key_of(request),
        **body.model_dump(exclude={"owner", "bureau"}), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_task_whole(door, made.pk))


@router.post("/tasks/{int:task_id}/completion", response={201: dict}, openapi_extra=KEYED)
def complete_task(request: HttpRequest, task_id: int, body: DoneIn) -> Status:
    """It is done."""
    door = _door_of(request, task_id)
    actions.complete_task(task_id=task_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_task_whole(door, task_id))


@router.post("/tasks/{int:task_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_task(request: HttpRequest, task_id: int, body: WhyIn) -> Status:
    """It need not be done, with the reason."""
    door = _door_of(request, task_id)
    actions.cancel_task(task_id=task_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_task_whole(door, task_id))


@router.post("/tasks/{int:task_id}/reopening", response={201: dict}, openapi_extra=KEYED)
def reopen_task(request: HttpRequest, task_id: int, body: AgainIn) -> Status:
    """Open it again, with the reason and a new moment where the old one has passed."""
    door = _door_of(request, task_id)
    actions.reopen_task(task_id=task_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_task_whole(door, task_id))


@router.post("/tasks/{int:task_id}/reassignment", response={201: dict}, openapi_extra=KEYED)
def reassign_task(request: HttpRequest, task_id: int, body: OwnerIn) -> Status:
    """Pass it on to another owner, with the reason; its moment stays."""
    door = _door_of(request, task_id)
    actions.reassign_task(
        task_id=task_id, owner_id=body.owner, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_task_whole(door, task_id))
