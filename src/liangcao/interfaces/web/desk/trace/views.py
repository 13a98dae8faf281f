"""追溯: type anything — a lot, a document, a source, a requisition, a unit — and see where every piece went."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import table
from liangcao.interfaces.web.desk.accounts import move_address, places_address
from liangcao.interfaces.web.desk.stock.lists import ENTRY_COLUMNS
from liangcao.interfaces.web.desk.trace.drawing import Drawing, Ribbon, draw
from liangcao.interfaces.web.desk.trace.finding import find
from liangcao.interfaces.web.listing import sheet_of
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.refusals import told
from liangcao.interfaces.web.templatetags.words import quantity, said, unit_of
from liangcao.ledger import queries as ledger
from liangcao.ledger.kinds import ACCOUNT_NAMES
from liangcao.reference.catalog.queries import items_by_id

ENTRIES_SHOWN = 300
RECENT_LOTS = 12


@desk_page("ledger")
def trace(request: Any) -> HttpResponse:
    """The search box alone, or the answer."""
    ref = request.GET.get("ref", "").strip()[:100]
    if not ref:
        return _ask(request)
    try:
        found = find(request, ref)
    except NotFound as refusal:
        return _ask(request, ref=ref, refusal=told(refusal, request.LANGUAGE_CODE), status=404)
    if request.GET.get("format"):
        sheet = sheet_of(ENTRY_COLUMNS, found.postings, title=_("追溯 %(ref)s") % {"ref": ref})
        return spreadsheet.answer(sheet, kind="xlsx", name=f"{_('追溯')}-{ref}".replace("/", "-"))
    entries = table(ENTRY_COLUMNS, found.postings[:ENTRIES_SHOWN], title=_("分录"))
    return render_page(
        request,
        "desk/trace/trace.html",
        title=_("追溯"),
        ref=ref,
        found=found,
        items=_items(ref, found),
        entries=entries,
        hidden=max(len(found.postings) - ENTRIES_SHOWN, 0),
        all_entries=address("entry_list", query=urlencode({"ref": ref})),
        excel=f"{request.path}?{urlencode({'ref': ref, 'format': 'xlsx'})}",
    )


def _ask(request: Any, *, ref: str = "", refusal: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    recent = ledger.lots(request.actor, request.bureau.pk).order_by("-arrived_on", "-code")[:RECENT_LOTS]
    return render_page(
        request, "desk/trace/ask.html", title=_("追溯"), ref=ref, refusal=refusal, recent=recent, status=status
    )


def _items(ref: str, found: Any) -> list[dict[str, Any]]:
    """For each item: its drawing, its balance line, whether it adds up."""
    known = items_by_id([part.item_id for part in found.items])
    shown = []
    for part in found.items:
        item = known[part.item_id]
        unit = unit_of(item)
        shown.append(
            {
                "item": item,
                "trace": part,
                "unit": unit,
                "parts": _balance_line(ref, part),
                "drawing": _linked(ref, item.code, draw(part), unit),
            }
        )
    return shown


def _balance_line(ref: str, part: Any) -> list[dict[str, Any]]:
    """来 20,000 = 在库 3,200 + 在途 500 + …, each number with the address of its places."""
    return [
        {
            "label": said(ACCOUNT_NAMES[kind]) if kind != "recipient" else _("单位"),
            "quantity": part.held[kind],
            "url": places_address(ref=ref, item=part.item_code, kind=kind),
        }
        for kind in ACCOUNT_NAMES
        if part.held.get(kind)
    ]


def _linked(ref: str, item_code: str, drawing: Drawing, unit: str) -> dict[str, Any]:
    """The drawing with words and addresses."""
    names = {}
    for place in drawing.places:
        # “一号库 → 市一院”: where it comes from is seen from the band.
        name = place.name.rpartition(" → ")[2] or _("其余 %(count)s 处") % {"count": place.merged}
        held = (
            "" if place.kind == "outside" or not place.held else f" {quantity(place.held)} {unit_of(unit, place.held)}"
        )
        names[place.key] = {"place": place, "name": name, "kind": said(ACCOUNT_NAMES[place.kind]), "held": held}
    ribbons = [
        {
            "ribbon": ribbon,
            "url": _band_address(ref, item_code, ribbon),
            "title": f"{names[ribbon.source.key]['name']} → {names[ribbon.target.key]['name']}"
            f" {quantity(ribbon.quantity)} {unit_of(unit, ribbon.quantity)}",
        }
        for ribbon in drawing.ribbons
    ]
    return {"places": list(names.values()), "ribbons": ribbons, "width": drawing.width, "height": drawing.height}


def _band_address(ref: str, item_code: str, ribbon: Ribbon) -> str:
    """One document: its page; several: their entries."""
    if len(ribbon.moves) == 1:
        return move_address(ribbon.moves[0][0])
    wanted = {"ref": ref, "item": item_code}
    if ribbon.source.key > 0:
        wanted["account_from"] = str(ribbon.source.key)
    if ribbon.target.key > 0:
        wanted["account_to"] = str(ribbon.target.key)
    return address("entry_list", query=urlencode(wanted))
