"""The matrix of a plan as the page shows it: a page of units × a page of items by tier, and after publication how far
it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from liangcao.interfaces.web.templatetags.words import days, named, quantity, said, unit_of
from liangcao.operations.allocation import queries
from liangcao.operations.allocation.queries import UnitRow
from liangcao.operations.allocation.unit_queries import plan_units
from liangcao.operations.dispatch import queries as dispatch
from liangcao.reference.parties.kinds import TIERS

# A page that a person reads, and that comes at once: more of them stand on the next pages.
UNITS_SHOWN, ITEMS_SHOWN = 50, 16


@dataclass(frozen=True)
class ShownCell:
    """One cell; `cell` is None where the unit did not ask. `tone`: alarm (nothing), part, wait (ask first), done."""

    cell: Any
    tone: str = ""
    cover: str = ""
    words: str = ""
    progress: Any = None


@dataclass(frozen=True)
class ShownRow:
    """A unit's row."""

    unit: Any
    cells: list[ShownCell]


@dataclass(frozen=True)
class ShownTier:
    """Units of one tier."""

    name: str
    rows: list[ShownRow]


@dataclass(frozen=True)
class Window:
    """Which part of a plan is shown. `units` and `columns` are the rows and items of this page; `unit_count` all units
    that the filters leave, `parts` the other pages: label → address or nothing where there is none."""

    detail: Any
    units: list[Any]
    columns: list[Any]
    unit_count: int
    item_count: int
    filters: list[tuple[str, str, str, list[tuple[str, str]]]]
    search: str
    is_narrowed: bool
    is_whole: bool
    first_unit: int
    first_item: int
    parts: dict[str, str]

    @property
    def is_part(self) -> bool:
        """Whether more units or items stand on other pages."""
        return len(self.units) < self.unit_count or len(self.columns) < self.item_count

    @property
    def last_unit(self) -> int:
        """The place of the last unit of this page."""
        return self.first_unit + len(self.units) - 1

    @property
    def last_item(self) -> int:
        """The place of the last item of this page."""
        return self.first_item + len(self.columns) - 1


def window(request: Any, plan_id: int) -> Window:
    """The part of a plan that the request asks for: ?q, tier, town, item narrow it, ?units and ?items turn its pages,
    ?whole=1 shows all of it, to be printed. Raises NotFound."""
    asked = {key: request.GET.get(key, "") for key in ("tier", "town", "item")}
    search, is_whole = request.GET.get("q", "").strip()[:100], request.GET.get("whole") == "1"
    head = queries.plan_detail(request.actor, plan_id, language=request.LANGUAGE_CODE, lines_of=queries.NO_LINES)
    columns = [column for column in head.columns if asked["item"] in ("", str(column.item_id))]
    item_id = columns[0].item_id if asked["item"] and columns else None
    everyone = plan_units(request.actor, plan_id, item_id=item_id, search=search)
    units = [
        unit
        for unit in everyone
        if asked["tier"] in ("", str(unit.tier)) and asked["town"] in ("", str(unit.region_id))
    ]
    page, part = (0, 0) if is_whole else (_place(request, "units"), _place(request, "items"))
    size, width = (len(units), len(columns)) if is_whole else (UNITS_SHOWN, ITEMS_SHOWN)
    shown = units[page * size : (page + 1) * size]
    shown_columns = columns[part * width : (part + 1) * width]
    lines_of = None if is_whole and len(units) == len(everyone) else _lines_of(shown, shown_columns)
    detail = queries.plan_detail(request.actor, plan_id, language=request.LANGUAGE_CODE, lines_of=lines_of)
    return Window(
        detail=detail,
        units=shown,
        columns=shown_columns,
        unit_count=len(units),
        item_count=len(columns),
        filters=_filters(head, everyone, asked),
        search=search,
        is_narrowed=bool(search or any(asked.values())),
        is_whole=is_whole,
        first_unit=page * size + 1,
        first_item=part * width + 1,
        parts=_parts(request, page, part, units=len(units), items=len(columns)),
    )


