"""Tasks 交办: given from any page, listed, ended."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.duty.forms import RemarkForm
from liangcao.interfaces.web.desk.duty.lists import task_listing, task_state
from liangcao.interfaces.web.desk.duty.task_forms import ReassignForm, ReopenForm, TaskForm
from liangcao.interfaces.web.document import Act, Document, Fact
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, moment, named, quantity, said, unit_of
from liangcao.operations.allocation.shortages import gap_ahead, replenishment_of_task, shortage
from liangcao.operations.duty import actions, queries, rules
from liangcao.operations.duty.flow import TASK_EVENTS, TASK_SOURCES


@desk_page("task")
def tasks(request: Any) -> HttpResponse:
    """All tasks, newest first."""
    rows = queries.tasks(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, task_listing(request), rows, title=_("交办事项"), template="desk/duty/tasks.html")


def own_path(text: str) -> str:
    """The path of a page of ours, "" for anything else: what the browser tells is not believed."""
    parts = urlsplit(text)
    if parts.scheme or parts.netloc:
        return ""
    path = parts.path[:200]
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


@desk_page("task", "give")
def task_new(request: Any) -> HttpResponse:
    """One line, an owner, a moment. Afterwards the reader is where he was."""
    page = own_path(request.GET.get("page", ""))
    owner = queries.person_of(request.actor, request.bureau.pk, on=business_date(request.at))
    initial = {"page": page, "owner_id": owner.pk if owner else None}

    def do(values: dict[str, Any]) -> Any:
        return actions.give_task(
            bureau_id=request.bureau.pk, text=values["text"], owner_id=values["owner_id"].pk,
            due_at=values["due_at"], source=values["source"], page=own_path(values["page"]),
            by=request.actor, at=request.at, client_id=values["client_id"],
        )  # fmt: skip

    return act_page(
        request,
        TaskForm(request, initial=initial),
        title=_("交办"),
        button=_("交办"),
        do=do,
        to=lambda made: made.page or reverse("task_list"),
        message=_("已交办,到时限会提醒承办人。"),
        back=page or reverse("task_list"),
    )


@desk_page("task")
def task(request: Any, task_id: int) -> HttpResponse:
    """One task with what happened to it."""
    return document.answer(request, task_paper(request, queries.task(request.actor, task_id)))


def task_paper(request: Any, held: Any) -> Document:
    """The document of a task."""
    events = queries.events_of(request.actor, held.pk)
    columns = (
        Column("at", _("时间"), kind="moment", phone="title"),
        Column("kind", _("经过"), lambda row: TASK_EVENTS[row.kind], phone="main"),
        Column("owner", _("承办人"), lambda row: row.owner.name),
        Column("by", _("经办人")),
        Column("due_at", _("时限"), kind="moment"),
        Column("reason", _("说明")),
    )
    return Document(
        kind=_("交办事项"),
        number=held.number,
        state=task_state(held, request.at),
        facts=[
            Fact(_("事项"), held.text, is_wide=True),
            Fact(_("承办人"), held.owner.name),
            Fact(_("时限"), moment(held.due_at)),
            Fact(_("来源"), said(TASK_SOURCES[held.source])),
            Fact(_("交办人"), held.given_by),
            Fact(_("交办时间"), moment(held.given_at)),
            *_replenished(request, held),
            *([Fact(_("相关页面"), held.page, held.page)] if held.page else []),
        ],
        acts=_acts(request, held),
        tables=[table(columns, events, title=_("经过"))],
        back=(_("交办事项"), address("task_list")),
    )


def _replenished(request: Any, held: Any) -> list[Fact]:
    """What a task is to replenish: the gap then and now, and since when it is closed."""
    if not held.subject or not can(request, "view", "replenishment"):
        return []
    found = replenishment_of_task(request.actor, held.pk)
    if found is None:
        return []
    item, bureau_id = found.item, found.bureau_id
    missing = shortage(request.actor, bureau_id, item, at=request.at).gap
    if found.quantity_ahead:
        missing = max(missing, gap_ahead(request.actor, bureau_id, item, at=request.at))
    if missing:
        state = chip_of(_("还缺 %(count)s") % {"count": in_pieces(missing, item)}, "wait")
    elif found.met_at:
        state = chip_of(_("缺口已补上,自 %(at)s") % {"at": moment(found.met_at)}, "done")
    else:
        state = chip_of(_("缺口已补上"), "done")
    return [
        Fact(_("物资"), named(item), address("item", item.pk)),
        Fact(_("交办时缺口"), in_pieces(found.quantity_gap, item)),
        Fact(_("筹措数量"), in_pieces(found.quantity_suggested, item)),
        Fact(_("现在"), state),
    ]


def in_pieces(count: int, item: Any) -> str:
    """A number with its unit, as text."""
    return f"{quantity(count)} {unit_of(item, count)}"


def _acts(request: Any, held: Any) -> list[Act]:
    found = []
    if rules.can_end_task(request.actor, held, "done"):
        found.append(Act(_("办结"), address("task_completion", held.pk), is_next=True))
    if rules.can_reassign(request.actor, held):
        found.append(Act(_("转办"), address("task_reassignment", held.pk)))
    if rules.can_end_task(request.actor, held, "cancelled"):
        found.append(Act(_("取消事项"), address("task_cancellation", held.pk), danger=True))
    if rules.can_end_task(request.actor, held, "open"):
        found.append(Act(_("重新办理"), address("task_reopening", held.pk)))
    return found


def _task_act(request: Any, task_id: int, form: Any, *, title: str, message: str, do: Any, danger: bool = False) -> Any:
    return returning_act(
        request,
        form,
        partial(do, task_id=task_id),
        title=title,
        button=title,
        message=message,
        summary=queries.task(request.actor, task_id).text,
        danger=danger,
        back=reverse("task", args=[task_id]),
    )


@desk_page("task", "end")
def completion(request: Any, task_id: int) -> HttpResponse:
    """Done, and how."""
    return _task_act(
        request, task_id, RemarkForm(request), title=_("办结"), message=_("已办结。"), do=actions.complete_task
    )


@desk_page("task", "end")
def cancellation(request: Any, task_id: int) -> HttpResponse:
    """Not needed any more."""
    return _task_act(
        request, task_id, ReasonForm(request), title=_("取消事项"), message=_("已取消。"), do=actions.cancel_task,
        danger=True,
    )  # fmt: skip


@desk_page("task", "end")
def reopening(request: Any, task_id: int) -> HttpResponse:
    """Again, with a new moment."""
    return _task_act(
        request, task_id, ReopenForm(request), title=_("重新办理"), message=_("已重新办理。"), do=actions.reopen_task
    )


@desk_page("task", "end")
def reassignment(request: Any, task_id: int) -> HttpResponse:
    """Passed on to another owner."""
    return _task_act(
        request,
        task_id,
        ReassignForm(request, task=queries.task(request.actor, task_id)),
        title=_("转办"),
        message=_("已转办,新承办人在“待办”里看到。"),
        do=lambda owner_id, **values: actions.reassign_task(owner_id=owner_id.pk, **values),
    )
