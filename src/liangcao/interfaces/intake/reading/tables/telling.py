"""Which rows of a table are no goods, and what a person is told of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from liangcao.interfaces.intake.reading.tables import columns as c
from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.blocks import NOTE, TITLE, TOTAL, is_sum_row
from liangcao.interfaces.intake.reading.tables.cells import Grid, Merges, is_blank, text_of
from liangcao.interfaces.intake.reading.tables.dates import Day, day_of, is_day
from liangcao.interfaces.intake.reading.tables.direction import said
from liangcao.interfaces.intake.reading.tables.gathered import Gathering
from liangcao.interfaces.intake.reading.tables.plan import Plan
from liangcao.interfaces.intake.reading.tables.sums import Sums

_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十\d]{1,3}(?:部分|批|类|期))"
)
# 负责人:张三, 日期:2月3日: what stands at the foot of a form.
_SIGNED = re.compile(r"^[^:：\d]{2,8}[:：]")
_LONG = 40


@dataclass(frozen=True, slots=True)
class Section:
    """What the heading of a section says of the rows below it."""

    day: Day | None = None
    flow: str | None = None
    organisation: str | None = None


class Telling:
    """Tells of one table."""

    def __init__(self, gathering: Gathering, grid: Grid, merges: Merges, plan: Plan) -> None:
        self.gathering, self.grid, self.merges, self.plan = gathering, grid, merges, plan
        self.uses = {use.column: use for use in plan.block.columns.uses}
        self.meant = [use.column for use in plan.block.columns.uses if use.key not in (c.UNKNOWN, *v.UNREAD)]
        self.unkept = {use.column for use in plan.block.columns.uses if use.key == v.IDENTITY}
        self.spans = {index for index, _ in _wide_spans(grid, plan)}
        self.counted = {use.column for use in plan.quantities}

    def problem(
        self, number: int, column: int | None, code: str, cells: Sequence[Any], same: int | None = None,
        more: tuple[str, str] = ("", ""),
    ) -> None:  # fmt: skip
        """Tell what is the matter with a row, and where."""
        use = self.uses.get(column) if column is not None else None
        if code == "DUPLICATE_ROW" and same is not None:
            more = (f"(与第 {same} 行相同)", f" (the same as row {same})")
        value = cells[column] if column is not None and column < len(cells) else None
        if code == "QUANTITY_NOT_WHOLE" and value is not None:
            more = (
                f";是否为 {round(float(value))}" if _is_float(value) else "",
                f"; is it {round(float(value))}?" if _is_float(value) else "",
            )
        self.gathering.tell(self.plan.sheet, number, column, use.header if use else None, code, value, more)

    def skip(self, number: int, why: str, cells: Sequence[Any]) -> None:
        """Note a row that is no goods row."""
        text = (
            ""
            if why == "blank"
            else " ".join(
                text_of(cell) for column, cell in enumerate(cells) if not is_blank(cell) and column not in self.unkept
            )
        )
        self.gathering.skip(self.plan.sheet, number, why, text)

    def may_be_none(self, label: str, cells: Sequence[Any]) -> bool:
        """A quick look: whether a row may be no goods row."""
        if not label or "计" in label or "otal" in label or ":" in label or "：" in label:
            return True
        return is_sum_row(cells, self.plan.block.left)

    def why_not(self, index: int, row: Sequence[Any], cells: Sequence[Any], item: str, sums: Sums) -> str | None:
        """Why a row is no goods row; None when it is one, be it incomplete."""
        why = self._why_not(index, row, cells, item, sums)
        if why:
            sums.up_to(index, self.grid.rows)
            sums.leave_out(index)
        return why

    def _why_not(self, index: int, row: Sequence[Any], cells: Sequence[Any], item: str, sums: Sums) -> str | None:
        own = [(column, row[column]) for column in self.meant if column < len(row) and not is_blank(row[column])]
        texts = [text_of(cell) for cell in row[self.plan.block.left : self.plan.block.right] if not is_blank(cell)]
        if not own:
            filled = any(not is_blank(cells[column]) for column in self.meant)
            return None if filled else "note" if texts and any(map(NOTE.match, texts)) else "blank"
        if any(TOTAL.match("".join(text.split())) for text in texts[:4] if len(text) <= 24):
            return "subtotal"
        has_count = any(column in self.counted for column, _ in own)
        if len(own) == 1 and not has_count:
            return self._why_alone(index, own[0], item)
        if len(own) > 1 and all(map(_SIGNED.match, texts)):
            return "note"
        if not has_count and not item and NOTE.match(texts[0]) and not self.plan.messages:
            return "note"
        if not item and has_count and self._is_nobody(own):
            sums.up_to(index, self.grid.rows)
            return "subtotal" if sums.is_sum(index, cells) else None
        return None

    def _why_alone(self, index: int, own: tuple[int, Any], item: str) -> str | None:
        """A row with one cell: a day, a heading, a note – or goods of which the rest is missing."""
        column, cell = own
        text = text_of(cell)
        if is_day(cell) and column != self.plan.date:
            return "section"
        if is_day(cell) and not any(use.key == v.DATE for use in self.uses.values()):
            return "section"
        if NOTE.match(text):
            return "note"
        if _SECTION.match(text) or index in self.spans:
            return "section"
        if TITLE.search(text) and not item and re.search(r"表$|公示|公告|^第.{1,6}期", text):
            return "title"
        return "note" if len(text) > _LONG and not item and re.search(r"[。;；]", text) else None

    def _is_nobody(self, own: list[tuple[int, Any]]) -> bool:
        """Whether a row without goods names no organisation either."""
        plan = self.plan
        return all(column in self.counted or column in (plan.unit, plan.date) for column, _ in own)

    def section(self, cells: Sequence[Any]) -> Section:
        """What the heading of a section says."""
        cell = next((cells[column] for column in self.meant if not is_blank(cells[column])), None)
        if is_day(cell):
            return Section(day=day_of(text_of(cell).strip("()（）") if isinstance(cell, str) else cell, self.plan.year))
        text = text_of(cell)
        flow = said(text)
        if flow in (None, "in") and not _SECTION.match(text):
            return Section(organisation=text)
        return Section(flow=flow if flow != "in" else None)

    def broken(self) -> set[int]:
        """The rows below which no organisation is named, or only this one's name goes on: a merge fell apart."""
        column, item = self.plan.organisation, self.plan.item
        found: set[int] = set()
        if column is None or item is None or self.plan.fills_down:
            return found
        rows, down = self.grid.rows, self.merges.down
        others = [at for at in self.meant if at not in (column, item, self.plan.date)]
        for index in range(self.plan.block.first + 1, self.plan.block.closing):
            row = rows[index]
            if is_sum_row(row, self.plan.block.left):
                continue
            no_name = column >= len(row) or is_blank(row[column])
            no_goods = item >= len(row) or is_blank(row[item])
            if no_name and not no_goods:
                if column not in down.get(index, ()):
                    found.add(index - 1)
            elif no_goods and not no_name and all(at >= len(row) or is_blank(row[at]) for at in others):
                before = rows[index - 1]
                if column < len(before) and before[column] != row[column]:
                    found.add(index - 1)
        return found


def _wide_spans(grid: Grid, plan: Plan) -> list[tuple[int, int]]:
    """Rows whose one cell is merged over half the table."""
    width = max(plan.block.right - plan.block.left, 1)
    return [
        (top - grid.first_row, right - left + 1)
        for top, left, _, right in grid.merges
        if 2 * (right - left + 1) > width and right - left >= 2 and plan.block.left <= left - 1 < plan.block.right
    ]


def _is_float(value: Any) -> bool:
    try:
        return abs(float(value)) < 10**12
    except (TypeError, ValueError):
        return False
