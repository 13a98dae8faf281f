"""先发后补: goods leave on a leader's word; their papers follow within 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.dispatch.forms import EmergencyForm, PapersForm, pk_of
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import desk_page
from liangcao.ledger import queries as ledger
from liangcao.operations.demand import queries as demand
from liangcao.operations.dispatch import actions, queries
from liangcao.reference.catalog.queries import in_base_units, items_by_id

DUE_AFTER = timedelta(hours=24)


def _wanted(rows: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """(item, base units) of the rows."""
    items = items_by_id(row["item_id"].pk for row in rows)
    return [
        (row["item_id"].pk, in_base_units(items[row["item_id"].pk], row["quantity"], row["unit"], row=number))
        for number, row in enumerate(rows, start=1)
    ]


@desk_page("delivery", "emergency")
def issue(request: Any) -> HttpResponse:
    """Issue at once; the page says in numbers what that will do."""
    return act_page(
        request,
        EmergencyForm(request),
        title=_("应急发放(先发后补)"),
        button=_("立即发放"),
        do=lambda values: actions.emergency_issue(
            bureau_id=request.bureau.pk,
            store_id=values["store_id"].pk,
            organisation_id=values["organisation_id"].pk,
            lines=_wanted(values["lines"]),
            **{name: values[name] for name in ("leader", "reason", "limit_note", "carrier", "client_id")},
            carrier_organisation_id=pk_of(values["carrier_organisation_id"]),
            by=request.actor,
            at=request.at,
        ),
        to=lambda delivery: reverse("delivery", args=[delivery.pk]),
        message=_("已出库。手续请在 24 小时内补齐。"),
        danger=True,
        back=reverse("delivery_list"),
        template="desk/dispatch/emergency.html",
        due_at=request.at + DUE_AFTER,
    )


@dataclass(frozen=True)
class Effect:
    """What the issue does to one item in this store."""

    item: Any
    asked: int
    free: int
    reserved: int

    @property
    def left(self) -> int:
        """Free afterwards; below zero means refused."""
        return self.free - self.asked


@desk_page("delivery", "emergency")
@require_POST
def effects(request: Any) -> HttpResponse:
    """The numbers of the issue as filled in so far; nothing is written."""
    form = EmergencyForm(request)
    form.is_valid()
    store = form.cleaned_data.get("store_id")
    rows = (
        [
            row.cleaned_data
            for row in form.lines.filled_forms()  # type: ignore[union-attr]
            if row.is_valid()
        ]
        if store
        else []
    )
    try:
        wanted = _wanted(rows)
    except Refusal:
        wanted = []
    told = _effects(request, store, wanted) if store and wanted else []
    return render(request, "desk/dispatch/_effects.html", {"effects": told, "due_at": request.at + DUE_AFTER})


def _effects(request: Any, store: Any, wanted: list[tuple[int, int]]) -> list[Effect]:
    ids = [item_id for item_id, _count in wanted]
    items, bureau_id = items_by_id(ids), request.bureau.pk
    free: dict[int, int] = {}
    for lot in ledger.free_stock(
        request.actor, bureau_id, on=business_date(request.at), item_ids=ids, store_id=store.pk
    ):
        free[lot.item_id] = free.get(lot.item_id, 0) + lot.quantity
    stock = ledger.stock_by_item(
        request.actor, bureau_id, on=business_date(request.at), store_id=store.pk, item_ids=ids
    )
    held = {item_id: found.reserved for item_id, found in stock.items()}
    return [Effect(items[item_id], asked, free.get(item_id, 0), held.get(item_id, 0)) for item_id, asked in wanted]


@desk_page("delivery", "regularise")
def papers(request: Any, delivery_id: int) -> HttpResponse:
    """The papers have come."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    delivery = detail.delivery
    lines = demand.lines(
        request.actor,
        organisation_id=delivery.organisation_id,
        item_ids=[line.item_id for line in detail.lines],
        status="open",
    )
    return act_page(
        request,
        PapersForm(request, lines=list(lines.order_by("-pk")[:20])),
        title=titled(_("补手续 %(number)s"), delivery.number),
        button=_("补手续"),
        do=lambda values: actions.regularise(
            delivery_id=delivery_id,
            papers_ref=values["papers_ref"],
            requisition_line_id=values["requisition_line_id"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("delivery", args=[delivery_id]),
        message=_("手续已补齐。"),
        back=reverse("delivery", args=[delivery_id]),
    )