def _place(request: Any, name: str) -> int:
    """The number of a page, from 0."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def _lines_of(units: list[Any], columns: list[Any]) -> Q:
    items = [column.item_id for column in columns]
    return Q(organisation_id__in={unit.organisation_id for unit in units}, tier__in={unit.tier for unit in units}) & (
        Q(item_id__in=items, instead_of=None) | Q(instead_of_id__in=items)
    )


def _filters(head: Any, units: list[Any], asked: dict[str, str]) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """(parameter, label, chosen, choices) of the selects."""
    tiers_there = sorted({unit.tier for unit in units})
    towns = sorted({(unit.region_name, unit.region_id) for unit in units if unit.region_id is not None})
    choices = {
        "tier": (_("档"), [(str(tier), _tier_name(tier)) for tier in tiers_there]),
        "town": (_("镇街"), [(str(pk), name) for name, pk in towns]),
        "item": (_("物资"), [(str(column.item_id), named(column)) for column in head.columns]),
    }
    return [(key, label, asked[key], found) for key, (label, found) in choices.items() if asked[key] or len(found) > 1]


def _parts(request: Any, page: int, part: int, *, units: int, items: int) -> dict[str, str]:
    """Addresses of the pages before and after, of units and of items; of the whole, and of all without filters."""

    def turned(**changed: str) -> str:
        kept = {**{key: request.GET.get(key, "") for key in ("q", "tier", "town", "item", "units", "items")}, **changed}
        return "?" + urlencode({key: value for key, value in kept.items() if value not in ("", "0")})

    return {
        "units_before": turned(units=str(page - 1)) if page else "",
        "units_after": turned(units=str(page + 1)) if (page + 1) * UNITS_SHOWN < units else "",
        "items_before": turned(items=str(part - 1)) if part else "",
        "items_after": turned(items=str(part + 1)) if (part + 1) * ITEMS_SHOWN < items else "",
        "whole": turned(units="", items="", whole="1"),
        "clear": request.path,
    }


def _tier_name(tier: int) -> str:
    return f"{tier} · {said(TIERS[tier])}" if tier in TIERS else str(tier)


def tiers(request: Any, part: Window) -> list[ShownTier]:
    """The tiers of this page with its rows, one cell for each item that is shown."""
    plan, rows = part.detail.plan, {}
    for tier, found in part.detail.tiers.items():
        rows.update({(tier, row.organisation_id): row for row in found})
    units = {unit.organisation_id for unit in part.units}
    done = dispatch.progress(request.actor, plan.pk, organisation_ids=units) if plan.status == "published" else {}
    shown: dict[int, list[ShownRow]] = {}
    for unit in part.units:
        row = rows.get((unit.tier, unit.organisation_id)) or UnitRow(
            unit.organisation_id, unit.name, unit.tier, is_hold_back=False, cells={}
        )
        shown.setdefault(unit.tier, []).append(_row(row, part.columns, done))
    return [ShownTier(_tier_name(tier), found) for tier, found in shown.items()]


def _row(row: Any, columns: Any, done: dict[tuple[int, int], Any]) -> ShownRow:
    cells = [
        _cell(row.cells.get(column.item_id), column, done.get((row.organisation_id, column.item_id)))
        for column in columns
    ]
    return ShownRow(row, cells)


def _cell(cell: Any, column: Any, progress: Any) -> ShownCell:
    if cell is None:
        return ShownCell(None)
    given = cell.quantity_planned + cell.quantity_substituted
    tone = (
        "wait" if cell.gap is None or cell.line.is_stale else "done" if not cell.gap else "part" if given else "alarm"
    )
    cover = f"{days(cell.cover_before)}→{days(cell.cover_after)}" if cell.cover_after is not None else ""
    words = _("分 %(given)s,待满足 %(open)s %(unit)s") % {
        "given": quantity(given),
        "open": _("不详") if cell.line.quantity_open is None else quantity(cell.line.quantity_open),
        "unit": unit_of(column, cell.line.quantity_open),
    }
    return ShownCell(cell, tone, cover, words, progress)


@dataclass(frozen=True)
class Totals:
    """The line of totals. Percent is rounded down, so that 100 means everything."""

    free: int
    asked: int
    planned: int
    unit: str
    items: int
    units: int
    lines: int
    lines_met: int
    worst_before: str
    worst_after: str
    share: str

    @property
    def percent(self) -> int | None:
        """Planned of asked; None when nothing countable was asked, or when pieces of different units would be added."""
        return self.planned * 100 // self.asked if self.asked and self.unit else None


def totals(detail: Any) -> Totals:
    """Sums over the plan. Pieces are added only where all items share a unit; else lines are counted."""
    names = {unit_of(column) for column in detail.columns}
    before = [column.worst_cover_before for column in detail.columns if column.worst_cover_before is not None]
    after = [column.worst_cover_after for column in detail.columns if column.worst_cover_after is not None]
    share = detail.summary.share
    return Totals(
        free=detail.quantity_free,
        asked=detail.quantity_asked,
        planned=detail.quantity_planned,
        units=detail.summary.rows,
        unit=names.pop() if len(names) == 1 else "",
        items=len(detail.columns),
        lines=detail.summary.lines,
        lines_met=detail.summary.lines_met,
        worst_before=days(min(before)) if before else "",
        worst_after=days(min(after)) if after else "",
        share="" if share is None else f"{share // 10}.{share % 10}",
    )
