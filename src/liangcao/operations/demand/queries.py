"""Reads of demand. Sums of a line are annotations done by the database: never a query per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from liangcao.foundation.database.bulk import Among
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.operations.demand.fulfilled import Fulfilled
from liangcao.operations.demand.models import Fulfilment, Requisition, RequisitionLine
from liangcao.operations.demand.over_asking import WINDOW_DAYS, Norm
from liangcao.operations.demand.rules import STALE_AFTER
from liangcao.reference.parties.separation import is_apart


def requisitions(
    actor: Actor,
    *,
    bureau_id: int | None = None,
    status: str | None = None,
    organisation_id: int | None = None,
    item_id: int | None = None,
    search: str = "",
) -> QuerySet[Requisition]:
    """Requisitions in scope with `line_count`; no order is set. `search`: number, unit's name or pinyin."""
    found = Requisition.objects.visible_to(actor).select_related("organisation__region")
    for field, value in (("bureau_id", bureau_id), ("status", status), ("organisation_id", organisation_id)):
        if value is not None:
            found = found.filter(**{field: value})
    if item_id is not None:
        found = found.filter(pk__in=_lines(actor).filter(item_id=item_id).values("requisition_id"))
    if search:
        found = found.filter(
            Q(number__icontains=search)
            | Q(organisation__name__icontains=search)
            | Q(organisation__pinyin__icontains=search.lower())
        )
    counted = _lines(actor).filter(requisition_id=OuterRef("pk")).order_by().values("requisition_id")
    return found.annotate(line_count=Subquery(counted.annotate(n=Count("pk")).values("n")))


def requisition(actor: Actor, requisition_id: int) -> Requisition:
    """One requisition in scope. Raises NotFound."""
    found = (
        Requisition.objects.visible_to(actor)
        .select_related("organisation__region", "emergency", "bureau")
        .filter(pk=requisition_id)
        .first()
    )
    if found is None:
        raise NotFound("未找到该申领单,或不在您的范围内", "No such requisition within your scope", field="requisition")
    return found


def reader_of(actor: Actor, requisition: Requisition) -> Actor:
    """The actor with the appointments that show him a requisition: the desk's, the unit's own, its township's."""
    region = requisition.organisation.region
    return actor.reading(
        bureau_id=requisition.bureau_id,
        organisation_id=requisition.organisation_id,
        region_code=region.code if region else "",
    )


def line(actor: Actor, line_id: int) -> RequisitionLine:
    """One line in scope with its sums. Raises NotFound."""
    found = with_sums(_lines(actor)).select_related("requisition", "item", "organisation").filter(pk=line_id).first()
    if found is None:
        raise NotFound("未找到该申领明细,或不在您的范围内", "No such requisition line within your scope", field="line")
    return found


def lines_of(actor: Actor, requisition_id: int, *, at: datetime | None = None) -> QuerySet[RequisitionLine]:
    """The lines of a requisition in order, with their sums and, given `at`, `is_stale`."""
    found = with_sums(_lines(actor).filter(requisition_id=requisition_id), at=at)
    return found.select_related("item", "superseded_by__requisition").order_by("line")


def lines(
    actor: Actor,
    *,
    bureau_id: int | None = None,
    organisation_id: int | None = None,
    item_ids: Iterable[int] | None = None,
    status: str | None = None,
    at: datetime | None = None,
) -> QuerySet[RequisitionLine]:
    """Lines of any state with their sums: a unit's history of an item, the demand list by unit. No order is set."""
    found = _lines(actor)
    for field, value in (("bureau_id", bureau_id), ("organisation_id", organisation_id), ("status", status)):
        if value is not None:
            found = found.filter(**{field: value})
    if item_ids is not None:
        found = found.filter(item_id__in=set(item_ids))
    return with_sums(found, at=at).select_related("requisition", "organisation", "item")


