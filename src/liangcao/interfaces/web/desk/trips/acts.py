"""What happens to a trip: its pass, its way, its receipt, back a step, cancelled."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.supply.arrivals import counted
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.desk.trips.forms import (
    LoadingForm,
    ReceiptChoiceForm,
    TripReceiptForm,
    loaded_inputs,
)
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.operations.supply import queries as supply
from liangcao.operations.trips import actions, queries, rules


def _step(request: Any, trip_id: int, act: Any, form: ActForm, *, title: str, **shown: Any) -> HttpResponse:
    held = queries.trip(request.actor, trip_id)
    return returning_act(
        request, form, partial(act, trip_id=held.pk), title=titled(title, held.number),
        back=reverse("trip", args=[held.pk]), **shown,
    )  # fmt: skip


@desk_page("pass", "issue")
def trip_pass(request: Any, trip_id: int) -> HttpResponse:
    """A pass for its vehicle and way, in one click."""
    held = queries.trip(request.actor, trip_id)
    return _step(
        request, trip_id, actions.issue_trip_pass, ActForm(request), title=_("签发通行证 %(number)s"),
        button=_("签发通行证"), message=_("已签发,在本页“通行证”打开打印。"),
        summary=_("%(plate)s,%(place)s,从出发日到预计返回的后一天有效。")
        % {"plate": held.vehicle.plate, "place": held.place},
    )  # fmt: skip


@desk_page("trip", "report")
def departure(request: Any, trip_id: int) -> HttpResponse:
    """It leaves."""
    return _step(
        request, trip_id, actions.start_trip, ActForm(request), title=_("出发 %(number)s"), button=_("出发"),
        summary=_("从现在起,车辆和随车人员算在途。"), message=_("已出发。"),
    )  # fmt: skip


@desk_page("trip", "report")
def loading(request: Any, trip_id: int) -> HttpResponse:
    """What was really loaded at the maker."""
    held = queries.trip(request.actor, trip_id)
    rules.check_trip_step(held, "loaded")
    return act_page(
        request,
        LoadingForm(request, lines=queries.lines(request.actor, held.pk)),
        title=titled(_("已装车 %(number)s"), held.number),
        button=_("已装车"),
        back=reverse("trip", args=[held.pk]),
        template="desk/trips/form.html",
        do=lambda values: actions.load_trip(
            trip_id=held.pk,
            lines=loaded_inputs(values),
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _done: reverse("trip", args=[held.pk]),
        message=_("已记下装车数量。"),
    )


@desk_page("trip", "report")
def arrival(request: Any, trip_id: int) -> HttpResponse:
    """It stands at the store."""
    return _step(
        request, trip_id, actions.arrive_trip, ActForm(request), title=_("到库 %(number)s"), button=_("到库"),
        summary=_("到库不等于入库:货要由仓管员清点入库后才记账。"), message=_("已到库,请仓管员清点入库。"),
    )  # fmt: skip


@desk_page("trip", "receive")
def receipt(request: Any, trip_id: int) -> HttpResponse:
    """The receipt of supply, with what was loaded standing ready."""
    held = queries.trip(request.actor, trip_id)
    rules.check_trip_step(held, "received")
    return act_page(
        request,
        TripReceiptForm(request, rows=_rows(request, held), has_source=held.source_id is not None),
        title=titled(_("入库 %(number)s"), held.number),
        button=pgettext("act", "入库"),
        do=lambda values: actions.receive_trip(
            trip_id=held.pk,
            lines=counted(values["lines"]),
            final=values.get("final", False),
            kind=values.get("kind", "purchase"),
            business_date=values["business_date"],
            late_reason=values["late_reason"],
            remark=values["note"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _done: reverse("trip", args=[held.pk]),
        message=_("已入库。"),
        back=reverse("trip", args=[held.pk]),
        template="desk/supply/receipt_form.html",
        source=held.source,
    )


def _rows(request: Any, held: Any) -> list[dict[str, Any]]:
    """A row for each line of the trip; one that its source announced knows its lot and packs."""
    announced = {}
    if held.source_id is not None:
        announced = {line.pk: line for line in supply.source_lines(request.actor, held.source_id)}
    rows = []
    for line in queries.lines(request.actor, held.pk):
        row: dict[str, Any] = {"quantity_good": line.quantity_loaded}
        told = announced.get(line.source_line_id or 0)
        if told is None:
            row["item_id"] = line.item_id
        else:
            row |= {"line": told, "source_line_id": told.pk, "maker_lot": told.maker_lot,
                    "produced_on": told.produced_on, "expires_on": told.expires_on}  # fmt: skip
        rows.append(row)
    return rows


@desk_page("trip", "receive")
def receipt_link(request: Any, trip_id: int) -> HttpResponse:
    """The goods were received before: the receipt is named."""
    held = queries.trip(request.actor, trip_id)
    found = supply.receipts(request.actor, bureau_id=held.bureau_id, store_id=held.store_id)
    rows = found.exclude(status="reversed").order_by("-pk")[:200]
    return _step(
        request, trip_id,
        lambda trip_id, receipt, **more: actions.link_receipt(trip_id=trip_id, receipt_id=int(receipt), **more),
        ReceiptChoiceForm(request, receipts=[row for row in rows if rules.fits(held, row)]),
        title=_("关联入库单 %(number)s"), button=_("关联"), message=_("已关联。"),
    )  # fmt: skip


@desk_page("trip", "report")
def step_back(request: Any, trip_id: int) -> HttpResponse:
    """The status was set wrongly."""
    return _step(
        request, trip_id, actions.step_back_trip, ReasonForm(request), title=_("退回上一步 %(number)s"),
        button=_("退回上一步"), message=_("已退回上一步。"),
        summary=_("只改车次的状态。已关联的入库单不变,收错了请在入库单页冲红。"),
    )  # fmt: skip


@desk_page("trip", "plan")
def cancellation(request: Any, trip_id: int) -> HttpResponse:
    """It does not take place."""
    return _step(
        request, trip_id, actions.cancel_trip, ReasonForm(request), title=_("取消 %(number)s"), button=_("取消车次"),
        danger=True, summary=_("车辆和人员空出来;通行证仍有效,不再用的请吊销。"), message=_("已取消。"),
    )  # fmt: skip
