"""今日: what waits, what is short, what arrives. And the search of the header bar."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.alerts import alert_links
from liangcao.interfaces.web.desk.home.finding import find
from liangcao.interfaces.web.desk.home.situation import key_items, sentence
from liangcao.interfaces.web.pages import can, desk_page, render_page
from liangcao.interfaces.web.waiting import waiting
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.duty import queries as duty
from liangcao.operations.supply import queries as supply
from liangcao.operations.trips import outbound_queries as outbound
from liangcao.operations.trips import queries as inbound
from liangcao.oversight.watch.proofs import proof_alerts

ROWS_SHOWN = 8


@desk_page("item")
def home(request: Any) -> HttpResponse:
    """The day at a glance."""
    today = business_date(request.at)
    rows, tightest, further = key_items(request, on=today)
    return render_page(
        request,
        "desk/home/home.html",
        title=_("今日"),
        sentence=sentence(rows, tightest),
        is_short=any(row.is_short for row in rows),
        alarms=_alarms(request),
        groups=waiting(request),
        rows=rows,
        further=further,
        tasks=duty.own_tasks(request.actor, bureau_id=request.bureau.pk)[:ROWS_SHOWN],
        **_movements(request),
    )


def _alarms(request: Any) -> list[Any]:
    """What the daily proof of the book found, for who may look at its seals."""
    if not can(request, "view", "seal"):
        return []
    return alert_links(request, proof_alerts(request.bureau.pk, request.at))


def _movements(request: Any) -> dict[str, Any]:
    """Arrivals expected by today, trips under way, emergency papers owing."""
    today = business_date(request.at)
    shown: dict[str, Any] = {}
    if can(request, "view", "source"):
        found = supply.expected_arrivals(request.actor, request.bureau.pk, until=today)
        shown["arrivals"] = found.order_by("expected_date", "pk")[:ROWS_SHOWN]
        releases = supply.papers_owing(request.actor, bureau_id=request.bureau.pk)
        shown["releases"] = releases.order_by("papers_due_at", "pk")[:ROWS_SHOWN]
    if can(request, "view", "delivery"):
        under_way = dispatch.deliveries(request.actor, bureau_id=request.bureau.pk, status="in_transit")
        shown["trips"] = under_way.order_by("handed_over_at", "pk")[:ROWS_SHOWN]
        shown["papers"] = dispatch.papers_owing(request.actor, bureau_id=request.bureau.pk)[:ROWS_SHOWN]
    if can(request, "view", "trip"):
        fetching = inbound.trips(request.actor, request.bureau.pk).filter(status__in=inbound.OPEN)
        soonest = fetching.order_by("expected_back_at", "pk")[:ROWS_SHOWN]
        bringing = outbound.outbound_trips(request.actor, request.bureau.pk).filter(status__in=("planned", "under_way"))
        brought = bringing.order_by("expected_back_at", "pk")[:ROWS_SHOWN]
        shown["outbound"] = [(row, row.is_late(request.at)) for row in brought]
        shown["inbound"] = [(row, row.is_late(request.at)) for row in soonest]
    return shown


@desk_page("item")
def search(request: Any) -> HttpResponse:
    """Items, lots, documents, units by name, code or pinyin."""
    text = request.GET.get("q", "").strip()[:100]
    return render_page(request, "desk/home/search.html", title=_("查找"), text=text, groups=find(request, text))