def open_lines(
    actor: Actor,
    bureau_id: int,
    *,
    item_ids: Iterable[int] | None = None,
    include_stale: bool = True,
    at: datetime | None = None,
) -> QuerySet[RequisitionLine]:
    """What a plan serves: approved lines that are not filled yet, with quantity_allotted, quantity_on_way,
    quantity_delivered, quantity_open (NULL: amount unknown) and, given `at`, is_stale. One query. No order is set."""
    found = lines(actor, bureau_id=bureau_id, item_ids=item_ids, status="open", at=at)
    if not include_stale:
        if at is None:
            raise ValueError("include_stale=False needs `at`")
        found = found.filter(confirmed_at__gte=at - STALE_AFTER)
    return found


def open_quantities(actor: Actor, bureau_id: int, *, line_ids: Iterable[int]) -> dict[int, int | None]:
    """What is open on those of these lines that a plan may serve; None: amount unknown. Two queries however many."""
    wanted = list(line_ids)
    rows = _lines(actor).filter(Among("pk", wanted), bureau_id=bureau_id, status="open")
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    noted = Fulfilment.objects.visible_to(actor).filter(Among("requisition_line_id", wanted)).order_by()
    for line_id, kind, total in noted.values_list("requisition_line_id", "kind").annotate(total=Sum("quantity")):
        sums[line_id][kind] = total
    return {
        line_id: Fulfilled(**sums[line_id]).open(approved)
        for line_id, approved in rows.values_list("pk", "quantity_approved")
    }


def stale_lines(actor: Actor, bureau_id: int, *, at: datetime) -> QuerySet[RequisitionLine]:
    """Open lines that nobody has confirmed for three days."""
    return lines(actor, bureau_id=bureau_id, status="open", at=at).filter(confirmed_at__lt=at - STALE_AFTER)


def demand_list(
    actor: Actor, bureau_id: int, *, group: str = "item", at: datetime | None = None
) -> list[dict[str, Any]]:
    """需求清单 of the open lines by item or by organisation: units, requested, approved, delivered, on way, open, unknown,
    stale.

    `group` is "item" or "organisation". Sums leave unknown amounts out and `unknown` counts them.
    """
    keys = {
        "item": ("item_id", "item__code", "item__name", "item__base_unit"),
        "organisation": ("organisation_id", "organisation__name", "tier"),
    }[group]
    rows = with_sums(_lines(actor).filter(bureau_id=bureau_id, status="open"), at=at).values(*keys)
    stale = Count("pk", filter=Q(confirmed_at__lt=at - STALE_AFTER)) if at else Value(0)
    return list(
        rows.annotate(
            units=Count("organisation_id", distinct=True),
            lines=Count("pk"),
            requested=Coalesce(Sum("quantity_requested"), 0),
            approved=Coalesce(Sum("quantity_approved"), 0),
            allotted=Coalesce(Sum("quantity_allotted"), 0),
            on_way=Coalesce(Sum("quantity_on_way"), 0),
            delivered=Coalesce(Sum("quantity_delivered"), 0),
            open=Coalesce(Sum("quantity_open"), 0),
            unknown=Count("pk", filter=Q(quantity_approved=None)),
            stale=stale,
        ).order_by(keys[1])
    )


def delivered_lately(
    actor: Actor, organisation_id: int, item_ids: Iterable[int], *, before: datetime, days: int = WINDOW_DAYS
) -> dict[int, int]:
    """item → what arrived at a unit, less what came back, in the days up to a moment, in base units. One query."""
    moments = Q(at__gt=before - timedelta(days=days), at__lte=before, kind__in=("delivered", "returned"))
    of_unit = Q(requisition_line__organisation_id=organisation_id, requisition_line__item_id__in=set(item_ids))
    signed = Case(When(kind="delivered", then=F("quantity")), default=-F("quantity"))
    rows = Fulfilment.objects.visible_to(actor).filter(of_unit, moments).order_by()
    totals = rows.values_list("requisition_line__item_id").annotate(total=Sum(signed))
    return {item_id: min(max(total, 0), QUANTITY_MAX) for item_id, total in totals}


