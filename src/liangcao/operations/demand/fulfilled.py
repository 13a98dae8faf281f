"""The arithmetic of a line: what was allotted, what is on its way, what was delivered, what is open."""

from __future__ import annotations

from dataclasses import dataclass, replace

from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.operations.demand.flow import FULFILMENTS, REQUISITION_LINE_FLOW
from liangcao.operations.demand.inputs import FulfilmentInput
from liangcao.operations.demand.models import RequisitionLine

# A superseded line takes back what had arrived on it; what was still on its road went over to the line in its place.
_FULFILLED_STATES = ("open", "closed", "superseded")


@dataclass(frozen=True)
class Fulfilled:
    """Sums of one line in base units."""

    allotted: int = 0
    released: int = 0
    delivered: int = 0
    returned: int = 0

    @property
    def on_way(self) -> int:
        """Allotted, not released and not yet delivered."""
        return max(0, self.allotted - self.released - self.delivered)

    @property
    def kept(self) -> int:
        """Delivered and not returned."""
        return self.delivered - self.returned

    def open(self, approved: int | None) -> int | None:
        """What is still to be planned; None when the approved amount is unknown."""
        return None if approved is None else max(0, approved - self.kept - self.on_way)

    def fills(self, approved: int | None) -> bool:
        """Whether the unit has what was approved."""
        return approved is not None and self.kept >= approved

    def plus(self, kind: str, quantity: int) -> Fulfilled:
        """The sums after one more entry."""
        return replace(self, **{kind: getattr(self, kind) + quantity})


def check_entry(line: RequisitionLine, totals: Fulfilled, entry: FulfilmentInput, row: int) -> None:
    """Raise unless the entry may be added to the line."""
    if entry.kind not in FULFILMENTS:
        raise Invalid(
            "FULFILMENT_UNKNOWN",
            f"没有“{entry.kind}”这种兑现",
            f'There is no fulfilment "{entry.kind}"',
            field="kind",
            row=row,
        )
    check_quantity(entry.quantity, row=row)
    where_zh = f"申领单 {line.requisition.number} 第 {line.line} 行“{line.item.name}”"
    where_en = f'Requisition {line.requisition.number} row {line.line} "{line.item.english}"'
    if line.status not in _FULFILLED_STATES:
        state = REQUISITION_LINE_FLOW[line.status]
        raise Conflict(
            "LINE_NOT_APPROVED",
            f"{where_zh}现在是“{state.zh}”,不能发放;请先审核批准",
            f'{where_en} is "{state.en}" and cannot be served; it has to be approved first',
            row=row,
        )
    most = {"released": totals.on_way, "returned": totals.kept}.get(entry.kind)
    if entry.kind == "allotted" and entry.cause_kind == "plan":
        # An emergency issue may go beyond what is open, on a leader's word. A plan never does.
        most = totals.open(line.quantity_approved)
    if most is not None and entry.quantity > most:
        word_zh, word_en = FULFILMENTS[entry.kind]
        raise Conflict(
            f"{entry.kind.upper()}_TOO_MUCH",
            f"{where_zh}最多可记{word_zh} {most:,} {line.item.base_unit},收到的是 {entry.quantity:,}",
            f"{where_en}: at most {most:,} can be {word_en}, {entry.quantity:,} given",
            field="quantity",
            row=row,
        )
