"""The list of plans."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, chip_of, named, said
from liangcao.operations.allocation.flow import PLAN_FLOW
from liangcao.operations.allocation.models import BASES, WEIGH_BY


def rule_in_words(plan: Any) -> str:
    """The rule set's name, or by what a share was made."""
    if plan.basis == "share":
        return _now("%(by)s比例下拨") % {"by": said(WEIGH_BY[plan.weigh_by])}
    return named(plan.rule_set)


def _unmet(plan: Any) -> Any:
    return chip_of(_("%(count)s 行未满足") % {"count": plan.unmet_count}, "wait") if plan.unmet_count else ""


PLANS = Listing(
    "plan_list",
    columns=(
        Column("number", _("方案"), kind="code", link=lambda row: address("plan", row.pk), phone="title"),
        Column("plan_date", _("日期"), kind="day", sort="plan_date"),
        Column("basis", _("依据"), lambda row: BASES[row.basis], phone="hide"),
        Column("rule", _("规则"), rule_in_words),
        Column("line_count", _("行数"), kind="number", phone="hide"),
        Column("unmet", _("提示"), _unmet, kind="mark"),
        Column("made_by", _("编制"), phone="hide"),
        Column("made_at", _("编制时间"), kind="moment", sort="made_at"),
        Column("published_by", pgettext_lazy("who", "签发"), phone="hide"),
        Column("status", _("状态"), lambda row: chip(row.status, PLAN_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(
        status_filter(PLAN_FLOW),
        Filter("from", _("从"), lambda rows, day: rows.filter(plan_date__gte=day), kind="day"),
        Filter("to", _("到"), lambda rows, day: rows.filter(plan_date__lte=day), kind="day"),
    ),
    search=lambda rows, text: rows.filter(Q(number__icontains=text) | Q(made_by__icontains=text)),
    search_hint=_("方案号或编制人"),
    empty=Empty(
        _("还没有方案。需求审核后,点“新方案”按规则试算,逐行看得到为什么。"),
        ((_("新方案"), "plan_new"), (_("看需求"), "demand")),
    ),
    tone=lambda row: "wait" if row.status in ("draft", "reviewed") else "",
)
