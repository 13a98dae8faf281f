"""What happens at the gate: receiving against an advice or without one, direct deliveries, taking a receipt back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.supply.forms import DirectForm, ReceiptForm, ReversalForm, UnannouncedForm
from liangcao.interfaces.web.desk.supply.lists import time_line
from liangcao.interfaces.web.desk.supply.moved_on import reversal_in_words, reversal_lines
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.operations.supply import actions, queries, rules
from liangcao.operations.supply.inputs import ReceiptLineInput, ReversalInput
from liangcao.reference.catalog.queries import in_base_units, items_by_id

COPIED = ("maker_lot", "no_lot_reason", "produced_on", "expires_on", "reason", "accepted_by")


@desk_page("source", "receive")
def gate(request: Any) -> HttpResponse:
    """For the phone at the gate: what is expected, and the button for what is not."""
    rows = queries.expected_arrivals(request.actor, request.bureau.pk).prefetch_related("lines__item")
    days = time_line(list(rows.order_by("expected_date", "pk")[:100]), business_date(request.at))
    return render_page(request, "desk/supply/gate.html", title=_("收货"), days=days)


def counted(rows: list[dict[str, Any]]) -> list[ReceiptLineInput]:
    """Rows of the form as lines in base units: whole packs and loose pieces together."""
    known = [row["item_id"].pk if row.get("item_id") else row["line_item_id"] for row in rows]
    items = items_by_id(known)
    return [
        _line(number, row, items[item_id]) for number, (row, item_id) in enumerate(zip(rows, known, strict=True), 1)
    ]


def _line(number: int, row: dict[str, Any], item: Any) -> ReceiptLineInput:
    packs = in_base_units(item, row["packs"], row["unit"], row=number) if row.get("packs") else 0
    told: dict[str, Any] = {name: row.get(name) or ("" if not name.endswith("_on") else None) for name in COPIED}
    return ReceiptLineInput(
        source_line_id=row.get("source_line_id"),
        item_id=item.pk,
        quantity_good=packs + (row["quantity_good"] or 0),
        quantity_damaged=row.get("quantity_damaged") or 0,
        **told,
    )


def _rows_of(lines: list[Any]) -> list[dict[str, Any]]:
    """A row for each line of the advice that is not complete, with what was told about its lot."""
    rows = []
    for line in lines:
        if line.quantity_missing == 0:
            continue
        pack = next(iter(line.item.packs.all()), None)
        told = {"maker_lot": line.maker_lot, "produced_on": line.produced_on, "expires_on": line.expires_on}
        rows.append({"line": line, "source_line_id": line.pk, "unit": pack.name if pack else "", **told})
    return rows


@desk_page("source", "receive")
def receipt_of_source(request: Any, source_id: int) -> HttpResponse:
    """Receive what was announced: count it line by line."""
    detail = queries.source_detail(request.actor, source_id)
    rules.check_can_receive(request.actor, detail.source, detail.lines)
    return act_page(
        request,
        ReceiptForm(request, rows=_rows_of(detail.lines)),
        title=_("收货入库"),
        button=pgettext("act", "入库"),
        do=lambda values: actions.receive_source(
            source_id=source_id,
            store_id=values["store_id"].pk,
            lines=counted(values["lines"]),
            final=values["final"],
            business_date=values["business_date"],
            late_reason=values["late_reason"],
            note=values["note"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda receipt: reverse("receipt", args=[receipt.pk]),
        message=_("已收货。"),
        back=reverse("source", args=[source_id]),
        template="desk/supply/receipt_form.html",
        source=detail.source,
    )


@desk_page("source", "receive")
def unannounced(request: Any) -> HttpResponse:
    """Receive what nobody announced: announced and received in one act."""
    return act_page(
        request,
        UnannouncedForm(request),
        title=_("没有通知的到货"),
        button=pgettext("act", "入库"),
        do=lambda values: actions.receive_unannounced(
            bureau_id=request.bureau.pk,
            kind=values["kind"],
            counterparty_id=values["counterparty_id"].pk,
            channel=values["channel"],
            store_id=values["store_id"].pk,
            lines=counted(values["lines"]),
            business_date=values["business_date"],
            late_reason=values["late_reason"],
            note=values["note"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda receipt: reverse("receipt", args=[receipt.pk]),
        message=_("已收货,并补登了来源单。"),
        back=reverse("arrivals"),
        template="desk/supply/receipt_form.html",
    )


@desk_page("source", "receive")
def direct(request: Any, source_id: int) -> HttpResponse:
    """Goods that went straight to a unit: receipt and issue in one act."""
    detail = queries.source_detail(request.actor, source_id)
    rules.check_can_receive(request.actor, detail.source, detail.lines)
    return act_page(
        request,
        DirectForm(request, rows=_rows_of(detail.lines)),
        title=_("直达收货"),
        button=_("登记直达"),
        do=lambda values: actions.receive_direct(
            source_id=source_id,
            recipient_id=values["recipient_id"].pk,
            signed_by=values["signed_by"],
            lines=counted(values["lines"]),
            business_date=values["business_date"],
            late_reason=values["late_reason"],
            note=values["note"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda receipt: reverse("receipt", args=[receipt.pk]),
        message=_("已登记:货由来源直接送到单位,入库和发放同时记账。"),
        back=reverse("source", args=[source_id]),
        template="desk/supply/receipt_form.html",
        source=detail.source,
        is_direct=True,
    )


@desk_page("source", "reverse")
@require_recent_login
def reversal(request: Any, receipt_id: int) -> HttpResponse:
    """Take a receipt back, whole or in part; what has moved on is shown and stays out."""
    receipt = queries.receipt(request.actor, receipt_id)
    rules.check_can_reverse(request.actor, receipt)
    lines = reversal_lines(request, receipt)
    return act_page(
        request,
        ReversalForm(request, lines=lines),
        title=titled(_("冲红 %(number)s"), receipt.number),
        button=_("冲红"),
        do=lambda values: actions.reverse_receipt(
            receipt_id=receipt_id,
            reason=values["reason"],
            lines=[
                ReversalInput(row["line_id"], row["quantity_good"] or 0, row["quantity_damaged"] or 0)
                for row in values["lines"]
                if row["quantity_good"] or row["quantity_damaged"]
            ],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda result: reverse("receipt", args=[receipt_id]),
        message=_("已冲红,原单和冲红单都保留。"),
        summary=reversal_in_words(lines),
        danger=True,
        back=reverse("receipt", args=[receipt_id]),
        template="desk/supply/reversal.html",
        receipt=receipt,
    )
