"""Sources and receipts as lists and documents; announcing, closing and cancelling a source."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.supply import papers
from liangcao.interfaces.web.desk.supply.forms import SourceForm
from liangcao.interfaces.web.desk.supply.lists import RECEIPTS, SOURCES, time_line
from liangcao.interfaces.web.desk.supply.words import ANNOUNCE_HINTS, ANNOUNCE_TITLES
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.flow import KINDS
from liangcao.operations.supply.inputs import SourceLineInput


@desk_page("source")
def sources(request: Any) -> HttpResponse:
    """Expected arrivals as a time line, and all sources below it."""
    today = business_date(request.at)
    late = Case(
        When(status__in=queries.EXPECTED, expected_date__lt=today, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = (
        queries.sources(request.actor, bureau_id=request.bureau.pk)
        .prefetch_related("lines__item")
        .annotate(is_overdue=late)
    )
    coming = queries.expected_arrivals(request.actor, request.bureau.pk, until=today + timedelta(days=14))
    days = time_line(list(coming.prefetch_related("lines__item").order_by("expected_date", "pk")[:60]), today)
    return listing.answer(request, SOURCES, rows, title=_("筹措"), template="desk/supply/sources.html", days=days)


@desk_page("source", "announce")
def source_choice(request: Any) -> HttpResponse:
    """Which kind of source is announced."""
    kinds = [
        {
            "kind": KINDS[key],
            "title": ANNOUNCE_TITLES[key],
            "hint": ANNOUNCE_HINTS[key],
            "url": reverse("source_announcement", args=[key]),
        }
        for key in KINDS
    ]
    return render_page(request, "desk/supply/source_choice.html", title=_("登记来源"), kinds=kinds)


@desk_page("source", "announce")
def announcement(request: Any, kind: str) -> HttpResponse:
    """Announce a source: head and lines."""
    if kind not in KINDS:
        raise NotFound()
    return act_page(
        request,
        SourceForm(request, kind=kind),
        title=str(ANNOUNCE_TITLES[kind]),
        button=_("登记"),
        do=lambda values: _announce(request, kind, values),
        to=lambda source: reverse("source", args=[source.pk]),
        message=_("已登记。货到后在本页点“收货入库”。"),
        back=reverse("source_list"),
        template="desk/supply/source_form.html",
        kind=kind,
    )


def _announce(request: Any, kind: str, values: dict[str, Any]) -> Any:
    lines = [
        SourceLineInput(
            item_id=row["item_id"].pk,
            quantity=row["quantity"],
            unit=row["unit"] or "base",
            **{name: row[name] for name in ("maker_lot", "produced_on", "expires_on", "unit_price_fen", "remark")},
        )
        for row in values["lines"]
    ]
    earmark = values.get("earmark_id")
    head = {
        name: values[name] for name in ("channel", "document_ref", "expected_date", "amount_fen", "note", "client_id")
    }
    return actions.announce_source(
        bureau_id=request.bureau.pk,
        kind=kind,
        counterparty_id=values["counterparty_id"].pk,
        earmark_id=earmark.pk if earmark else None,
        lines=lines,
        by=request.actor,
        at=request.at,
        **head,
    )


@desk_page("source")
def source(request: Any, source_id: int) -> HttpResponse:
    """The document of a source: announced, arrived, missing, and its receipts."""
    detail = queries.source_detail(request.actor, source_id)
    return document.answer(request, papers.source_paper(request, detail))


@desk_page("source", "close")
def closure(request: Any, source_id: int) -> HttpResponse:
    """No more will come of it."""
    detail = queries.source_detail(request.actor, source_id)
    return act_page(
        request,
        ReasonForm(request),
        title=titled(_("关闭来源 %(number)s"), detail.source.number),
        button=_("关闭来源"),
        do=lambda values: actions.close_source(
            source_id=source_id, reason=values["reason"], by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda source: reverse("source", args=[source_id]),
        message=_("已关闭,不再等待到货。"),
        summary=papers.missing_in_words(detail.lines),
        danger=True,
        back=reverse("source", args=[source_id]),
    )


@desk_page("source", "cancel")
def cancellation(request: Any, source_id: int) -> HttpResponse:
    """It will not come at all."""
    detail = queries.source_detail(request.actor, source_id)
    return act_page(
        request,
        ReasonForm(request),
        title=titled(_("取消来源 %(number)s"), detail.source.number),
        button=_("取消来源"),
        do=lambda values: actions.cancel_source(
            source_id=source_id, reason=values["reason"], by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda source: reverse("source", args=[source_id]),
        message=_("已取消。"),
        summary=_("将取消 %(count)s 行登记;已登记的内容仍可查看,不会删除。") % {"count": len(detail.lines)},
        danger=True,
        back=reverse("source", args=[source_id]),
    )


@desk_page("source")
def receipts(request: HttpRequest) -> HttpResponse:
    """All receipts."""
    rows = queries.receipts(request.actor, bureau_id=request.bureau.pk)  # type: ignore[attr-defined]
    return listing.answer(request, RECEIPTS, rows, title=_("入库"), template="desk/supply/receipts.html")


@desk_page("source")
def receipt(request: Any, receipt_id: int) -> HttpResponse:
    """The document of a receipt, with its lots; it prints as 入库单."""
    paper = papers.receipt_paper(request, queries.receipt(request.actor, receipt_id))
    return document.answer(request, paper, template="desk/supply/receipt.html")
