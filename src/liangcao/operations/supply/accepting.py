"""What a signature may say of goods that wait in the receiving area, and what follows from all of them. Pure; raises
all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity, check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.supply.inputs import FindingInput, PieceInput
from liangcao.operations.supply.models import ReceiptLine
from liangcao.reference.catalog.models import Item


@dataclass(frozen=True)
class Lying:
    """A receipt line with its good pieces: what arrived, what of it is still in the receiving area and in the store's
    free stock, and what the signatures so far say (None: not signed)."""

    line: ReceiptLine
    arrived: int
    receiving: int
    store: int
    counted: int | None = None
    rejected: int | None = None

    @property
    def item(self) -> Item:
        """What it is."""
        item: Item = self.line.item
        return item

    @property
    def released(self) -> int:
        """What was let go before inspection."""
        return self.arrived - self.receiving

    @property
    def there(self) -> int:
        """How many there are, as far as is known: as counted, else as they were taken in."""
        return self.arrived if self.counted is None else self.counted

    @property
    def releasable(self) -> int:
        """What may be let go: pieces in the receiving area that nobody has found missing or rejected."""
        return max(self.there - (self.rejected or 0) - self.released, 0)

    def is_asked(self, kind: str) -> bool:
        """Whether the rule of its category asks for this signature."""
        return kind in self.line.needs.split(",")


@dataclass(frozen=True)
class Settled:
    """How the good pieces of a line divide once everybody has signed. Parts of `rejected`: still in the receiving area,
    in the store, and out of the house."""

    lying: Lying
    accepted: int
    rejected: int
    missing: int
    to_store: int
    from_receiving: int
    from_store: int
    out: int


def settled(row: Lying) -> Settled:
    """The division: what is missing never came; rejected pieces are taken where they still lie."""
    rejected = row.rejected or 0
    missing = row.arrived - row.there
    left = row.receiving - missing
    from_receiving = min(rejected, left)
    from_store = min(rejected - from_receiving, row.store)
    return Settled(
        row,
        accepted=row.there - rejected,
        rejected=rejected,
        missing=missing,
        to_store=left - from_receiving,
        from_receiving=from_receiving,
        from_store=from_store,
        out=rejected - from_receiving - from_store,
    )


def check_findings(kind: str, given: Sequence[FindingInput], lying: Iterable[Lying]) -> dict[int, FindingInput]:
    """receipt line → finding as it will be written. Raises all problems at once.

    Every line that needs the signature has one finding. Nobody counts more than arrived; quality divides what is there.
    """
    asked = {row.line.pk: row for row in lying if row.is_asked(kind)}
    problems: list[Refusal] = []
    found: dict[int, FindingInput] = {}
    for number, finding in enumerate(given, start=1):
        with collected(problems):
            row = _known(finding.receipt_line_id, asked, found, number)
            check = _checked_count if kind == "count" else _checked_quality
            found[row.line.pk] = check(finding, row, number)
    if not problems:
        problems.extend(_unsaid(row) for pk, row in asked.items() if pk not in found)
    raise_all(problems)
    return found


def _known(line_id: int, rows: dict[int, Lying], found: Iterable[int], number: int) -> Lying:
    if line_id not in rows or line_id in found:
        raise Invalid(
            "LINE_UNKNOWN",
            f"第 {number} 行:本单没有等待这道签字的明细 {line_id},或给出了两次",
            f"Row {number}: no line {line_id} of the receipt waits for this signature, or it was given twice",
            field="line",
            row=number,
        )
    return rows[line_id]


def _unsaid(row: Lying) -> Invalid:
    return Invalid(
        "FINDING_MISSING",
        f"“{row.item.name}”(第 {row.line.line} 行)还没有填写结果",
        f'"{row.item.english}" (line {row.line.line}) has no finding yet',
        field="findings",
    )


def _checked_count(finding: FindingInput, row: Lying, number: int) -> FindingInput:
    counted = check_quantity_or_zero(finding.quantity_counted, field="quantity_counted", row=number)
    item, rejected = row.item, row.rejected or 0
    if counted > row.arrived:
        raise Conflict(
            "COUNT_ABOVE_ARRIVED",
            f"第 {number} 行“{item.name}”收货登记 {row.arrived:,} {item.base_unit},清点 {counted:,},"
            f"多出 {counted - row.arrived:,};请按收货数签字,多出的另作一次收货",
            f'Row {number} "{item.english}": {item.counted(row.arrived)} taken in, {counted:,} counted; sign for what '
            f"was taken in, and receive the other {counted - row.arrived:,} as a receipt of their own",
            field="quantity_counted",
            row=number,
        )
    if counted < row.released:
        raise Conflict(
            "COUNT_BELOW_RELEASED",
            f"第 {number} 行“{item.name}”已先行放行 {row.released:,} {item.base_unit},清点数 {counted:,} 不能少于它",
            f'Row {number} "{item.english}": {item.counted(row.released)} were released before inspection; '
            f"{counted:,} is fewer",
            field="quantity_counted",
            row=number,
        )
    if counted < rejected:
        raise Conflict(
            "COUNT_BELOW_REJECTED",
            f"第 {number} 行“{item.name}”质检已判不合格 {rejected:,} {item.base_unit},清点数 {counted:,} 少于它;"
            "请先由质检更正",
            f'Row {number} "{item.english}": quality rejected {item.counted(rejected)}, {counted:,} counted; let '
            "quality correct its finding first",
            field="quantity_counted",
            row=number,
        )
    return FindingInput(row.line.pk, quantity_counted=counted, reason=_reason(finding, number))


def _checked_quality(finding: FindingInput, row: Lying, number: int) -> FindingInput:
    passed = check_quantity_or_zero(finding.quantity_passed, field="quantity_passed", row=number)
    rejected = check_quantity_or_zero(finding.quantity_rejected, field="quantity_rejected", row=number)
    item, reason = row.item, _reason(finding, number)
    if passed + rejected != row.there:
        told_zh = (
            f"第 {number} 行“{item.name}”合格 {passed:,}、不合格 {rejected:,},合计 {passed + rejected:,};"
            f"应验 {row.there:,} {item.base_unit}"
        )
        told_en = (
            f'Row {number} "{item.english}": {passed:,} passed and {rejected:,} rejected are {passed + rejected:,}; '
            f"{item.counted(row.there)} are there"
        )
        if passed + rejected > row.there:
            raise Conflict(
                "ACCEPTED_TOO_MANY",
                f"{told_zh},不能超过它",
                f"{told_en}, not more",
                field="quantity_passed",
                row=number,
            )
        raise Invalid(
            "FINDING_INCOMPLETE",
            f"{told_zh},每一件都要有结论",
            f"{told_en}; each needs a finding",
            field="quantity_passed",
            row=number,
        )
    if rejected and not reason:
        raise Invalid(
            "REJECTION_REASON_MISSING",
            f"第 {number} 行“{item.name}”判了 {rejected:,} {item.base_unit}不合格,请填写原因",
            f'Row {number} "{item.english}": say why {item.counted(rejected)} are rejected',
            field="reason",
            row=number,
        )
    return FindingInput(row.line.pk, quantity_passed=passed, quantity_rejected=rejected, reason=reason)


def _reason(finding: FindingInput, number: int) -> str:
    return check_text(finding.reason, field="reason", zh="原因", en="reason", longest=200, row=number)


def check_pieces(given: Sequence[PieceInput], most: dict[int, tuple[Item, int]], *, zh: str, en: str) -> dict[int, int]:
    """receipt line → base units, at most what `most` says of the line. `zh`, `en` say what is being done. Raises all
    problems at once."""
    problems: list[Refusal] = []
    taken: dict[int, int] = {}
    for number, piece in enumerate(given, start=1):
        with collected(problems):
            if piece.receipt_line_id not in most or piece.receipt_line_id in taken:
                raise Invalid(
                    "LINE_UNKNOWN",
                    f"第 {number} 行:本单没有可{zh}的明细 {piece.receipt_line_id},或给出了两次",
                    f"Row {number}: no line {piece.receipt_line_id} of the receipt can be {en}, or it was given twice",
                    field="line",
                    row=number,
                )
            item, left = most[piece.receipt_line_id]
            quantity = check_quantity(piece.quantity, row=number)
            if quantity > left:
                raise Conflict(
                    "TOO_MANY",
                    f"第 {number} 行“{item.name}”最多可{zh} {left:,} {item.base_unit},填写的是 {quantity:,}",
                    f'Row {number} "{item.english}": at most {item.counted(left)} can be {en}, {quantity:,} given',
                    field="quantity",
                    row=number,
                )
            taken[piece.receipt_line_id] = quantity
    if not problems and not taken:
        problems.append(Invalid("LINES_EMPTY", f"请填写要{zh}的数量", f"Say how much is {en}", field="lines"))
    raise_all(problems)
    return taken
