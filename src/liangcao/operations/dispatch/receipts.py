"""What a unit signs for, checked line by line against what was sent; all problems are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, raise_all
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.dispatch.models import OUTCOMES, DeliveryDisputeLine, DeliveryLine
from liangcao.reference.catalog.models import Item

Differing = TypeVar("Differing", DeliveryLine, DeliveryDisputeLine)


@dataclass(frozen=True)
class ReceiptConfirmation:
    """What the unit says of one line, in base units: good + short + damaged = sent. A difference needs its reason."""

    line_id: int
    quantity_good: int
    quantity_short: int = 0
    quantity_damaged: int = 0
    reason: str = ""


@dataclass(frozen=True)
class SettledDifference:
    """What became of a difference: `outcome` returned, quarantine or lost; `part` short, damaged or "" for both."""

    line_id: int
    outcome: str
    part: str = ""


class MoreThanSent(Conflict):
    """The unit cannot sign for more than was sent."""

    def __init__(self, *, row: int, item: Item, sent: int, signed: int) -> None:
        self.sent, self.signed = sent, signed
        super().__init__(
            "MORE_THAN_SENT",
            f"第 {row} 行“{item.name}”:发出 {sent:,} {item.base_unit},签收合计 {signed:,},多出 {signed - sent:,},请核对",
            f'Row {row} "{item.english}": {item.counted(sent)} sent, {signed:,} signed for, '
            f"{signed - sent:,} too many; check",
            field="quantity_good",
            row=row,
        )


def checked_receipt(lines: Sequence[DeliveryLine], given: Sequence[ReceiptConfirmation] | None) -> list[DeliveryLine]:
    """Write what was said onto the lines (not saved). None: everything came whole. Raises every problem at once."""
    if given is None:
        given = [ReceiptConfirmation(line.pk, line.quantity) for line in lines]
    by_id = {line.pk: line for line in lines}
    problems: list[Refusal] = []
    said: set[int] = set()
    for number, row in enumerate(given, start=1):
        line = by_id.get(row.line_id)
        if line is None or row.line_id in said:
            problems.append(
                Invalid(
                    "LINE_UNKNOWN",
                    f"第 {number} 行不是本单的明细,或重复",
                    f"Row {number} is no line of this delivery, or stands twice",
                    field="line_id",
                    row=number,
                )
            )
            continue
        said.add(row.line_id)
        problem = _problem(line, row)
        if problem:
            problems.append(problem)
    for line in lines:
        if line.pk not in said:
            problems.append(
                Invalid(
                    "LINE_MISSING",
                    f"第 {line.line} 行“{line.item.name}”没有填写签收数量",
                    f'Row {line.line} "{line.item.english}": say what came',
                    field="lines",
                    row=line.line,
                )
            )
    raise_all(problems)
    for row in given:
        line = by_id[row.line_id]
        line.quantity_good, line.quantity_short, line.quantity_damaged = (
            row.quantity_good,
            row.quantity_short,
            row.quantity_damaged,
        )
        line.difference_reason = row.reason.strip() if row.quantity_short or row.quantity_damaged else ""
    return list(lines)


def _problem(line: DeliveryLine, row: ReceiptConfirmation) -> Refusal | None:
    parts = {
        "quantity_good": row.quantity_good,
        "quantity_short": row.quantity_short,
        "quantity_damaged": row.quantity_damaged,
    }
    try:
        for field, value in parts.items():
            check_quantity_or_zero(value, field=field, row=line.line)
        check_text(row.reason, field="reason", zh="原因", en="reason", longest=200, row=line.line)
    except Invalid as problem:
        return problem
    name, unit, total = line.item.name, line.item.base_unit, sum(parts.values())
    named = f'Row {line.line} "{line.item.english}"'
    if total > line.quantity:
        return MoreThanSent(row=line.line, item=line.item, sent=line.quantity, signed=total)
    if total < line.quantity:
        return Invalid(
            "RECEIPT_INCOMPLETE",
            f"第 {line.line} 行“{name}”:发出 {line.quantity:,} {unit},还有 {line.quantity - total:,} 未说明,请填短少或损坏",
            f"{named}: {line.item.counted(line.quantity)} sent, {line.quantity - total:,} not accounted for; "
            "enter them as short or damaged",
            field="quantity_short",
            row=line.line,
        )
    if total > row.quantity_good and not row.reason.strip():
        return Invalid(
            "REASON_MISSING",
            f"第 {line.line} 行“{name}”:短少 {row.quantity_short:,}、损坏 {row.quantity_damaged:,} 须填原因",
            f"{named}: {row.quantity_short:,} short, {row.quantity_damaged:,} damaged: say why",
            field="reason",
            row=line.line,
        )
    return None


def checked_settlement(lines: Sequence[Differing], given: Sequence[SettledDifference]) -> list[Differing]:
    """Write the outcomes onto the lines with a difference (not saved), return these. Raises every problem at once.

    `lines` are those of a delivery or those of a dispute.
    """
    open_lines = {line.pk: line for line in lines if line.quantity_short or line.quantity_damaged}
    if not open_lines:
        raise Conflict("NO_DIFFERENCE", "本单没有短少或损坏,不需要处理", "The delivery has no difference to settle")
    problems: list[Refusal] = []
    for number, row in enumerate(given, start=1):
        line = open_lines.get(row.line_id)
        if line is None or row.outcome not in OUTCOMES or row.part not in ("", "short", "damaged"):
            problems.append(
                Invalid(
                    "OUTCOME_INVALID",
                    f"第 {number} 行:该明细没有差异,或去向不是退回在库、退回待检、报损之一",
                    f"Row {number}: no difference on this line, or the outcome is none of returned, quarantine, lost",
                    field="outcome",
                    row=number,
                )
            )
            continue
        if row.part != "damaged" and line.quantity_short:
            line.short_settled_as = row.outcome
        if row.part != "short" and line.quantity_damaged:
            line.damaged_settled_as = row.outcome
    for line in open_lines.values():
        if (line.quantity_short and not line.short_settled_as) or (
            line.quantity_damaged and not line.damaged_settled_as
        ):
            problems.append(
                Invalid(
                    "OUTCOME_MISSING",
                    f"第 {line.line} 行“{line.item.name}”的差异没有说明去向",
                    f'Row {line.line} "{line.item.english}": say what became of the difference',
                    field="lines",
                    row=line.line,
                )
            )
    raise_all(problems)
    return list(open_lines.values())
