"""Requisition lines that wait at the end of a day, as figures count them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date, day_end
from liangcao.operations.demand.queries import lines


@dataclass(frozen=True)
class WaitingLine:
    """A line that waits for review or is open: what one unit asked of one item, and what became of it."""

    number: str
    requisition_id: int
    organisation: str
    item_id: int
    item_code: str
    status: str
    received_date: date
    requested: int | None
    approved: int | None
    allotted: int
    delivered: int
    unmet: int

    def measured(self, name: str) -> int:
        """What this line adds to a measure of demand."""
        approved = self.approved or 0
        is_open = self.status == "open"
        values = {
            "demand_requested": self.requested or 0,
            "demand_unknown": int(self.requested is None),
            "demand_approved": approved if is_open else 0,
            "demand_allotted": self.allotted if is_open else 0,
            "demand_delivered": self.delivered if is_open else 0,
            "demand_unmet": self.unmet if is_open else 0,
        }
        return values[name]


DEMAND_MEASURES = (
    "demand_requested",
    "demand_unknown",
    "demand_approved",
    "demand_allotted",
    "demand_delivered",
    "demand_unmet",
)


def waiting_lines(actor: Actor, bureau_id: int, day: date) -> Iterator[WaitingLine]:
    """Lines received by the end of the day that wait for review or are open now, oldest requisition first."""
    found = lines(actor, bureau_id=bureau_id).filter(
        status__in=("submitted", "open"), requisition__received_at__lt=day_end(day)
    )
    for row in found.order_by("requisition__received_at", "requisition_id", "line").iterator(chunk_size=2000):
        yield WaitingLine(
            number=row.requisition.number,
            requisition_id=row.requisition_id,
            organisation=row.organisation.name,
            item_id=row.item_id,
            item_code=row.item.code,
            status=row.status,
            received_date=business_date(row.requisition.received_at),
            requested=row.quantity_requested,
            approved=row.quantity_approved,
            allotted=row.quantity_allotted,
            delivered=row.quantity_delivered,
            unmet=row.quantity_open or 0,
        )
