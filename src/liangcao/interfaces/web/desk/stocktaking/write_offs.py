"""效期与报损: what ends when, and writing it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.stocktaking import lists, papers
from liangcao.interfaces.web.desk.stocktaking.forms import WriteOffForm
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.goods import place_word
from liangcao.interfaces.web.templatetags.words import named
from liangcao.ledger import queries as ledger
from liangcao.operations.stocktaking import actions, queries
from liangcao.operations.stocktaking.actions import WriteOffInput
from liangcao.operations.stocktaking.flow import PLACES
from liangcao.reference.parties.queries import stores


@desk_page("stock_count")
def expiry(request: Any) -> HttpResponse:
    """What ends when, soonest first."""
    rows = queries.expiring(request.actor, request.bureau.pk, on=business_date(request.at))
    expired = sorted({row.store.code: row.store for row in rows if row.days < 0}.items())
    return listing.answer(
        request, lists.EXPIRY, rows, title=_("效期表"), template="desk/stocktaking/expiry.html",
        expired=[store for _code, store in expired],
    )  # fmt: skip


@desk_page("write_off")
def write_off_list(request: Any) -> HttpResponse:
    """All write-offs, newest first."""
    rows = queries.write_offs(request.actor, request.bureau.pk)
    return listing.answer(request, lists.WRITE_OFFS, rows, title=_("报损"), template="desk/stocktaking/write_offs.html")


@dataclass(frozen=True)
class Shelved:
    """What lies in the store of one lot, and whether it is proposed to be written off."""

    lot: Any
    item: Any
    place: str
    quantity: int
    expires_on: date | None
    is_chosen: bool

    @property
    def said(self) -> str:
        """Where it lies, in words."""
        return place_word(self.place)


def _shelved(request: Any, store: Any, *, lot: str) -> list[Shelved]:
    """What of a store can be written off: one lot, or else all that has expired."""
    bureau_id = request.bureau.pk
    ends = {
        (row.lot.pk, row.kind): row
        for row in queries.expiring(request.actor, bureau_id, on=business_date(request.at), store_id=store.pk)
    }
    held = ledger.balances(request.actor, bureau_id, kinds=PLACES, store_id=store.pk)
    found = []
    for row in held.order_by("item__pinyin", "lot__arrived_on", "pk"):
        end = ends.get((row.lot_id, row.kind))
        is_chosen = row.lot.code == lot if lot else bool(end and end.days < 0)
        if is_chosen:
            day = end.expires_on if end else None
            found.append(Shelved(row.lot, row.item, row.kind, row.quantity, day, not lot or bool(end and end.days < 0)))
    return found


@desk_page("write_off", "ask")
def write_off_new(request: Any) -> HttpResponse:
    """Ask that what has expired in a store, or one lot, be written off."""
    store = stores(request.actor, bureau_id=request.bureau.pk).filter(code=request.GET.get("store", "")).first()
    if store is None:
        raise NotFound(
            "请从效期表或批次页选择要报损的仓库", "Choose a store from the expiry list or a lot's page", field="store"
        )
    lot = request.GET.get("lot", "")
    rows = _shelved(request, store, lot=lot)
    if not rows:
        raise NotFound(
            f"“{store.name}”没有可报损的货", f'Nothing in "{named(store)}" can be written off', field="store"
        )
    return act_page(
        request,
        WriteOffForm(request, rows=rows, cause="expired" if not lot else "damaged"),
        title=_("报损 · %(store)s") % {"store": named(store)},
        button=_("提出报损"),
        summary=_("由另一人批准后才出账;批准前货仍在库。"),
        back=reverse("expiry"),
        template="desk/stocktaking/write_off_form.html",
        do=lambda values: actions.ask_write_off(
            bureau_id=request.bureau.pk,
            store_id=store.pk,
            cause=values["cause"],
            reason=values["reason"],
            lines=[WriteOffInput(line["lot"], line["quantity"], line["place"]) for line in values["lines"]],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda made: reverse("write_off", args=[made.pk]),
        message=_("已提出,等另一人批准。"),
    )


@desk_page("write_off")
def write_off(request: Any, write_off_id: int) -> HttpResponse:
    """One write-off."""
    held = queries.write_off(request.actor, write_off_id)
    return document.answer(request, papers.write_off_paper(request, held), template="desk/stocktaking/write_off.html")


def _step(request: Any, write_off_id: int, form: Any, *, title: str, do: Any, message: str, **shown: Any) -> Any:
    held = queries.write_off(request.actor, write_off_id)
    return returning_act(
        request,
        form,
        partial(do, write_off_id=held.pk),
        title=title,
        button=title,
        message=message,
        back=reverse("write_off", args=[held.pk]),
        **shown,
    )


@desk_page("write_off", "approve")
def write_off_approval(request: Any, write_off_id: int) -> HttpResponse:
    """Approved: the goods leave the book."""
    return _step(
        request, write_off_id, ActForm(request), title=_("批准报损"), do=actions.approve_write_off,
        summary=_("批准后记入报损,不再是库存。"), message=_("已报损。"), danger=True,
    )  # fmt: skip


@desk_page("write_off", "approve")
def write_off_refusal(request: Any, write_off_id: int) -> HttpResponse:
    """Not approved."""
    return _step(
        request, write_off_id, ReasonForm(request), title=_("不批准"), do=actions.decline_write_off,
        message=_("未批准,货仍在库。"),
    )  # fmt: skip


@desk_page("write_off", "ask")
def write_off_withdrawal(request: Any, write_off_id: int) -> HttpResponse:
    """Taken back by those who ask."""
    return _step(
        request, write_off_id, ReasonForm(request), title=_("撤回"), do=actions.withdraw_write_off,
        message=_("已撤回。"), danger=True,
    )  # fmt: skip