def over_asked(found: QuerySet[RequisitionLine], *, norm: Norm | None = None) -> QuerySet[RequisitionLine]:
    """The lines that `over_asking.judge` marks as asking for too much, told apart by the database."""
    norm = norm or Norm()
    beyond = Q(quantity_requested__gt=F("daily_use") * (norm.cover_days * norm.times))
    expected = F("daily_use") * norm.window_days + F("on_hand") * norm.far_lower
    return found.filter(beyond | Q(quantity_delivered_lately__gt=expected))


def fulfilments(actor: Actor, line_id: int) -> QuerySet[Fulfilment]:
    """What happened to a line, oldest first."""
    return Fulfilment.objects.visible_to(actor).filter(requisition_line_id=line_id).order_by("pk")


def with_sums(found: QuerySet[RequisitionLine], *, at: datetime | None = None) -> QuerySet[RequisitionLine]:
    """Annotate lines with their sums in base units; `fulfilled.Fulfilled` is the same arithmetic for one line."""
    found = found.annotate(
        _allotted=_sum("allotted"), _released=_sum("released"), _delivered=_sum("delivered"), _returned=_sum("returned")
    ).annotate(
        quantity_allotted=F("_allotted") - F("_released"),
        quantity_delivered=F("_delivered") - F("_returned"),
        quantity_on_way=Greatest(F("_allotted") - F("_released") - F("_delivered"), Value(0)),
    )
    # GREATEST skips NULL on PostgreSQL and not on SQLite: an unknown amount is told apart before.
    found = found.annotate(
        quantity_open=Case(
            When(quantity_approved__isnull=True, then=None),
            default=Greatest(F("quantity_approved") - F("quantity_delivered") - F("quantity_on_way"), Value(0)),
        )
    )
    if at is None:
        return found
    is_stale = Case(When(confirmed_at__lt=at - STALE_AFTER, then=True), default=False, output_field=BooleanField())
    return found.annotate(is_stale=is_stale)


def _sum(kind: str) -> Coalesce:
    rows = (
        Fulfilment.objects.filter(requisition_line_id=OuterRef("pk"), kind=kind)
        .order_by()
        .values("requisition_line_id")
    )
    return Coalesce(Subquery(rows.annotate(total=Sum("quantity")).values("total")), 0)


def _lines(actor: Actor) -> QuerySet[RequisitionLine]:
    return RequisitionLine.objects.visible_to(actor)


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """What waits for this person: requisitions to review (not his own), and stale lines to confirm (given `at`)."""
    found: list[Waiting] = []
    scope = {} if bureau_id is None else {"bureau_id": bureau_id}
    if guard.can(actor, "approve", "requisition", bureau_id=bureau_id):
        own = (
            Q(submitted_user_id=actor.user_id)
            if actor.user_id is not None
            else Q(submitted_by=actor.name, submitted_user_id=None)
        )
        if bureau_id is not None and at is not None and not is_apart("requisition.approve", bureau_id, at):
            own = Q(pk__in=[])
        submitted = Requisition.objects.visible_to(actor).filter(status="submitted", **scope).exclude(own)
        count, oldest = submitted.aggregate(n=Count("pk"), oldest=Min("received_at")).values()
        if count:
            found.append(
                Waiting(
                    "requisition_review",
                    "待审核的申领单",
                    "requisitions to review",
                    count,
                    oldest,
                    "requisition_list",
                    "status=submitted",
                )
            )
    if at is not None and guard.can(actor, "confirm", "requisition", bureau_id=bureau_id):
        stale = _lines(actor).filter(status="open", confirmed_at__lt=at - STALE_AFTER, **scope)
        if actor.is_outside:
            stale = stale.filter(organisation_id__in=sorted(actor.organisation_ids))
        count, oldest = stale.aggregate(n=Count("pk"), oldest=Min("confirmed_at")).values()
        if count:
            found.append(
                Waiting(
                    "requisition_stale",
                    "需再次确认的需求",
                    "needs to confirm again",
                    count,
                    oldest,
                    "demand_lines",
                    "stale=1",
                    is_overdue=True,
                )
            )
    return found
