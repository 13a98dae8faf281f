"""What a unit gives back and still needs is open again on the lines that had been served with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.custody.inputs import ReturnInput
from liangcao.operations.custody.models import UnitReturn
from liangcao.operations.demand.actions import FulfilmentInput, note_fulfilments
from liangcao.operations.demand.models import Fulfilment
from liangcao.operations.dispatch.models import DeliveryLine

CAUSE = "unit_return"


def needs_again(held: UnitReturn, rows: Sequence[ReturnInput], *, by: Actor, at: datetime) -> None:
    """Note the pieces as returned, last delivery first, as far as lines were served with these lots."""
    kept = _kept(held, rows)
    entries = []
    for row in rows:
        left = row.quantity
        for line_id, served in _served(held, row):
            pieces = min(left, served, kept[line_id])
            if pieces > 0:
                entries.append(FulfilmentInput(line_id, "returned", pieces, CAUSE, held.number))
                kept[line_id] -= pieces
                left -= pieces
    note_fulfilments(entries=entries, by=by, at=at)


def needs_met(held: UnitReturn, *, by: Actor, at: datetime) -> None:
    """The return was none: what it had opened is delivered again."""
    noted = Fulfilment.objects.filter(
        requisition_line__bureau_id=held.bureau_id, cause_kind=CAUSE, cause_ref=held.number, kind="returned"
    )
    entries = [
        FulfilmentInput(row.requisition_line_id, kind, row.quantity, CAUSE, held.number)
        for row in noted.order_by("pk")
        for kind in ("allotted", "delivered")
    ]
    note_fulfilments(entries=entries, by=by, at=at)


def _served(held: UnitReturn, row: ReturnInput) -> list[tuple[int, int]]:
    """(requisition line, pieces) that deliveries of the lot brought the unit, the last one first."""
    rows = DeliveryLine.objects.filter(
        delivery__organisation_id=held.organisation_id, lot_id=row.lot_id, requisition_line__isnull=False,
        quantity_good__gt=0,
    )  # fmt: skip
    return list(rows.order_by("-delivery__signed_at", "-pk").values_list("requisition_line_id", "quantity_good"))


def _kept(held: UnitReturn, rows: Sequence[ReturnInput]) -> dict[int, int]:
    """requisition line → delivered and not returned yet."""
    line_ids = {line_id for row in rows for line_id, _served_with in _served(held, row)}
    kept: dict[int, int] = defaultdict(int)
    sums = Fulfilment.objects.filter(requisition_line_id__in=line_ids, kind__in=("delivered", "returned"))
    for line_id, kind, total in sums.order_by().values_list("requisition_line_id", "kind").annotate(Sum("quantity")):
        kept[line_id] += total if kind == "delivered" else -total
    return kept
