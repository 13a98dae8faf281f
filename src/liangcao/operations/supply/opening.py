"""What may be opening stock: whole pieces of known items in our stores, each lot once. Raises all problems at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import TextRule, check_text
from liangcao.operations.supply.announcing import check_dates
from liangcao.operations.supply.inputs import OpeningLineInput
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import in_base_units, known_item
from liangcao.reference.parties.models import Store

LINES_MOST = 20_000
LOT_UNKNOWN = "期初建账时没有批号"
_MAKER_LOT = TextRule("批号", "maker's lot", 60)
_REMARK = TextRule("备注", "remark", 200)


@dataclass(frozen=True)
class OpeningLot:
    """One line that has passed the checks, in base units."""

    row: int
    store: Store
    item: Item
    quantity: int
    maker_lot: str
    produced_on: date | None
    expires_on: date | None
    counted_as: str
    remark: str


def check_opening(
    given: Sequence[OpeningLineInput], *, items: Mapping[int, Item], stores: Mapping[int, Store], on: date
) -> list[OpeningLot]:
    """The lines as they will be booked. Raises Invalid, Conflict or NotFound, each with its row; several at once."""
    if len(given) > LINES_MOST:
        raise Invalid(
            "LINES_TOO_MANY",
            f"期初库存最多 {LINES_MOST:,} 行,给出 {len(given):,} 行",
            f"Opening stock has at most {LINES_MOST:,} lines, {len(given):,} given",
            field="lines",
        )
    problems: list[Refusal] = []
    lots: list[OpeningLot] = []
    seen: dict[tuple[object, ...], int] = {}
    for place, line in enumerate(given, start=1):
        with collected(problems):
            lot = _checked(line, items, stores, row=line.row or place, on=on)
            _check_once(lot, seen)
            lots.append(lot)
    raise_all(problems)
    return lots


def _checked(
    line: OpeningLineInput, items: Mapping[int, Item], stores: Mapping[int, Store], *, row: int, on: date
) -> OpeningLot:
    item = known_item(dict(items), line.item_id, row=row)
    store = stores.get(line.store_id)
    if store is None:
        raise NotFound(f"第 {row} 行:没有这个仓库", f"Row {row}: no such store", field="store", row=row)
    if not store.holds(item.hazard_class):
        raise Conflict(
            "STORE_HAZARD",
            f"第 {row} 行“{item.name}”属危险类别 {item.hazard_class},“{store.name}”不能存放",
            f'Row {row}: "{item.english}" is of hazard class {item.hazard_class}; "{store.name}" may not hold it',
            field="store",
            row=row,
        )
    quantity = in_base_units(item, line.quantity, line.unit, row=row)
    check_dates(line.produced_on, line.expires_on, row=row)
    if line.produced_on and line.produced_on > on:
        raise Invalid(
            "PRODUCED_IN_FUTURE",
            f"第 {row} 行“{item.name}”的生产日期 {line.produced_on} 晚于今天 {on}",
            f'Row {row}: "{item.english}" was produced on {line.produced_on}, after today, {on}',
            field="produced_on",
            row=row,
        )
    unit = item.base_unit if line.unit in ("", "base") else line.unit
    return OpeningLot(
        row=row,
        store=store,
        item=item,
        quantity=quantity,
        maker_lot=_text("maker_lot", line.maker_lot, _MAKER_LOT, row),
        produced_on=line.produced_on,
        expires_on=line.expires_on,
        counted_as=f"{line.quantity} {unit}"[:40],
        remark=_text("remark", line.remark, _REMARK, row),
    )


def _text(field: str, value: str, rule: TextRule, row: int) -> str:
    return check_text(value, field=field, zh=rule.zh, en=rule.en, longest=rule.longest, row=row)


def _check_once(lot: OpeningLot, seen: dict[tuple[object, ...], int]) -> None:
    """The same lot twice in one store is a line pasted twice, more often than two piles."""
    key = (lot.store.pk, lot.item.pk, lot.maker_lot, lot.produced_on, lot.expires_on)
    first = seen.setdefault(key, lot.row)
    if first != lot.row:
        raise Invalid(
            "LINE_TWICE",
            f"第 {lot.row} 行与第 {first} 行相同(仓库、物资、批号、日期都一样),请合并为一行",
            f"Row {lot.row} repeats row {first} (store, item, lot and dates): make one row of them",
            row=lot.row,
        )
