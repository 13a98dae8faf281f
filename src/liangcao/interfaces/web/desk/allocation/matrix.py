"""The matrix of a plan as the page shows it: units × items by tier, and after publication how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.templatetags.words import quantity, said, unit_of
from liangcao.operations.dispatch import queries as dispatch
from liangcao.reference.parties.kinds import TIERS


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


def days(tenths: int | None) -> str:
    """Tenths of a day as 1.8."""
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def tiers(request: Any, detail: Any) -> list[ShownTier]:
    """Every tier with its rows, one cell for each item of the plan."""
    done = dispatch.progress(request.actor, detail.plan.pk) if detail.plan.status == "published" else {}
    shown = []
    for tier, rows in detail.tiers.items():
        name = f"{tier} · {said(TIERS[tier])}" if tier in TIERS else str(tier)
        shown.append(ShownTier(name, [_row(row, detail.columns, done) for row in rows]))
    return shown


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

    @property
    def percent(self) -> int | None:
        """Planned of asked; None when nothing countable was asked, or when pieces of different units would be added."""
        return self.planned * 100 // self.asked if self.asked and self.unit else None


def totals(detail: Any) -> Totals:
    """Sums over the plan. Pieces are added only where all items share a unit; else lines are counted."""
    cells = [cell for rows in detail.tiers.values() for row in rows for cell in row.cells.values()]
    names = {unit_of(column) for column in detail.columns}
    before = [column.worst_cover_before for column in detail.columns if column.worst_cover_before is not None]
    after = [column.worst_cover_after for column in detail.columns if column.worst_cover_after is not None]
    return Totals(
        free=detail.quantity_free,
        asked=detail.quantity_asked,
        planned=detail.quantity_planned,
        units=sum(len(rows) for rows in detail.tiers.values()),
        unit=names.pop() if len(names) == 1 else "",
        items=len(detail.columns),
        lines=len(cells),
        lines_met=sum(cell.gap == 0 and not cell.line.is_stale for cell in cells),
        worst_before=days(min(before)) if before else "",
        worst_after=days(min(after)) if after else "",
    )
