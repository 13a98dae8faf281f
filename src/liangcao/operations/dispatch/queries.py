"""Reads of dispatch: lists, the page of a delivery, pick lists, papers owing, what waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from liangcao.foundation.database.bulk import Among
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.operations.allocation.models import Plan, PlanPick
from liangcao.operations.dispatch.models import Delivery, DeliveryDispute, DeliveryLine
from liangcao.operations.dispatch.proof_queries import disputes, taken_back
from liangcao.operations.dispatch.rules import is_overdue


def deliveries(
    actor: Actor,
    *,
    bureau_id: int | None = None,
    status: str | None = None,
    organisation_id: int | None = None,
    carrier_organisation_id: int | None = None,
    store_id: int | None = None,
    plan_id: int | None = None,
    is_emergency: bool | None = None,
    papers_owing: bool = False,
    with_difference: bool = False,
    door: str | None = None,
    search: str = "",
) -> QuerySet[Delivery]:
    """Deliveries in scope with line_count, quantity_sent and quantity_missing (short + damaged); no order is set."""
    related = ("organisation__region", "carrier_organisation", "store", "plan")
    found = Delivery.objects.visible_to(actor).select_related(*related)
    wanted = {
        "bureau_id": bureau_id,
        "status": status,
        "organisation_id": organisation_id,
        "carrier_organisation_id": carrier_organisation_id,
        "store_id": store_id,
        "plan_id": plan_id,
        "is_emergency": is_emergency,
        "receipt__door": door,
    }
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    if papers_owing:
        found = found.filter(is_emergency=True, papers_at=None)
    if search:
        found = found.filter(
            Q(number__icontains=search)
            | Q(organisation__name__icontains=search)
            | Q(organisation__pinyin__icontains=search.lower())
        )
    found = found.annotate(
        line_count=Count("lines"),
        quantity_sent=Coalesce(Sum("lines__quantity"), 0),
        quantity_missing=Coalesce(Sum(F("lines__quantity_short") + F("lines__quantity_damaged")), 0),
    )
    return found.filter(status="signed", quantity_missing__gt=0) if with_difference else found


def delivery(actor: Actor, delivery_id: int) -> Delivery:
    """One delivery in scope. Raises NotFound, also for another unit's."""
    rows = Delivery.objects.visible_to(actor).select_related(
        "bureau", "organisation__region", "carrier_organisation", "store", "plan", "issue_move", "receipt_move",
        "emergency",
    )  # fmt: skip
    found: Delivery | None = rows.filter(pk=delivery_id).first()
    if found is None:
        raise NotFound("未找到该配送单,或不在您的范围内", "No such delivery within your scope", field="delivery")
    return found


def reader_of(actor: Actor, delivery: Delivery) -> Actor:
    """The actor with the appointments that show him a delivery: what he may read of it goes by their roles."""
    region = delivery.organisation.region
    return actor.reading(
        bureau_id=delivery.bureau_id,
        organisation_id=delivery.organisation_id,
        region_code=region.code if region else "",
        carrier_id=delivery.carrier_organisation_id,
    )


def delivery_lines(actor: Actor, delivery_ids: Sequence[int]) -> QuerySet[DeliveryLine]:
    """The lines of deliveries with item, lot and requisition, in order."""
    rows = DeliveryLine.objects.visible_to(actor).filter(delivery_id__in=delivery_ids)
    return rows.select_related("item", "lot", "requisition_line__requisition").order_by("delivery_id", "line")


@dataclass(frozen=True)
class DeliveryDetail:
    """Everything the page of a delivery shows. Sums are base units over all lines, None before the receipt."""

    delivery: Delivery
    lines: tuple[DeliveryLine, ...]
    quantity_sent: int
    quantity_good: int | None
    quantity_missing: int | None
    papers_are_owing: bool
    papers_are_overdue: bool


def delivery_detail(actor: Actor, delivery_id: int, *, at: datetime) -> DeliveryDetail:
    """One delivery with its lines. Raises NotFound."""
    found = delivery(actor, delivery_id)
    lines = tuple(delivery_lines(actor, [found.pk]))
    signed = found.signed_at is not None
    return DeliveryDetail(
        delivery=found,
        lines=lines,
        quantity_sent=sum(line.quantity for line in lines),
        quantity_good=sum(line.quantity_good or 0 for line in lines) if signed else None,
        quantity_missing=sum((line.quantity_short or 0) + (line.quantity_damaged or 0) for line in lines)
        if signed
        else None,
        papers_are_owing=found.papers_are_owing,
        papers_are_overdue=is_overdue(found, at),
    )


def pick_list(actor: Actor, *, store_id: int) -> list[DeliveryLine]:
    """配货单 of a store: what is to be picked now, by item, soonest expiry first, then by delivery."""
    rows = DeliveryLine.objects.visible_to(actor).filter(delivery__store_id=store_id, delivery__status="picking")
    related = rows.select_related("delivery__organisation", "item", "lot")
    return list(
        related.order_by("item__code", F("lot__expires_on").asc(nulls_last=True), "lot__code", "delivery_id", "line")
    )


def papers_owing(actor: Actor, *, bureau_id: int | None = None) -> QuerySet[Delivery]:
    """Emergency issues whose papers have not come, the first due on top."""
    return deliveries(actor, bureau_id=bureau_id, papers_owing=True).order_by("papers_due_at")


@dataclass(frozen=True)
class Progress:
    """How far a published plan is, in pieces: not yet on a pick list, being picked, on the way, signed for as good."""

    waiting: int = 0
    picking: int = 0
    in_transit: int = 0
    good: int = 0


