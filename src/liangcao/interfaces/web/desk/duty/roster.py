"""Who is on call, the roster, posts."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date, day_start
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.duty.forms import PostForm, RosterForm, ShiftForm, hours_of
from liangcao.interfaces.web.desk.duty.lists import SHIFTS
from liangcao.interfaces.web.desk.duty.swaps import swap_table
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.pages import can, desk_page, render_page
from liangcao.interfaces.web.templatetags.words import chip, chip_of, moment, named
from liangcao.operations.duty import actions, queries, rules
from liangcao.operations.duty.flow import DUTY_SHIFT_FLOW

DAYS_SHOWN = 7


@desk_page("duty")
def duty(request: Any) -> HttpResponse:
    """Who is on call, the days to come post by post, and the holes."""
    first = business_date(request.at)
    from_at, to_at = day_start(first), day_start(first + timedelta(days=DAYS_SHOWN))
    held = queries.shifts(request.actor, bureau_id=request.bureau.pk, from_at=request.at, to_at=to_at)
    planned = list(held.filter(status="planned").order_by("starts_at", "pk"))
    gaps = queries.gaps(request.actor, request.bureau.pk, from_at=request.at, to_at=to_at)
    current = queries.current_shift(request.actor, request.bureau.pk, at=request.at)
    return render_page(
        request,
        "desk/duty/duty.html",
        title=_("值守"),
        days=_days(planned, from_at),
        posts=list(queries.posts(request.actor, request.bureau.pk)),
        gaps=gaps,
        current=current,
    )


def _days(planned: list[Any], from_at: datetime) -> list[dict[str, Any]]:
    """The shifts that begin on each day; those that run since yesterday stand on the first."""
    days: list[dict[str, Any]] = []
    for number in range(DAYS_SHOWN):
        start = from_at + timedelta(days=number)
        end = start + timedelta(days=1)
        on_day = [each for each in planned if start <= max(each.starts_at, from_at) < end]
        days.append({"day": start.date(), "shifts": [(hours_of(each), each) for each in on_day]})
    return days


@desk_page("duty")
def shifts(request: Any) -> HttpResponse:
    """All shifts, the next ones by default."""
    rows = queries.shifts(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, SHIFTS, rows, title=_("值班表"), template="desk/duty/shifts.html")


def _plan_page(request: Any, form: Any, *, title: str, summary: str = "") -> HttpResponse:
    def plan(*, client_id: Any, by: Any, at: datetime, **values: Any) -> Any:
        return actions.plan_shifts(
            bureau_id=request.bureau.pk, shifts=form.shifts(values), by=by, at=at, client_id=client_id
        )

    return returning_act(
        request,
        form,
        plan,
        title=title,
        button=_("排班"),
        message=_("已排班。"),
        summary=summary,
        back=reverse("duty"),
    )


@desk_page("duty", "edit")
def shift_new(request: Any) -> HttpResponse:
    """One shift."""
    return _plan_page(request, ShiftForm(request), title=_("加一个班次"))


@desk_page("duty", "edit")
def roster_new(request: Any) -> HttpResponse:
    """Several days at once by a pattern."""
    return _plan_page(
        request,
        RosterForm(request),
        title=_("按天排班"),
        summary=_("已结束的班次不排;与已排班次重叠时整份不排,并指出是哪一班。"),
    )


@desk_page("duty", "edit")
def post_new(request: Any) -> HttpResponse:
    """A post with its telephone."""
    return returning_act(
        request,
        PostForm(request),
        partial(actions.add_post, bureau_id=request.bureau.pk),
        title=_("设岗位"),
        button=_("设岗位"),
        message=_("已设岗位。"),
        back=reverse("duty"),
    )


@desk_page("duty")
def shift(request: Any, shift_id: int) -> HttpResponse:
    """One shift: who, when, its swaps and its hand-over."""
    return document.answer(request, _shift_paper(request, queries.shift(request.actor, shift_id)))


def _shift_paper(request: Any, held: Any) -> Document:
    swaps = queries.swaps(request.actor, bureau_id=held.bureau_id).filter(shift_id=held.pk).order_by("-pk")
    handed = getattr(held, "hand_over", None)
    runs = held.status == "planned" and held.starts_at <= request.at < held.ends_at
    return Document(
        kind=_("班次"),
        number=named(held.post),
        state=chip_of(_("正在值班"), "done") if runs else chip(held.status, DUTY_SHIFT_FLOW),
        facts=[
            Fact(_("值班人"), held.person.name),
            Fact(_("副班"), held.deputy.name if held.deputy else ""),
            Fact(_("开始"), moment(held.starts_at)),
            Fact(_("结束"), moment(held.ends_at)),
            Fact(_("值班电话"), held.post.phone),
            Fact(_("排班"), format_html("{} {}", held.planned_by, moment(held.planned_at))),
        ],
        acts=_shift_acts(request, held),
        tables=[swap_table(request, swaps)] if swaps else [],
        links=[Link(_("交接班"), handed.number, address("hand_over", handed.pk))] if handed is not None else [],
        history=history_of(request, object_kind="duty_shift", object_ref=str(held.pk)),
        back=(_("值班表"), address("shift_list")),
    )


def _shift_acts(request: Any, held: Any) -> list[Act]:
    found = []
    if rules.can_hand_over(request.actor, held, request.at):
        found.append(Act(_("交班"), address("hand_over_new", held.pk), is_next=True, in_dialog=False))
    if rules.can_ask_swap(request.actor, held, request.at):
        found.append(Act(_("换班"), address("swap_new", held.pk)))
    if can(request, "edit", "duty") and rules.can_cancel_shift(request.actor, held, request.at):
        found.append(Act(_("取消班次"), address("shift_cancellation", held.pk), danger=True))
    return found


@desk_page("duty", "edit")
def cancellation(request: Any, shift_id: int) -> HttpResponse:
    """Taken out of the roster before it begins."""
    held = queries.shift(request.actor, shift_id)
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.cancel_shift, shift_id=shift_id),
        title=_("取消班次"),
        button=_("取消班次"),
        message=_("已取消;空出的时间请另排。"),
        summary=f"{named(held.post)} {held.person.name}",
        danger=True,
        back=reverse("shift", args=[shift_id]),
    )
