"""库存: by item, by store, places, lots, entries; transfers and lot facts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.stock import lists, papers
from liangcao.interfaces.web.desk.stock.forms import FACT_WORDS, FactForm, InspectionForm, TransferForm
from liangcao.interfaces.web.desk.trace.finding import lots_named
from liangcao.interfaces.web.pages import desk_page
from liangcao.ledger import actions
from liangcao.ledger import queries as ledger
from liangcao.reference.parties.queries import stores


@desk_page("ledger")
def stock(request: Any) -> HttpResponse:
    """By item."""
    chosen = stores(request.actor, bureau_id=request.bureau.pk).filter(code=request.GET.get("store", "")).first()
    rows = lists.stock_rows(request, on=business_date(request.at), store=chosen)
    return listing.answer(request, lists.STOCK, rows, title=_("库存"), template="desk/stock/list.html")


@desk_page("ledger")
def store_stock(request: Any) -> HttpResponse:
    """By store and item."""
    rows = lists.rows_by_store(request, on=business_date(request.at))
    return listing.answer(request, lists.STORE_STOCK, rows, title=_("各仓库存"), template="desk/stock/list.html")


@desk_page("ledger")
def place_list(request: Any) -> HttpResponse:
    """Where the pieces lie, or lay at the end of a day: store, for whom reserved, on the way to whom, with whom."""
    rows = lists.place_rows(request)
    if request.GET.get("ref"):
        rows = rows.filter(lot_id__in=lots_named(request, request.GET["ref"]))
    return listing.answer(
        request, lists.PLACES, rows, title=_("结存去处"), template="desk/stock/list.html", allowed=("ref",)
    )


@desk_page("ledger")
def lot_list(request: Any) -> HttpResponse:
    """Lots, newest first."""
    rows = lists.lots_with_stock(request)
    return listing.answer(request, lists.LOTS, rows, title=pgettext("list", "批次"), template="desk/stock/list.html")


@desk_page("ledger")
def entry_list(request: Any) -> HttpResponse:
    """The entries behind the numbers, newest first."""
    rows = ledger.postings(request.actor, request.bureau.pk)
    rows = papers.behind(request, rows)
    return listing.answer(
        request,
        lists.entry_listing(request),
        rows,
        title=_("分录"),
        template="desk/stock/list.html",
        allowed=("lot", "party", "ref", "account_from", "account_to"),
    )


@desk_page("ledger")
def lot(request: Any, lot_id: UUID) -> HttpResponse:
    """One lot: where it came from, where it lies, everything that happened to it."""
    return document.answer(request, papers.lot_document(request, ledger.lot(request.actor, lot_id)))


@desk_page("ledger", "fact")
def lot_fact(request: Any, lot_id: UUID, fact: str) -> HttpResponse:
    """Freeze, recall, clear, correct: recorded as a document of its own, with a reason."""
    found = ledger.lot(request.actor, lot_id)
    words = FACT_WORDS[fact]
    return act_page(
        request,
        FactForm(request, fact=fact),
        title=words.title,
        button=words.title,
        summary=papers.fact_summary(request, found, fact),
        danger=words.danger,
        back=reverse("lot", args=[found.pk]),
        do=lambda values: actions.record_fact(
            lot_id=found.pk,
            fact=words.fact,
            value=words.value or papers.text_of(values["value"]),
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _moved: reverse("lot", args=[found.pk]),
        message=_("已登记:%(title)s") % {"title": words.title},
    )


@desk_page("ledger", "inspect")
def lot_inspection(request: Any, lot_id: UUID) -> HttpResponse:
    """Goods that wait in quarantine: passed into the store, or written off."""
    found = ledger.lot(request.actor, lot_id)
    return act_page(
        request,
        InspectionForm(request, held=papers.in_quarantine(request, found)),
        title=_("检验"),
        button=_("登记检验结论"),
        back=reverse("lot", args=[found.pk]),
        do=lambda values: actions.inspect_lot(
            lot_id=found.pk,
            store_id=values["store"].pk,
            quantity=values["quantity"],
            outcome=values["outcome"],
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda moved: reverse("move", args=[moved.id]),
        message=_("已登记检验结论。"),
    )


@desk_page("ledger", "transfer")
def transfer(request: Any) -> HttpResponse:
    """From one store to another."""
    book = ledger.book_of(request.actor, request.bureau.pk)
    return act_page(
        request,
        TransferForm(request),
        title=_("调拨"),
        button=_("调拨"),
        back=reverse("stock"),
        do=lambda values: actions.transfer(
            book_id=book.pk,
            from_store_id=values["from_store"].pk,
            to_store_id=values["to_store"].pk,
            lines=[(line["lot"].pk, line["quantity"]) for line in values["lines"]],
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda moved: reverse("move", args=[moved.id]),
        message=_("已调拨。"),
    )