def progress(
    actor: Actor, plan_id: int, *, organisation_ids: Collection[int] | None = None
) -> dict[tuple[int, int], Progress]:
    """(unit, item) → how far the plan is for it, for these units or all."""
    sums: dict[tuple[int, int], dict[str, int]] = {}
    picks = PlanPick.objects.visible_to(actor).filter(plan_line__plan_id=plan_id, delivery_ref="", quantity_released=0)
    rows = DeliveryLine.objects.visible_to(actor).filter(delivery__plan_id=plan_id)
    if organisation_ids is not None:
        picks = picks.filter(Among("plan_line__organisation_id", organisation_ids))
        rows = rows.filter(Among("delivery__organisation_id", organisation_ids))
    for unit, item, total in (
        picks.values_list("plan_line__organisation_id", "item_id").annotate(Sum("quantity")).order_by()
    ):
        sums.setdefault((unit, item), {})["waiting"] = total
    grouped = rows.values_list("delivery__organisation_id", "item_id", "delivery__status").order_by()
    for unit, item, status, sent, good in grouped.annotate(Sum("quantity"), Sum("quantity_good", default=0)):
        kept = sums.setdefault((unit, item), {})
        if status in ("picking", "in_transit"):
            kept[status] = kept.get(status, 0) + sent
        kept["good"] = kept.get("good", 0) + good
    for unit, item, pieces in taken_back(actor, plan_id):
        if (unit, item) in sums:
            sums[unit, item]["good"] -= pieces
    return {key: Progress(**kept) for key, kept in sums.items()}


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """What waits for this person: plans to pick, goods to hand over or sign for, differences, papers owing."""
    scope = {} if bureau_id is None else {"bureau_id": bureau_id}
    rows = Delivery.objects.visible_to(actor).filter(**scope)
    found: list[Waiting] = []
    if guard.can(actor, "prepare", "delivery", bureau_id=bureau_id):
        found += _waiting("plan_prepare", _to_prepare(actor).filter(**scope), "published_at", "status=published")
    if guard.can(actor, "hand_over", "delivery", bureau_id=bureau_id):
        found += _waiting("delivery_hand_over", rows.filter(status="picking"), "prepared_at", "status=picking")
    if actor.organisation_ids:
        found += _waiting("delivery_confirm", _coming(actor), "handed_over_at", "status=in_transit")
    if guard.can(actor, "settle", "delivery", bureau_id=bureau_id) and not actor.is_outside:
        found += _waiting("delivery_settle", _differing(rows), "signed_at", "difference=1")
    if guard.can(actor, "decide", "dispute", bureau_id=bureau_id) and not actor.is_outside:
        found += _waiting(
            "dispute_decide", disputes(actor, bureau_id=bureau_id, status="open"), "raised_at", "status=open"
        )
    if guard.can(actor, "regularise", "delivery", bureau_id=bureau_id):
        found += _papers(rows.filter(is_emergency=True, papers_at=None), at)
    return found


# Group → its names and the list that shows it.
_GROUPS = {
    "plan_prepare": ("待配货的方案", "plans to pick", "plan_list"),
    "delivery_hand_over": ("待出库的配送单", "deliveries to hand over", "delivery_list"),
    "delivery_confirm": ("待签收的配送单", "deliveries to sign for", "delivery_list"),
    "delivery_settle": ("待处理的签收差异", "differences to settle", "delivery_list"),
    "dispute_decide": ("待核查的签收异议", "disputes of receipts", "dispute_list"),
}


def _waiting(
    kind: str, rows: QuerySet[Delivery] | QuerySet[Plan] | QuerySet[DeliveryDispute], moment: str, query: str
) -> list[Waiting]:
    zh, en, url_name = _GROUPS[kind]
    count, oldest = rows.aggregate(n=Count("pk", distinct=True), oldest=Min(moment)).values()
    return [Waiting(kind, zh, en, count, oldest, url_name, query)] if count else []


def _to_prepare(actor: Actor) -> QuerySet[Plan]:
    """Published plans with picks that no delivery carries yet."""
    picks = PlanPick.objects.visible_to(actor).filter(
        delivery_ref="", quantity_released=0, plan_line__is_hold_back=False
    )
    return Plan.objects.visible_to(actor).filter(status="published", pk__in=picks.values("plan_line__plan_id"))


def _coming(actor: Actor) -> QuerySet[Delivery]:
    """On the way to the actor's own organisations, whichever bureau sends them."""
    return Delivery.objects.visible_to(actor).filter(status="in_transit", organisation_id__in=actor.organisation_ids)


def _differing(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Signed for with a shortage or damage."""
    short_or_damaged = Q(lines__quantity_short__gt=0) | Q(lines__quantity_damaged__gt=0)
    return rows.filter(status="signed").filter(short_or_damaged).distinct()


def _papers(rows: QuerySet[Delivery], at: datetime | None) -> list[Waiting]:
    count, oldest, due_at = rows.aggregate(
        n=Count("pk"), oldest=Min("handed_over_at"), due=Min("papers_due_at")
    ).values()
    if not count:
        return []
    late = at is not None and at > due_at
    return [
        Waiting(
            "papers_owing",
            "先发后补待补手续",
            "emergency issues owing papers",
            count,
            oldest,
            "delivery_list",
            "papers=owing",
            due_at=due_at,
            is_overdue=late,
        )
    ]
