"""The four registers of the trade: 储备明细表, 入库台账, 出库台账, 发放登记表. Rows are streamed; totals grow while they pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from liangcao.foundation.kernel.errors import Invalid
from liangcao.oversight.briefing import registers_rows as rows
from liangcao.oversight.briefing.columns import (
    HAND_OUT_COLUMNS,
    ISSUE_COLUMNS,
    RECEIPT_COLUMNS,
    STOCK_COLUMNS,
    Column,
)
from liangcao.oversight.briefing.registers_parts import Row, RowKey, Scope, Totals

__all__ = ["REGISTERS", "Column", "Kind", "Register", "Row", "RowKey", "Scope", "Totals", "build"]


class Kind(NamedTuple):
    """A kind of register. `listed` is the column that its closing adds up; `add` sums it up in the database."""

    zh: str
    en: str
    columns: tuple[Column, ...]
    produce: Callable[[Scope, RowKey | None, RowKey | None], Iterator[Row]]
    listed: str = "quantity"
    add: Callable[[Scope, Totals], None] | None = None


@dataclass
class Register:
    """A register: read `rows()` once and then `totals`, or a page of it and `summed()`."""

    kind: str
    scope: Scope
    totals: Totals

    @property
    def _kind(self) -> Kind:
        return REGISTERS[self.kind]

    @property
    def zh(self) -> str:
        """Its Chinese name."""
        return self._kind.zh

    @property
    def en(self) -> str:
        """Its English name."""
        return self._kind.en

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns."""
        return self._kind.columns

    @property
    def listed(self) -> int:
        """Which of the sums its closing compares with the book."""
        return self.totals.columns.index(self._kind.listed)

    def rows(self) -> Iterator[Row]:
        """Rows in order; counts the totals on the way."""
        self.totals.rows, self.totals.by_item = 0, {}
        for row in self._kind.produce(self.scope, None, None):
            self._count(self.totals, row)
            yield row

    def page(self, size: int, *, after: RowKey | None = None, before: RowKey | None = None) -> tuple[list[Row], bool]:
        """So many rows behind or before a place, and whether there are others beyond them.

        Raises Invalid CURSOR_INVALID for the place of another register.
        """
        try:
            found = list(islice(self._kind.produce(self.scope, after, before), size + 1))
        except (TypeError, ValueError, IndexError):
            raise Invalid(
                "CURSOR_INVALID", "翻页位置无效,请从第一页看起", "The page position is not valid; start from the first page",
                field="cursor",
            ) from None  # fmt: skip
        shown = found[:size]
        return (shown[::-1] if before is not None else shown), len(found) > size

    def summed(self) -> Totals:
        """The totals of all rows without reading them, where the database can add them up."""
        made = Totals(self.totals.columns)
        if self._kind.add:
            self._kind.add(self.scope, made)
        else:
            for row in self._kind.produce(self.scope, None, None):
                self._count(made, row)
        self.totals = made
        return made

    def totals_of(self, shown: list[Row]) -> Totals:
        """The totals of some rows: of a page."""
        made = Totals(self.totals.columns)
        for row in shown:
            self._count(made, row)
        return made

    def _count(self, totals: Totals, row: Row) -> None:
        cells, places = row.cells, _PLACES[self.kind]
        item = (cells[places["item_code"]], cells[places["item"]], cells[places["unit"]])
        totals.add(item, [cells[places[key]] or 0 for key in totals.columns])

    def place(self, key: str) -> int:
        """Where a column stands."""
        return _PLACES[self.kind][key]


REGISTERS: dict[str, Kind] = {
    "stock_statement": Kind("物资储备明细表", "reserve statement", STOCK_COLUMNS, rows.stock_rows, "closing"),
    "receipts_register": Kind(
        "入库台账", "receipts register", RECEIPT_COLUMNS, rows.receipt_rows, add=rows.add_receipts
    ),
    "issues_register": Kind("出库台账", "issues register", ISSUE_COLUMNS, rows.issue_rows, add=rows.add_issues),
    "issue_register": Kind(
        "物资发放登记表", "issue register", HAND_OUT_COLUMNS, rows.hand_out_rows, add=rows.add_hand_outs
    ),
}
# kind → column → its place.
_PLACES = {name: {column.key: place for place, column in enumerate(kind.columns)} for name, kind in REGISTERS.items()}


def build(kind: str, scope: Scope) -> Register:
    """The register of this kind, not read yet. Raises Invalid REGISTER_UNKNOWN, PERIOD_INVALID, FILTERS_CLASH."""
    if kind not in REGISTERS:
        known, known_en = "、".join(REGISTERS), ", ".join(REGISTERS)
        raise Invalid(
            "REGISTER_UNKNOWN",
            f"没有“{kind}”这种台账,可用:{known}",
            f'There is no register "{kind}"; there are: {known_en}',
            field="kind",
        )
    if scope.from_ > scope.to:
        raise Invalid(
            "PERIOD_INVALID",
            f"起始日期 {scope.from_} 晚于截止日期 {scope.to}",
            f"The period begins ({scope.from_}) after its end ({scope.to})",
            field="from",
        )
    if kind == "stock_statement" and scope.store_id is not None and scope.party_id is not None:
        raise Invalid(
            "FILTERS_CLASH",
            "单位手里的物资不在仓库里:储备明细表请只选仓库或只选单位",
            "What a unit holds lies in no store: choose a store or a unit for the reserve statement",
            field="organisation",
        )
    counted = tuple(column.key for column in REGISTERS[kind].columns if column.holds == "quantity")
    return Register(kind, scope, Totals(counted))
