"""The lists of duty: shifts, swaps, hand-overs, tasks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liangcao.foundation.kernel.clock import day_start
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.duty.forms import colleague_choices, shift_words
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, chip_of, named, said
from liangcao.operations.duty import queries
from liangcao.operations.duty.flow import DUTY_SHIFT_FLOW, HAND_OVER_FLOW, SHIFT_SWAP_FLOW, TASK_FLOW, TASK_SOURCES

MINE = "me"


def _from(field: str) -> Filter:
    return Filter("from", _("从"), lambda rows, day: rows.filter(**{f"{field}__gte": day_start(day)}), kind="day")


def _to(field: str) -> Filter:
    def until(rows: Any, day: date) -> Any:
        return rows.filter(**{f"{field}__lt": day_start(day + timedelta(days=1))})

    return Filter("to", _("到"), until, kind="day")


def post_options(request: Any) -> list[tuple[str, str]]:
    """Posts of the bureau."""
    found = queries.posts(request.actor, request.bureau.pk)
    return [(post.code, named(post)) for post in found]


def person_options(request: Any) -> list[tuple[str, Any]]:
    """Oneself, then the colleagues."""
    if not hasattr(request, "person_options"):
        people = [(str(person.pk), person.name) for person in colleague_choices(request)]
        request.person_options = [(MINE, pgettext_lazy("owner", "我")), *people]
    return request.person_options


def handed_over(shift: Any) -> Any:
    """Where the hand-over of a shift is."""
    held = getattr(shift, "hand_over", None)
    return chip(held.status, HAND_OVER_FLOW) if held is not None else ""


SHIFTS = Listing(
    "shift_list",
    columns=(
        Column("starts_at", _("开始"), kind="moment", sort="starts_at", link=lambda row: address("shift", row.pk),
               phone="title"),
        Column("ends_at", _("结束"), kind="moment"),
        Column("post", _("岗位"), lambda row: named(row.post)),
        Column("person", _("值班人"), lambda row: row.person.name, sort="person__name", phone="main"),
        Column("deputy", _("副班"), lambda row: row.deputy.name if row.deputy else ""),
        Column("hand_over", _("交接"), handed_over, kind="mark"),
        Column("status", _("状态"), lambda row: chip(row.status, DUTY_SHIFT_FLOW) if row.status != "planned" else "",
               kind="mark"),
    ),
    order=("starts_at", "pk"),
    filters=(
        Filter("post", _("岗位"), lambda rows, code: rows.filter(post__code=code), choices=post_options),
        status_filter(DUTY_SHIFT_FLOW),
        _from("ends_at"),
        _to("starts_at"),
    ),
    search=lambda rows, text: rows.filter(
        Q(person__name__icontains=text) | Q(deputy__name__icontains=text) | Q(post__name__icontains=text)
    ),
    search_hint=_("姓名、岗位"),
    empty=Empty(_("还没有排班。先设岗位,再按天排班。"), ((_("按天排班"), "roster_new"), (_("设岗位"), "post_new"))),
)  # fmt: skip


def exchange_words(swap: Any) -> str:
    """The shift that is given back for it, if there is one."""
    return shift_words(swap.exchange_for) if swap.exchange_for else ""


SWAPS = Listing(
    "swap_list",
    columns=(
        Column("shift", _("班次"), lambda row: row.shift.starts_at, kind="moment",
               link=lambda row: address("shift", row.shift_id), phone="title"),
        Column("post", _("岗位"), lambda row: named(row.shift.post)),
        Column("from_person", _("原值班人"), lambda row: row.from_person.name),
        Column("to_person", _("请谁来值"), lambda row: row.to_person.name, phone="main"),
        Column("exchange_for", _("换回"), exchange_words),
        Column("reason", _("原因")),
        Column("asked_at", _("提出"), kind="moment"),
        Column("status", _("状态"), lambda row: chip(row.status, SHIFT_SWAP_FLOW), kind="mark"),
        Column("answer", _("答复")),
    ),
    order=("-pk",),
    filters=(status_filter(SHIFT_SWAP_FLOW),),
    empty=Empty(_("没有换班。在自己的班次页点“换班”。"), ((_("值班表"), "shift_list"),)),
)  # fmt: skip
HAND_OVERS = Listing(
    "hand_over_list",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("hand_over", row.pk), phone="title"),
        Column("post", _("岗位"), lambda row: named(row.shift.post)),
        Column("shift", _("班次"), lambda row: row.shift.starts_at, kind="moment"),
        Column("signed_by", _("交班人")),
        Column("signed_at", _("交班时间"), kind="moment"),
        Column("taken_by", _("接班人")),
        Column("taken_at", _("接班时间"), kind="moment"),
        Column("status", _("状态"), lambda row: chip(row.status, HAND_OVER_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(status_filter(HAND_OVER_FLOW), _from("signed_at"), _to("signed_at")),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(signed_by__icontains=text) | Q(taken_by__icontains=text)
    ),
    search_hint=_("单号、姓名"),
    empty=Empty(_("还没有交接班。在当班的班次页点“交班”。"), ((_("值班表"), "shift_list"),)),
)


def owner_filter(request: Any) -> Filter:
    """Tasks of one person; "me" is the reader."""

    def of(rows: Any, value: Any) -> Any:
        return rows.filter(owner__user_id=request.actor.user_id) if value == MINE else rows.filter(owner_id=int(value))

    return Filter("owner", _("承办人"), of, choices=person_options)


def state_filter(request: Any) -> Filter:
    """Tasks in a state; overdue ones are open and past their moment."""

    def of(rows: Any, value: Any) -> Any:
        if value == "overdue":
            return rows.filter(status="open", due_at__lte=request.at)
        return rows.filter(status=value)

    choices = [("overdue", _("已逾期")), *((key, said(state)) for key, state in TASK_FLOW.items())]
    return Filter("status", _("状态"), of, choices=lambda _request: choices)


def task_state(task: Any, at: Any) -> Any:
    """The state, and in red that its moment has passed."""
    if task.status == "open" and task.due_at <= at:
        return format_html("{} {}", chip(task.status, TASK_FLOW), chip_of(_("已逾期"), "alarm"))
    return chip(task.status, TASK_FLOW)


def task_listing(request: Any) -> Listing:
    """The list of tasks as it stands for the reader now."""
    return Listing(
        "task_list",
        columns=(
            Column("text", _("事项"), link=lambda row: address("task", row.pk), phone="title"),
            Column("owner", _("承办人"), lambda row: row.owner.name, sort="owner__name"),
            Column("due_at", _("时限"), kind="moment", sort="due_at"),
            Column("status", _("状态"), lambda row: task_state(row, request.at), kind="mark", phone="main",
                   plain=lambda row: said(TASK_FLOW[row.status])),
            Column("source", _("来源"), lambda row: TASK_SOURCES[row.source]),
            Column("given_by", _("交办人")),
            Column("given_at", _("交办时间"), kind="moment", sort="given_at"),
            Column("ended_at", _("办结时间"), kind="moment", phone="hide"),
            Column("number", _("单号"), kind="code", phone="hide"),
        ),
        order=("-pk",),
        filters=(
            owner_filter(request),
            state_filter(request),
            Filter("source", _("来源"), lambda rows, value: rows.filter(source=value),
                   choices=lambda _request: [(key, said(words)) for key, words in TASK_SOURCES.items()]),
            _from("given_at"),
            _to("given_at"),
        ),
        search=lambda rows, text: rows.filter(
            Q(text__icontains=text) | Q(number__icontains=text) | Q(owner__name__icontains=text)
        ),
        search_hint=_("事项、单号、承办人"),
        empty=Empty(_("还没有交办事项。任何页面顶上点“交办”,写一行就行。"), ((_("交办"), "task_new"),)),
        tone=lambda row: "alarm" if row.status == "open" and row.due_at <= request.at else "",
    )  # fmt: skip
