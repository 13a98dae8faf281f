"""物料平衡: opening + in = out + closing of any item, store, source, period; every number opens its entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.desk.accounts import entries_address, places_address
from liangcao.interfaces.web.desk.filters import chosen, day_asked, item_options, store_options
from liangcao.interfaces.web.listing import exports_of
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.templatetags.words import full_day, headed, named, said, unit_of
from liangcao.ledger.kinds import ACCOUNT_NAMES
from liangcao.ledger.mass_balance import INSIDE, WAYS, WAYS_IN, WAYS_OUT, ItemBalance, Question, mass_balance
from liangcao.reference.catalog.queries import items, items_by_id
from liangcao.reference.parties.queries import stores

KNOWN = frozenset({"from", "to", "store", "item", "source", "format"})


@dataclass(frozen=True)
class Asked:
    """The question of an address, with the codes that stand in it."""

    question: Question
    item: str
    store: str

    @property
    def filters(self) -> dict[str, Any]:
        """What the entries behind the numbers have in common."""
        asked = self.question
        return {"store": self.store, "ref": asked.source, "from": asked.from_, "to": asked.to}


@desk_page("ledger")
def balance(request: Any) -> HttpResponse:
    """The table, or its file."""
    asked = _asked(request)
    rows = mass_balance(request.actor, request.bureau.pk, asked.question)
    known = items_by_id([row.item_id for row in rows])
    rows = sorted(rows, key=lambda row: (known[row.item_id].pinyin, known[row.item_id].code))
    if request.GET.get("format"):
        sheet = _sheet(request, rows, known, asked)
        return spreadsheet.answer(
            sheet, kind=request.GET["format"], name=f"{_('物料平衡')}-{business_date(request.at)}"
        )
    return render_page(
        request,
        "desk/trace/balance.html",
        title=_("物料平衡"),
        rows=[_shown(row, known[row.item_id], asked) for row in rows],
        wrong=sum(1 for row in rows if row.difference),
        asked=asked,
        scope=_scope(request, asked),
        stores=store_options(request),
        items=item_options(request),
        exports=exports_of(request),
    )


def _asked(request: Any) -> Asked:
    """Raises Invalid PARAMETER_UNKNOWN, DATE_INVALID, FORMAT_UNKNOWN, NotFound for a store or item that is not
    there."""
    unknown = sorted(set(request.GET) - KNOWN)
    if unknown:
        raise Invalid("PARAMETER_UNKNOWN", f"不认识的筛选项:{unknown[0][:40]}", f"Unknown parameter: {unknown[0][:40]}")
    if request.GET.get("format"):
        spreadsheet.check_format(request.GET["format"])
    item = chosen(items(request.actor), request.GET.get("item", ""))
    store = chosen(stores(request.actor, bureau_id=request.bureau.pk), request.GET.get("store", ""))
    question = Question(
        item_id=item.pk if item else None,
        store_id=store.pk if store else None,
        source=request.GET.get("source", "").strip()[:80],
        from_=day_asked(request, "from"),
        to=day_asked(request, "to"),
    )
    return Asked(question, item.code if item else "", store.code if store else "")


def _scope(request: Any, asked: Asked) -> str:
    """Of what, in words: stands under the title and on paper."""
    question = asked.question
    names = dict(store_options(request)) | dict(item_options(request))
    parts = [named(request.bureau)]
    parts.append(_period(question.from_, question.to))
    parts += [names[code] for code in (asked.store, asked.item) if code]
    if question.source:
        parts.append(question.source)
    return " · ".join(parts)


def _period(first: date | None, last: date | None) -> str:
    if first and last:
        return f"{full_day(first)} — {full_day(last)}"
    if first:
        return _("%(day)s起") % {"day": full_day(first)}
    return _("截至%(day)s") % {"day": full_day(last)} if last else _("自建账以来")


def _shown(row: ItemBalance, item: Any, asked: Asked) -> dict[str, Any]:
    """A row with words and addresses."""
    entries = entries_address(item=item.code, **asked.filters)
    return {
        "item": item,
        "unit": unit_of(item),
        "balance": row,
        "entries": entries,
        "came": _parts(row.came, WAYS_IN, WAYS, lambda _way: entries),
        "went": _parts(row.went, WAYS_OUT, WAYS, lambda _way: entries),
        "held": _parts(row.held, INSIDE, ACCOUNT_NAMES, lambda kind: _places(item, kind, asked) or entries),
    }


def _places(item: Any, kind: str, asked: Asked) -> str:
    """Where it lies now; of a past day only the entries can tell."""
    if asked.question.to:
        return ""
    return places_address(item=item.code, kind=kind, store=asked.store, ref=asked.question.source)


def _parts(
    counted: Mapping[str, int], order: tuple[str, ...], words: Mapping[str, tuple[str, str]], link: Any
) -> list[dict[str, Any]]:
    return [
        {"label": said(words[way]), "quantity": counted[way], "url": link(way)} for way in order if counted.get(way)
    ]


def _sheet(request: Any, rows: list[ItemBalance], known: Mapping[int, Any], asked: Asked) -> spreadsheet.Sheet:
    """All ways in columns of their own; a way that nothing took has none."""
    came = [way for way in WAYS_IN if any(row.came.get(way) for row in rows)]
    went = [way for way in WAYS_OUT if any(row.went.get(way) for row in rows)]
    held = [kind for kind in INSIDE if any(row.held.get(kind) for row in rows)]
    heading = [
        _("物资"), _("编码"), _("单位"), _("期初"), *(headed(WAYS[way]) for way in came), _("收入合计"),
        *(headed(WAYS[way]) for way in went), _("发出合计"), *(headed(ACCOUNT_NAMES[kind]) for kind in held), _("结存合计"),
        _("差额"),
    ]  # fmt: skip
    lines = (
        [
            named(known[row.item_id]), known[row.item_id].code, unit_of(known[row.item_id]), row.opening,
            *(row.came.get(way, 0) for way in came), row.total_in, *(row.went.get(way, 0) for way in went),
            row.total_out, *(row.held.get(kind, 0) for kind in held), row.closing, row.difference,
        ]
        for row in rows
    )  # fmt: skip
    totals: dict[int, int | None] = dict.fromkeys(range(3, len(heading)), 2)
    units = dict.fromkeys(totals, 2)
    return spreadsheet.Sheet(_("物料平衡"), heading, lines, [_scope(request, asked)], totals, units=units)
