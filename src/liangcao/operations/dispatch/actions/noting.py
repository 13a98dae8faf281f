"""What happens to the lines of a delivery is told to the needs that they serve."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.demand.actions import FulfilmentInput, note_fulfilments
from liangcao.operations.dispatch.models import Delivery, DeliveryLine


def note_lines(
    delivery: Delivery, lines: Iterable[DeliveryLine], kind: str, field: str, *, by: Actor, at: datetime
) -> None:
    """Note `field` of each line that serves a requisition as `kind`: allotted, released, delivered or returned."""
    note_fulfilments(
        entries=[
            FulfilmentInput(line.requisition_line_id, kind, getattr(line, field), "delivery", delivery.number)
            for line in lines
            if line.requisition_line_id and getattr(line, field)
        ],
        by=by,
        at=at,
    )
