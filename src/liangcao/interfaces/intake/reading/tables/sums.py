"""Running sums of a table's quantities: subtotals are known by arithmetic, and checked where words say them.

A sum that names its goods is compared with the rows of these goods in this unit, one that names a unit with the rows in
that unit: masks and suits are not added up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from liangcao.interfaces.intake.reading.characters import likeness
from liangcao.interfaces.intake.reading.lines import STOCK, shown
from liangcao.interfaces.intake.reading.tables.amounts import amount_of
from liangcao.interfaces.intake.reading.tables.cells import is_blank, text_of
from liangcao.interfaces.intake.reading.tables.plan import Plan

if TYPE_CHECKING:
    from liangcao.interfaces.intake.reading.tables.telling import Telling

_LEAST = 2
# 合计:医用口罩, 医用口罩小计, Total: masks.
_SUM_WORDS = re.compile(
    r"^(?:小计|合计|总计|共计|(?:sub-?)?total)\s*[:：]?\s*|\s*[:：]?(?:小计|合计|总计|共计)[:：]?$", re.IGNORECASE
)
# Of a quantity column: the goods and the unit, or "" and the unit.
_Name = tuple[int, str, str]


class Sums:
    """The sums of each quantity column since the last subtotal and since the top; worked out only when asked for."""

    def __init__(self, plan: Plan) -> None:
        self.columns = [use.column for use in plan.quantities]
        self.first = plan.block.first
        self.counted: dict[int, tuple[int, Decimal, int]] = {}
        self.part: dict[int, tuple[Decimal, int]] = {column: (Decimal(0), 0) for column in self.columns}
        self.whole: dict[int, tuple[Decimal, int]] = dict(self.part)
        self.at = plan.block.first
        self.left_out: set[int] = set()
        self.item, self.unit, self.last_item = plan.item, plan.unit, ""
        self.named: dict[_Name, Decimal] = defaultdict(Decimal)
        self.named_part: dict[_Name, Decimal] = defaultdict(Decimal)

    def up_to(self, index: int, rows: Sequence[Sequence[Any]]) -> None:
        """Add the rows before this one that were not added yet."""
        for at in range(self.at, index):
            if at in self.left_out:
                continue
            item, unit = self._names(rows[at])
            # Merged over several lots, the goods stand in the first row alone.
            item = self.last_item = item or self.last_item
            for column in self.columns:
                cell = rows[at][column] if column < len(rows[at]) else None
                value = cell if type(cell) is int else amount_of(cell, STOCK, None).value
                if value is not None:
                    part, whole = self.part[column], self.whole[column]
                    self.part[column] = (part[0] + value, part[1] + 1)
                    self.whole[column] = (whole[0] + value, whole[1] + 1)
                    for name in {item, ""}:
                        self.named[column, name, unit] += value
                        self.named_part[column, name, unit] += value
        self.at = max(self.at, index)

    def is_sum(self, index: int, cells: Sequence[Any]) -> bool:
        """Whether every quantity of a row is the sum of those above it."""
        found = False
        for column in self.columns:
            if is_blank(cells[column]):
                continue
            value = amount_of(cells[column], STOCK, None).value
            sums = [total for total, count in (self.part[column], self.whole[column]) if count >= _LEAST]
            if value is None or value not in sums:
                return False
            found = True
        return found

    def leave_out(self, index: int) -> None:
        """A row that is no goods row adds nothing."""
        self.left_out.add(index)

    def close(self, number: int, cells: Sequence[Any], tell: Telling) -> None:
        """A subtotal was met: tell where it differs, and begin the next part."""
        item, unit = self._names(cells)
        for column in self.columns:
            value = amount_of(cells[column], STOCK, None).value
            name = (column, item, unit)
            own = self.named.get(name) if item or unit else None
            part, whole = self.part[column], self.whole[column]
            sums = [total for total, count in (part, whole) if count]
            if own is not None:
                sums = [own, self.named_part.pop(name, own), *([] if item else sums)]
            if value is not None and sums and value not in sums:
                right = shown(sums[0])
                tell.problem(
                    number, column, "SUBTOTAL_DIFFERS", cells, more=(f",各行之和为 {right}", f"; the sum is {right}")
                )
            if not item or own is None or value == part[0]:
                self.part[column] = (Decimal(0), 0)

    def _names(self, cells: Sequence[Any]) -> tuple[str, str]:
        """The goods and the unit of a row, be it one of goods or a sum of them."""
        item, unit = (
            text_of(cells[column]) if column is not None and column < len(cells) else ""
            for column in (self.item, self.unit)
        )
        return likeness(_SUM_WORDS.sub("", item)), likeness(unit)
