"""Deliveries as figures and registers read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import day_end, day_start
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from liangcao.operations.supply.models import ReceiptRelease
from liangcao.operations.supply.queries import owing_at, receipts
from liangcao.oversight.briefing.registers_parts import Scope


def deliveries(actor: Actor, bureau_id: int) -> QuerySet[Delivery]:
    """Deliveries of a bureau in scope, without the sums that pages of deliveries show; no order is set."""
    return Delivery.objects.visible_to(actor).filter(bureau_id=bureau_id)


def handed_over(actor: Actor, bureau_id: int, *, from_: date, to: date) -> QuerySet[Delivery]:
    """Deliveries that left in the period, oldest first, with their lines and lots."""
    rows = deliveries(actor, bureau_id).filter(handed_over_at__gte=day_start(from_), handed_over_at__lt=day_end(to))
    return rows.order_by("handed_over_at", "pk").prefetch_related("lines__lot")


def delivery_sums(scope: Scope) -> Iterator[tuple[int, int, list[int]]]:
    """(item, lines, [sent, received well, short, damaged]) of the deliveries that left in the period."""
    rows = DeliveryLine.objects.visible_to(scope.actor).filter(
        delivery__bureau_id=scope.bureau_id,
        delivery__handed_over_at__gte=day_start(scope.from_),
        delivery__handed_over_at__lt=day_end(scope.to),
    )
    wanted = {
        "item_id": scope.item_id,
        "delivery__store_id": scope.store_id,
        "delivery__organisation_id": scope.party_id,
        "delivery__issue_move__seq__lte": scope.seq,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    is_signed = Q(delivery__signed_at__lte=scope.known.at) if scope.known else Q(delivery__signed_at__isnull=False)
    names = ("quantity_good", "quantity_short", "quantity_damaged")
    arrived = {f"sum_{name}": Sum(name, filter=is_signed, default=0) for name in names}
    grouped = rows.values_list("item_id").annotate(lines=Count("pk"), sent=Sum("quantity"), **arrived)
    for item_id, lines, *sums in grouped.order_by():
        yield item_id, lines, sums


def signatures(actor: Actor, bureau_id: int, *, from_: date, to: date) -> dict[UUID, str]:
    """Who signed for the direct deliveries of the period, by their moves."""
    rows = receipts(actor, bureau_id=bureau_id).filter(business_date__gte=from_, business_date__lte=to)
    return dict(rows.exclude(recipient=None).values_list("move_id", "signed_by"))


def open_differences(actor: Actor, bureau_id: int, day: date) -> QuerySet[Delivery]:
    """Deliveries signed for by the end of the day whose shortage or damage is not settled, oldest first."""
    rows = deliveries(actor, bureau_id).filter(status="signed", signed_at__lt=day_end(day))
    return rows.order_by("signed_at", "pk").prefetch_related("lines")


def unsettled(line: DeliveryLine) -> int:
    """Short and damaged pieces of a delivery line that wait for a decision."""
    short = (line.quantity_short or 0) if not line.short_settled_as else 0
    damaged = (line.quantity_damaged or 0) if not line.damaged_settled_as else 0
    return int(short + damaged)


def papers_owing(actor: Actor, bureau_id: int, day: date) -> QuerySet[Delivery]:
    """Emergency issues of the day or earlier without papers at the end of the day, oldest first."""
    end = day_end(day)
    rows = deliveries(actor, bureau_id).filter(is_emergency=True, handed_over_at__lt=end).exclude(papers_at__lt=end)
    return rows.order_by("handed_over_at", "pk")


def early_releases(actor: Actor, bureau_id: int, day: date) -> QuerySet[ReceiptRelease]:
    """Releases before inspection whose signatures were owing at the end of the day, oldest first."""
    return owing_at(actor, bureau_id, day_end(day))


def is_overdue(owing: Delivery | ReceiptRelease, day: date) -> bool:
    """True when the papers of an emergency issue, or the signatures of a release, were due by the end of the day."""
    return owing.papers_due_at is not None and owing.papers_due_at < day_end(day)


def lots_of_requisition(actor: Actor, bureau_id: int, number: str) -> set[Any]:
    """Lots that were put on deliveries for the requisition of this number."""
    rows = deliveries(actor, bureau_id).filter(lines__requisition_line__requisition__number=number)
    return set(rows.values_list("lines__lot_id", flat=True)) - {None}
