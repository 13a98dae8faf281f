"""Requisitions and deliveries of an outside organisation as lists; for a township those of its division too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.interfaces.web import listing
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import portal_page
from liangcao.interfaces.web.templatetags.words import chip, named
from liangcao.operations.demand import queries as demand
from liangcao.operations.demand.flow import REQUISITION_FLOW
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.dispatch.flow import DELIVERY_FLOW

TEMPLATE = "portal/list.html"
UNIT = Column("organisation", gettext_lazy("单位"), lambda row: named(row.organisation), sort="organisation__pinyin")


def _found(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(number__icontains=text)
        | Q(organisation__name__icontains=text)
        | Q(organisation__pinyin__icontains=text.lower())
    )


REQUISITIONS = Listing(
    "portal_requisition_list",
    columns=(
        Column(
            "number", gettext_lazy("申领单"), kind="code", link=lambda row: address("portal_requisition", row.pk),
            phone="title",
        ),
        UNIT,
        Column("received_at", gettext_lazy("什么时候要的"), kind="moment"),
        Column("needed_by", gettext_lazy("最晚要货日期"), kind="day"),
        Column("line_count", gettext_lazy("几种物资"), kind="number"),
        Column("status", gettext_lazy("状态"), lambda row: chip(row.status, REQUISITION_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(status_filter(REQUISITION_FLOW),),
    search=_found,
    search_hint=gettext_lazy("单号、单位或拼音"),
    empty=Empty(gettext_lazy("还没有申领过。")),
)  # fmt: skip
DELIVERIES = Listing(
    "portal_delivery_list",
    columns=(
        Column(
            "number", gettext_lazy("配送单"), kind="code", link=lambda row: address("portal_delivery", row.pk),
            phone="title",
        ),
        replace(UNIT, label=gettext_lazy("送到")),
        Column("store", gettext_lazy("从哪里发"), lambda row: named(row.store)),
        Column("handed_over_at", gettext_lazy("出库时间"), kind="moment"),
        Column("signed_at", gettext_lazy("签收时间"), kind="moment"),
        Column("status", gettext_lazy("状态"), lambda row: chip(row.status, DELIVERY_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(status_filter(DELIVERY_FLOW),),
    search=_found,
    search_hint=gettext_lazy("单号、单位或拼音"),
    empty=Empty(gettext_lazy("还没有配送单。")),
)  # fmt: skip


def governs(request: Any) -> bool:
    """Whether the unit reads what the organisations in its division ask for and get."""
    unit = request.organisation.pk
    return any(grant.organisation_id == unit for grant in request.actor.governing_grants)


def _within(request: Any, of: Listing) -> Listing:
    """A township chooses between its own and the others of its division; who sees only its own needs no such choice."""
    if not governs(request):
        return of
    own = Q(organisation_id=request.organisation.pk)
    choice = Filter(
        "whose",
        gettext_lazy("哪些单位"),
        lambda rows, value: rows.filter(own if value == "own" else ~own),
        choices=lambda _request: [("own", _("本单位")), ("others", _("辖区内其他单位"))],
    )
    return replace(of, filters=(choice, *of.filters))


@portal_page("requisition")
def requisitions(request: Any) -> HttpResponse:
    """What was asked, newest first."""
    rows = demand.requisitions(request.actor, bureau_id=request.bureau.pk)
    title = _("本辖区的申领单") if governs(request) else _("申领单")
    return listing.answer(request, _within(request, REQUISITIONS), rows, title=title, template=TEMPLATE)


@portal_page("delivery")
def deliveries(request: Any) -> HttpResponse:
    """What came, is coming, or is carried, newest first."""
    rows = dispatch.deliveries(request.actor, bureau_id=request.bureau.pk)
    title = _("本辖区的配送单") if governs(request) else _("配送单")
    return listing.answer(request, _within(request, DELIVERIES), rows, title=title, template=TEMPLATE)
