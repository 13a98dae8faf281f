"""Pick-ups at the desk: list, arranging, the page of the day, notices, no-shows, the end."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.pickup import lists, papers
from liangcao.interfaces.web.desk.pickup.forms import ArrangeForm
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.qr import qr
from liangcao.operations.pickup import actions, queries


@desk_page("pick_up")
def pick_up_list(request: Any) -> HttpResponse:
    """All pick-ups, the latest day first."""
    rows = queries.pick_ups(request.actor, request.bureau.pk)
    return listing.answer(request, lists.PICK_UPS, rows, title=_("自提"), template="desk/pickup/list.html")


@desk_page("pick_up", "edit")
def pick_up_new(request: Any) -> HttpResponse:
    """Slots for the units that fetch their goods, and who comes when."""
    return act_page(
        request,
        ArrangeForm(request),
        title=_("安排自提"),
        button=_("排时段"),
        summary=_("近的单位排在前面,远的排在后面;数量大的分散到各个时段;每段尽量均匀。通知之前都可以调整。"),
        back=reverse("pick_up_list"),
        do=lambda values: actions.arrange_pick_up(
            store_id=values["store"].pk, plan_id=int(values["plan"]) if values["plan"] else None,
            opens_at=values["opens_at"], closes_at=values["closes_at"], minutes=values["minutes"],
            capacity=values["capacity"], place=values["place"], safety_text=values["safety_text"], by=request.actor,
            at=request.at, client_id=values["client_id"],
        ),
        to=lambda made: reverse("pick_up", args=[made.pk]),
        message=_("时段已排好。看过以后,点“通知”。"),
    )  # fmt: skip


@desk_page("pick_up")
def pick_up(request: Any, pick_up_id: int) -> HttpResponse:
    """The day: live numbers, slots as bars against what they take, who comes when. It prints for the gate."""
    held = queries.pick_up(request.actor, pick_up_id)
    return document.answer(request, papers.pick_up_document(request, held), template="desk/pickup/pick_up.html")


@desk_page("pick_up")
def notices(request: Any, pick_up_id: int) -> HttpResponse:
    """The text for the chat group, and a slip with a QR for each unit."""
    held = queries.pick_up(request.actor, pick_up_id)
    turns = papers.turns_of(request, held)
    slips = [(row, papers.notice(row), qr(papers.turn_link(request, row))) for row in turns if row.status != "released"]
    return render_page(
        request, "desk/pickup/notices.html", title=titled(_("通知 %(number)s"), held.number), held=held,
        group=papers.group_text(held, turns), slips=slips,
    )  # fmt: skip


def _step(request: Any, pick_up_id: int, act: Any, form: ActForm, *, title: str, **shown: Any) -> HttpResponse:
    held = queries.pick_up(request.actor, pick_up_id)
    return returning_act(
        request, form, partial(act, pick_up_id=held.pk), title=titled(title, held.number),
        back=reverse("pick_up", args=[held.pk]), **shown,
    )  # fmt: skip


@desk_page("pick_up", "edit")
def announcement(request: Any, pick_up_id: int) -> HttpResponse:
    """Every unit is told when to come."""
    count = queries.turns(request.actor, pick_up_id=pick_up_id, status="assigned").count()
    return _step(
        request, pick_up_id, actions.announce_pick_up, ActForm(request), title=_("通知 %(number)s"), button=_("通知"),
        summary=_("将通知 %(count)s 个单位。单位在门户可以确认安全须知、改时段。") % {"count": count},
        message=_("已通知。通知文字可以复制到工作群。"),
    )  # fmt: skip


@desk_page("pick_up", "edit")
def no_shows(request: Any, pick_up_id: int) -> HttpResponse:
    """Who did not come gets another place."""
    missing = queries.overdue(request.actor, pick_up_id, at=request.at)
    return _step(
        request, pick_up_id, actions.reassign_no_shows, ActForm(request), title=_("未到场重排 %(number)s"),
        button=_("重排"),
        summary=_("%(count)s 个单位没有在时段内到场,将依次排进后面的空位,并重新通知;没有空位的记为未到场。")
        % {"count": len(missing)},
        message=_("已重排,并重新通知。"),
    )  # fmt: skip


@desk_page("pick_up", "edit")
def closure(request: Any, pick_up_id: int) -> HttpResponse:
    """The day is over."""
    return _step(
        request, pick_up_id, actions.close_pick_up, ActForm(request), title=_("结束 %(number)s"), button=_("结束"),
        summary=_("没有来的单位不再安排,货留在库里,可以另排一天。"), message=_("已结束。"),
    )  # fmt: skip


@desk_page("pick_up", "edit")
def cancellation(request: Any, pick_up_id: int) -> HttpResponse:
    """It does not take place."""
    return _step(
        request, pick_up_id, actions.cancel_pick_up, ReasonForm(request), title=_("取消 %(number)s"), button=_("取消自提"),
        danger=True, summary=_("已通知的单位会收到“不用来领”。"), message=_("已取消。"),
    )  # fmt: skip
