"""The end of a register: per item opening, in, out and closing, and whether the list agrees with the book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from liangcao.ledger.entries import NONE_ID
from liangcao.ledger.registers import stock_flows
from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.registers_parts import Scope
from liangcao.oversight.briefing.registers_rows import held_by_item, issued_by_item

CLOSING_HEADS = (
    ("物资编码", "item code"),
    ("物资名称", "item"),
    ("单位", "unit"),
    ("期初结存", "opening"),
    ("本期入库", "in"),
    ("本期出库", "out"),
    ("期末结存", "closing"),
    ("本表合计", "total of this list"),
    ("核对", "check"),
)
_RIGHT, _WRONG = ("相符", "agrees"), ("不符", "differs")


@dataclass(frozen=True)
class ClosingRow:
    """One item at the end of a register. `stock` is (opening, in, out, closing), None where only one unit's rows are
    listed: a unit's receipts say nothing of the stores. `expected` is what the book says the list adds up to."""

    code: str
    name: str
    unit: str
    stock: tuple[int, int, int, int] | None
    listed: int
    expected: int | None

    @property
    def is_right(self) -> bool:
        """Opening + in - out = closing, and the list has what the book has."""
        closes = self.stock is None or self.stock[0] + self.stock[1] - self.stock[2] == self.stock[3]
        return closes and self.expected in (None, self.listed)

    def cells(self, *, is_english: bool) -> tuple[str | int | None, ...]:
        """As it is written under CLOSING_HEADS."""
        told = (_RIGHT if self.is_right else _WRONG)[is_english]
        return (self.code, self.name, self.unit, *(self.stock or (None,) * 4), self.listed, told)


def closing_rows(register: Register) -> list[ClosingRow]:
    """One row for each item with stock or rows, in the order of the codes; after `rows()` or `summed()`."""
    scope, names = register.scope, register.scope.names
    has_stock = scope.party_id is None or register.kind == "stock_statement"
    stock = _stock(scope, with_direct=register.kind != "stock_statement") if has_stock else {}
    listed = {key: sums[register.listed] for key, sums in register.totals.by_item.items()}
    for item_id, held in stock.items():
        item = names.items[item_id]
        if any(held):
            code, name, _standard = scope.item_cells(item)
            listed.setdefault((code, name, scope.unit(item)), 0)
    expected = _expected(register, stock)
    made = []
    for (code, name, unit), sum_listed in sorted(listed.items()):
        item_id = names.items_by_code[code].pk
        held_now = stock.get(item_id, (0, 0, 0, 0)) if has_stock else None
        known = None if expected is None else expected.get(item_id, 0)
        made.append(ClosingRow(code, name, unit, held_now, sum_listed, known))
    return made


def _expected(register: Register, stock: dict[int, tuple[int, int, int, int]]) -> dict[int, int] | None:
    """item → what the list must add up to, by a reading of the book other than the list's own."""
    if register.kind == "issue_register":
        return issued_by_item(register.scope)
    place = {"receipts_register": 1, "issues_register": 2, "stock_statement": 3}[register.kind]
    return {item: held[place] for item, held in stock.items()} if stock else None


def _stock(scope: Scope, *, with_direct: bool) -> dict[int, tuple[int, int, int, int]]:
    """item → opening, in, out, closing. What went straight to a unit is in and out of the lists of goods, and in no
    store."""
    opening = held_by_item(scope, scope.from_ - timedelta(days=1))
    closing = held_by_item(scope, scope.to)
    moved = stock_flows(scope.actor, scope.bureau_id, cut=scope.cut)
    summed: dict[int, list[int]] = {}
    for held, place in ((opening, 0), (closing, 3)):
        for (_store, item), quantity in held.items():
            summed.setdefault(item, [0, 0, 0, 0])[place] += quantity
    for (store, item), flow in moved.items():
        if not with_direct and store == NONE_ID and scope.party_id is None:
            continue
        sums = summed.setdefault(item, [0, 0, 0, 0])
        sums[1] += flow.came
        sums[2] += flow.left
    return {item: (sums[0], sums[1], sums[2], sums[3]) for item, sums in summed.items()}


def check_line(closing: list[ClosingRow], *, is_english: bool) -> str:
    """One sentence: the list agrees with the book, or for which items it does not."""
    wrong = [row for row in closing if not row.is_right]
    if wrong:
        codes = ", ".join(f"{row.code} {row.name}" for row in wrong[:20])
        return f"Check: differs for {codes}" if is_english else f"核对:以下物资不符:{codes}"
    if is_english:
        return "Check: opening + in - out = closing, and the list adds up to what the book says"
    return "核对:期初结存 + 本期入库 - 本期出库 = 期末结存,本表合计与台账相符"
