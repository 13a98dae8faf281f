"""追溯: type anything — a lot, a document, a source, a requisition, a unit — and see where every piece went."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.foundation.kernel.spans import check_span
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.accounts import entries_address, lot_address, move_address, places_address
from liangcao.interfaces.web.desk.custody.papers import further_table
from liangcao.interfaces.web.desk.filters import day_asked
from liangcao.interfaces.web.desk.stock.lists import ENTRY_COLUMNS
from liangcao.interfaces.web.desk.trace.drawing import Drawing, Place, Ribbon, draw
from liangcao.interfaces.web.desk.trace.finding import find, lots_named
from liangcao.interfaces.web.listing import exports_of, sheet_of
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.reach import table_for
from liangcao.interfaces.web.refusals import told
from liangcao.interfaces.web.spreadsheet import FORMATS
from liangcao.interfaces.web.templatetags.words import named, quantity, said, unit_of
from liangcao.ledger import queries as ledger
from liangcao.ledger.epcis import MEDIA_TYPE, Selection, document_file
from liangcao.ledger.kinds import ACCOUNT_NAMES, SOURCE_KINDS
from liangcao.ledger.received import ReceivedLot, back_to_sources
from liangcao.operations.custody.queries import further_holders
from liangcao.reference.catalog.queries import items_by_id

PLACES_SHOWN = 500
NAME_ROOM = 15
DOCUMENTS_SHOWN = 6
ENTRIES_SHOWN = 300
RECENT_LOTS = 12


@desk_page("ledger")
def trace(request: Any) -> HttpResponse:
    """The search box alone, or the answer."""
    ref = _ref(request)
    if not ref:
        return _ask(request)
    try:
        found = find(request, ref)
    except NotFound as refusal:
        return _ask(request, ref=ref, refusal=told(refusal, request.LANGUAGE_CODE), status=404)
    if kind := request.GET.get("format"):
        sheet = sheet_of(ENTRY_COLUMNS, found.postings, title=_("追溯 %(ref)s") % {"ref": ref})
        return spreadsheet.answer(sheet, kind=kind, name=f"{_('追溯')}-{ref}".replace("/", "-"))
    entries = table(ENTRY_COLUMNS, found.postings[:ENTRIES_SHOWN], title=_("分录"))
    return render_page(
        request,
        "desk/trace/trace.html",
        title=_("追溯"),
        ref=ref,
        found=found,
        sources=_sources(request, found),
        items=_items(ref, found),
        further=further_table(further_holders(request.actor, [lot.pk for lot in found.lots])),
        entries=entries,
        hidden=max(len(found.postings) - ENTRIES_SHOWN, 0),
        all_entries=address("entry_list", query=urlencode({"ref": ref})),
        exports=exports_of(request),
        epcis=address("epcis_file", query=urlencode({"ref": ref})),
    )


def _ref(request: Any) -> str:
    return request.GET.get("ref", "").strip()[:100]


@desk_page("ledger")
def events(request: Any) -> HttpResponse:
    """The events of a trace, or of a period, as an EPCIS document to keep."""
    unknown = sorted(set(request.GET) - {"ref", "from", "to"})
    if unknown:
        raise Invalid("PARAMETER_UNKNOWN", f"不认识的筛选项:{unknown[0][:40]}", f"Unknown parameter: {unknown[0][:40]}")
    ref, from_, to = _ref(request), day_asked(request, "from"), day_asked(request, "to")
    check_span(from_, to)
    lots = frozenset(lots_named(request, ref)) if ref else None
    file = document_file(request.actor, request.bureau.pk, Selection(from_, to, lots))
    named_for = ref or "-".join(str(day) for day in (from_, to or business_date(request.at)) if day)
    name = f"EPCIS-{request.bureau.code}-{named_for}.jsonld".replace("/", "-")
    # In pieces: a whole book may be larger than the memory.
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE)  # type: ignore[return-value]


def _ask(request: Any, *, ref: str = "", refusal: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    recent = ledger.lots(request.actor, request.bureau.pk).order_by("-arrived_on", "-code")[:RECENT_LOTS]
    return render_page(
        request, "desk/trace/ask.html", title=_("追溯"), ref=ref, refusal=refusal, recent=recent, status=status
    )


def trace_address(ref: str) -> str:
    """The trace of something by its name."""
    return address("trace", query=urlencode({"ref": ref}))


SOURCE_COLUMNS = (
    Column(
        "origin",
        _lazy("来源"),
        value=lambda row: _("、").join(named(each.party) for each in row.origins),
        phone="title",
    ),
    Column("kind", _lazy("类别"), value=lambda row: said(SOURCE_KINDS[row.lot.source_kind])),
    Column(
        "ref",
        _lazy("来源单号"),
        value=lambda row: row.lot.source_ref.partition("#")[0],
        kind="code",
        link=lambda row: trace_address(row.lot.source_ref.partition("#")[0]),
    ),
    Column(
        "lot", pgettext_lazy("list", "批次"), value="lot__code", kind="code", link=lambda row: lot_address(row.lot.pk)
    ),
    Column("arrived_on", _lazy("到货日期"), value="lot__arrived_on", kind="day", phone="hide"),
    Column(
        "moves",
        _lazy("经过的单据"),
        value=lambda row: format_html_join(" ", '<a href="{}"><span class="code">{}</span></a>', _documents(row)),
        kind="mark",
        phone="hide",
    ),
    Column("held", _lazy("现有"), kind="quantity", unit="lot__item", total=True),
    Column("quantity", _lazy("共收到"), kind="quantity", unit="lot__item", total=True, phone="main"),
)


def _documents(row: ReceivedLot) -> list[tuple[str, str]]:
    return [(move_address(move_id), number) for move_id, number in row.moves[:DOCUMENTS_SHOWN]]


def _sources(request: Any, found: Any) -> list[dict[str, Any]]:
    """Of a unit: for each item the way back to the sources, drawn and as a table that adds up."""
    ways = back_to_sources(found)
    known = items_by_id([part.item_id for part, _lots in ways])
    return [
        {
            "item": known[part.item_id],
            "trace": part,
            "unit": unit_of(known[part.item_id]),
            "drawing": _linked(found.ref, part.item_code, draw(part), unit_of(known[part.item_id])),
            "table": table_for(request, table(SOURCE_COLUMNS, lots, total_label=_("合计"))),
        }
        for part, lots in ways
    ]


PLACE_COLUMNS = (
    Column("place", _lazy("所在"), value=lambda row: row["name"], phone="title"),
    Column("kind", _lazy("状态"), value=lambda row: row["kind"]),
    Column(
        "quantity", _lazy("数量"), kind="quantity", unit=lambda row: row["unit"], total=True, phone="main",
        link=lambda row: row["url"],
    ),
)  # fmt: skip


def _places(ref: str, part: Any, unit: str) -> dict[str, Any]:
    """Where every piece is now, the most first; the rest by its link."""
    held = sorted((node for node in part.nodes if node.kind != "outside" and node.quantity), key=_most_first)
    rows = [
        {
            "name": node.name or said(ACCOUNT_NAMES[node.kind]),
            "kind": said(ACCOUNT_NAMES[node.kind]),
            "quantity": node.quantity,
            "unit": unit_of(unit, node.quantity),
            "url": entries_address(ref=ref, item=part.item_code, account_to=node.account_id),
        }
        for node in held
    ]
    everything = {"ref": ref, "item": part.item_code}
    return {
        "table": table(PLACE_COLUMNS, rows[:PLACES_SHOWN], title=_("现在在哪里"), total_label=_("合计")),
        "hidden": max(len(rows) - PLACES_SHOWN, 0),
        "all": address("place_list", query=urlencode(everything)),
        "exports": {kind: address("place_list", query=urlencode(everything | {"format": kind})) for kind in FORMATS},
    }


def _most_first(node: Any) -> tuple[int, int, str, int]:
    return list(ACCOUNT_NAMES).index(node.kind), -node.quantity, node.name, node.account_id


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
                "places": _places(ref, part, unit),
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
        name = _place_name(place)
        held = (
            "" if place.kind == "outside" or not place.held else f" {quantity(place.held)} {unit_of(unit, place.held)}"
        )
        # Units stand alone in their column, in their colour: the same word at each of thirty tells nothing.
        kind = "" if place.kind == "recipient" else said(ACCOUNT_NAMES[place.kind])
        names[place.key] = {"place": place, "name": name, "short": _shortened(name), "kind": kind, "held": held}
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


def _place_name(place: Place) -> str:
    """“一号库 → 市一院”: where it comes from is seen from the band. Of several places how many they are."""
    if not place.merged:
        return place.name.rpartition(" → ")[2]
    if place.name:
        return _("%(store)s(%(count)s 家)") % {"store": place.name, "count": place.merged}
    return _("其余 %(count)s 处") % {"count": place.merged}


def _shortened(name: str) -> str:
    """What has room beside its place; the whole name is told on hover."""
    return name if len(name) <= NAME_ROOM else f"{name[: NAME_ROOM - 1]}…"


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
