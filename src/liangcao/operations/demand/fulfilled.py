"""The arithmetic of a line: what was allotted, what is on its way, what was delivered, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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
        sums = {"allotted": self.allotted, "released": self.released}
        sums |= {"delivered": self.delivered, "returned": self.returned}
        sums[kind] += quantity
        return Fulfilled(**sums)


class ServedLine(NamedTuple):
    """What matters of a requisition line when something happens to it; a plan serves a hundred thousand at once."""

    pk: int
    bureau_id: int
    emergency_id: int
    organisation_id: int
    item_id: int
    quantity_approved: int | None
    in_addition: bool
    status: str
    superseded_by_id: int | None


def check_entry(line: ServedLine, totals: Fulfilled, entry: FulfilmentInput, row: int) -> None:
    """Raise unless the entry may be added to the line. Of a line that is refused the names are read then."""
    if entry.kind not in FULFILMENTS:
        raise Invalid(
            "FULFILMENT_UNKNOWN",
            f"没有“{entry.kind}”这种兑现",
            f'There is no fulfilment "{entry.kind}"',
            field="kind",
            row=row,
        )
    check_quantity(entry.quantity, row=row)
    if line.status not in _FULFILLED_STATES:
        state = REQUISITION_LINE_FLOW[line.status]
        _, where_zh, where_en = _where(line.pk)
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
        refused, where_zh, where_en = _where(line.pk)
        raise Conflict(
            f"{entry.kind.upper()}_TOO_MUCH",
            f"{where_zh}最多可记{word_zh} {most:,} {refused.item.base_unit},收到的是 {entry.quantity:,}",
            f"{where_en}: at most {most:,} can be {word_en}, {entry.quantity:,} given",
            field="quantity",
            row=row,
        )


def _where(line_id: int) -> tuple[RequisitionLine, str, str]:
    """The line that a refusal is about, and its place in words."""
    line = RequisitionLine.objects.select_related("requisition", "item").get(pk=line_id)
    number, place, item = line.requisition.number, line.line, line.item
    return line, f"申领单 {number} 第 {place} 行“{item.name}”", f'Requisition {number} row {place} "{item.english}"'
