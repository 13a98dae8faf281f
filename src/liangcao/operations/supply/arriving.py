"""What may be received: dates, lots, the store, shortages against the advice. Pure; raises all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST, check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.supply.announcing import check_dates
from liangcao.operations.supply.inputs import ReceiptLineInput
from liangcao.operations.supply.models import SourceLine
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import in_base_units, known_item
from liangcao.reference.parties.models import Store

LOT_NOT_NEEDED = "该物资不按批号管理"


@dataclass
class Arrival:
    """One line that has passed the checks, in base units. `line` is None until its source line is added."""

    row: int
    line: SourceLine | None
    item: Item
    good: int
    damaged: int
    maker_lot: str
    no_lot_reason: str
    produced_on: date | None
    expires_on: date | None
    reason: str
    accepted_by: str
    is_held: bool
    needs: tuple[str, ...] = ()


def check_arrivals(
    given: Sequence[ReceiptLineInput],
    items: dict[int, Item],
    lines: Sequence[SourceLine],
    *,
    store: Store | None,
    is_final: bool,
    on: date,
    others: Sequence[Store] = (),
) -> list[Arrival]:
    """The arrivals as they will be written. `store` None is a direct delivery; `others` are the stores that a refusal
    may name. Raises all problems at once.

    `lines` are the source's lines with quantity_arrived so far. On the final receipt each line that stays short of its
    advice needs a reason; lines with two zeros carry only that.
    """
    problems: list[Refusal] = []
    if not 0 < len(given) <= LINES_BY_HAND_MOST:
        raise Invalid(
            "LINES_TOO_MANY" if given else "LINES_EMPTY",
            f"入库须有 1–{LINES_BY_HAND_MOST:,} 行,收到 {len(given):,} 行",
            f"A receipt has 1 to {LINES_BY_HAND_MOST:,} lines, got {len(given):,}",
            field="lines",
        )
    arrivals: list[Arrival] = []
    for row, line in enumerate(given, start=1):
        with collected(problems):
            arrival = _drafted(line, items, lines, row)
            arrivals.append(arrival)
            _check_quantities(arrival, is_final=is_final)
            _check_place(arrival, store, others)
            _check_lot(arrival, line, store, on)
    if is_final and not problems:
        problems.extend(_unexplained_shortages(arrivals, lines))
    if not problems and not any(arrival.good or arrival.damaged for arrival in arrivals):
        problems.append(
            Invalid(
                "NOTHING_ARRIVED",
                "没有任何到货;不再到货请用“关闭来源”",
                "Nothing arrived; close the source instead",
                field="lines",
            )
        )
    raise_all(problems)
    return arrivals


def note_needs(arrivals: Sequence[Arrival], signatures: dict[int, tuple[str, ...]]) -> None:
    """Say what the good pieces of each arrival wait for besides the store's signature; `signatures` by category. Goods
    without a lot number that must wait anyway are judged by quality on the way."""
    for arrival in arrivals:
        more = tuple(kind for kind in signatures[arrival.item.category_id] if kind != "store")
        if not arrival.good or not more:
            continue
        arrival.needs = more
        if arrival.is_held:
            arrival.is_held = False
            arrival.needs = tuple(dict.fromkeys(("quality", *more)))


def _drafted(given: ReceiptLineInput, items: dict[int, Item], lines: Sequence[SourceLine], row: int) -> Arrival:
    item = known_item(items, given.item_id, row=row)
    texts = [
        check_text(value, field=field, zh=zh, en=en, longest=longest, row=row)
        for field, value, zh, en, longest in (
            ("maker_lot", given.maker_lot, "批号", "maker's lot", 60),
            ("no_lot_reason", given.no_lot_reason, "无批号原因", "reason for no lot", 100),
            ("reason", given.reason, "差异原因", "reason of the difference", 200),
            ("accepted_by", given.accepted_by, "验收人", "inspector", 60),
        )
    ]
    counts = []
    for field in ("quantity_good", "quantity_damaged"):
        count = check_quantity_or_zero(getattr(given, field), field=field, row=row)
        counts.append(in_base_units(item, count, given.unit, row=row) if count else 0)
    line = _line_of(given, item, lines, row)
    return Arrival(
        row=row,
        line=line,
        item=item,
        good=counts[0],
        damaged=counts[1],
        maker_lot=texts[0] or (line.maker_lot if line else ""),
        no_lot_reason=texts[1],
        produced_on=given.produced_on or (line.produced_on if line else None),
        expires_on=given.expires_on or (line.expires_on if line else None),
        reason=texts[2],
        accepted_by=texts[3],
        is_held=False,
    )


def _line_of(given: ReceiptLineInput, item: Item, lines: Sequence[SourceLine], row: int) -> SourceLine | None:
    """The line named, or the first one of the item, or None when the item was not on the advice."""
    if given.source_line_id is None:
        return next((line for line in lines if line.item_id == item.pk), None)
    line = next((line for line in lines if line.pk == given.source_line_id), None)
    if line is None:
        raise Invalid(
            "LINE_UNKNOWN",
            f"第 {row} 行:本来源没有明细 {given.source_line_id}",
            f"Row {row}: the source has no line {given.source_line_id}",
            field="source_line",
            row=row,
        )
    if line.item_id != item.pk:
        raise Invalid(
            "ITEM_DIFFERS",
            f"第 {row} 行是“{item.name}”,通知的第 {line.line} 行是“{line.item.name}”;实到不同物资请另起一行",
            f'Row {row} is "{item.english}", line {line.line} of the advice is "{line.item.english}"; '
            "use a row of its own",
            field="item",
            row=row,
        )
    return line


def _check_quantities(arrival: Arrival, *, is_final: bool) -> None:
    if arrival.good or arrival.damaged or (is_final and arrival.line is not None):
        return
    raise Invalid(
        "QUANTITY_INVALID",
        f"第 {arrival.row} 行“{arrival.item.name}”完好与破损都是 0,请填写实到数量或删去此行",
        f'Row {arrival.row} "{arrival.item.english}": good and damaged are both 0; give what arrived or delete the row',
        field="quantity_good",
        row=arrival.row,
    )


def _check_place(arrival: Arrival, store: Store | None, others: Sequence[Store]) -> None:
    item = arrival.item
    if store is not None and not store.holds(item.hazard_class):
        fit = [other.name for other in others if other.holds(item.hazard_class)][:5]
        choose_zh = f"请改收到:{'、'.join(fit)}" if fit else "本局还没有能存放的仓库,请先在“设置 › 仓库”登记"
        choose_en = f"choose {', '.join(fit)}" if fit else "no store of the bureau may; add one under Settings › Stores"
        raise Conflict(
            "STORE_HAZARD",
            f"第 {arrival.row} 行“{item.name}”属危险类别 {item.hazard_class},“{store.name}”不能存放;{choose_zh}",
            f'Row {arrival.row} "{item.english}" is of hazard class {item.hazard_class}, which "{store.name}" may '
            f"not hold; {choose_en}",
            field="store",
            row=arrival.row,
        )
    if store is None and arrival.damaged:
        raise Invalid(
            "DAMAGED_IN_DIRECT",
            f"第 {arrival.row} 行:直达交付只登记完好签收的数量,破损的请退回来源方或收入仓库待检区",
            f"Row {arrival.row}: a direct delivery counts good pieces only; damaged ones go back or into a "
            f"store's quarantine",
            field="quantity_damaged",
            row=arrival.row,
        )


def _check_lot(arrival: Arrival, given: ReceiptLineInput, store: Store | None, on: date) -> None:
    row, item = arrival.row, arrival.item
    if not (arrival.good or arrival.damaged):
        return
    check_dates(arrival.produced_on, arrival.expires_on, row=row)
    if arrival.produced_on and arrival.produced_on > on:
        raise Invalid(
            "PRODUCED_IN_FUTURE",
            f"第 {row} 行“{item.name}”的生产日期 {arrival.produced_on} 晚于到货日期 {on}",
            f'Row {row} "{item.english}": produced on {arrival.produced_on}, after it arrived on {on}',
            field="produced_on",
            row=row,
        )
    if arrival.expires_on and arrival.expires_on < on and arrival.good:
        raise Conflict(
            "EXPIRED_ON_ARRIVAL",
            f"第 {row} 行“{item.name}”已于 {arrival.expires_on} 过期,不能按完好入库;须走报废/例外审批,或全部记为破损(进待检区)",
            f'Row {row} "{item.english}" expired on {arrival.expires_on}: write it off or ask for an exception, or '
            f"count all of it as damaged",
            field="expires_on",
            row=row,
        )
    if arrival.maker_lot:
        return
    if item.lot_tracked and not arrival.no_lot_reason:
        raise Invalid(
            "NO_LOT_REASON_MISSING",
            f"第 {row} 行“{item.name}”按批号管理,没有批号(无批号)须填写原因",
            f'Row {row} "{item.english}" is tracked by lot: without a maker\'s lot give the reason',
            field="no_lot_reason",
            row=row,
        )
    arrival.is_held = item.lot_tracked and store is not None and not arrival.accepted_by
    arrival.no_lot_reason = arrival.no_lot_reason or LOT_NOT_NEEDED


def _unexplained_shortages(arrivals: Sequence[Arrival], lines: Sequence[SourceLine]) -> list[Refusal]:
    problems: list[Refusal] = []
    for line in lines:
        mine = [arrival for arrival in arrivals if arrival.line is line]
        short = shortage(line, mine)
        if not short or any(arrival.reason for arrival in mine):
            continue
        arrived = (line.quantity_advised or 0) - short
        row = mine[0].row if mine else None
        problems.append(
            Invalid(
                "SHORTAGE_REASON_MISSING",
                f"“{line.item.name}”通知 {line.quantity_advised:,}、实到 {arrived:,},短少 {short:,} "
                f"{line.item.base_unit},须填原因",
                f'"{line.item.english}": {line.quantity_advised:,} advised, {arrived:,} arrived, '
                f"{line.item.counted(short)} short; "
                f"give the reason",
                field="reason",
                row=row,
            )
        )
    return problems


def shortage(line: SourceLine, arrivals: Sequence[Arrival]) -> int:
    """How much of the advice is missing after these arrivals; 0 when the advice named no amount."""
    if line.quantity_advised is None:
        return 0
    arrived = line.quantity_arrived  # type: ignore[attr-defined]
    return max(0, line.quantity_advised - arrived - sum(arrival.good + arrival.damaged for arrival in arrivals))
