"""The forecast: what units will need of each item within 3, 7 and 14 days, and what will be missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, Q, Sum, When

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.operations.demand import queries as demand
from liangcao.operations.demand.models import Fulfilment
from liangcao.operations.demand.over_asking import WINDOW_DAYS
from liangcao.operations.forecast.alerting import alert_days
from liangcao.operations.forecast.goods import Coming, coming, free_by_item
from liangcao.operations.forecast.norms import begun, counting, in_force, need_events, norm_for
from liangcao.operations.forecast.outlook import LONGEST, Added, ItemForecast, UnitNeed, looked_ahead
from liangcao.reference.catalog.queries import items_by_id
from liangcao.reference.parties.queries import organisations

Units = dict[tuple[int, int], UnitNeed]
_TOLD = (
    "organisation_id", "item_id", "status", "tier", "on_hand", "daily_use", "confirmed_at", "quantity_requested",
    "quantity_open", "quantity_on_way",
)  # fmt: skip


def forecast(
    actor: Actor, bureau_id: int, *, at: datetime, item_ids: Iterable[int] | None = None
) -> list[ItemForecast]:
    """Every item that somebody needs or will need, by code. A fixed number of queries."""
    wanted = None if item_ids is None else frozenset(item_ids)
    today = business_date(at)
    units: Units = {}
    told = _add_lines(actor, bureau_id, units, wanted, at=at)
    _add_receipts(actor, bureau_id, units, wanted, at=at)
    known = organisations(actor, bureau_id=bureau_id).in_bulk({key[0] for key in units})
    norms = in_force(actor, bureau_id, on=today, item_ids=wanted)
    groups = _add_events(actor, bureau_id, units, told, wanted, today=today)
    missing = {key[0] for key in units} - set(known)
    known |= organisations(actor, bureau_id=bureau_id).in_bulk(missing)
    by_item: dict[int, list[UnitNeed]] = defaultdict(list)
    for (organisation_id, item_id), unit in units.items():
        unit.organisation = known.get(organisation_id)
        if unit.organisation is None:
            continue
        unit.tier = unit.tier or unit.organisation.tier
        if unit.use is None and not unit.added:
            unit.norm = norm_for(norms, unit.organisation, item_id)
        by_item[item_id].append(unit)
    for unit in groups:
        by_item[unit.item_id].append(unit)
    items = items_by_id(by_item)
    free = free_by_item(actor, bureau_id, at=at, item_ids=items)
    arriving = coming(actor, bureau_id, items)
    least = alert_days(actor, bureau_id)
    found = [
        looked_ahead(
            item,
            sorted(by_item[pk], key=lambda unit: unit.place),
            free=free.get(pk, 0),
            coming=arriving.get(pk, Coming()),
            today=today,
            alert_days=least,
        )
        for pk, item in items.items()
    ]
    return sorted(found, key=lambda row: row.code)


def forecast_of(actor: Actor, bureau_id: int, item: Any, *, at: datetime) -> ItemForecast:
    """The forecast of one item; of one that nobody needs an empty one."""
    found = forecast(actor, bureau_id, at=at, item_ids=[item.pk])
    if found:
        return found[0]
    free = free_by_item(actor, bureau_id, at=at, item_ids=[item.pk])
    arriving = coming(actor, bureau_id, [item.pk])
    return looked_ahead(
        item, (), free=free.get(item.pk, 0), coming=arriving.get(item.pk, Coming()), today=business_date(at),
        alert_days=alert_days(actor, bureau_id),
    )  # fmt: skip


def _unit(units: Units, organisation_id: int, item_id: int) -> UnitNeed:
    return units.setdefault((organisation_id, item_id), UnitNeed(item_id))


def _add_lines(
    actor: Actor, bureau_id: int, units: Units, wanted: frozenset[int] | None, *, at: datetime
) -> dict[tuple[int, int], datetime]:
    """What units asked for and told. Lines that wait or are open count whatever their age, filled ones as long as what
    they told is new. Returns when each daily use was told."""
    rows = demand.lines(actor, bureau_id=bureau_id, item_ids=wanted)
    lately = Q(status="closed", confirmed_at__gte=at - timedelta(days=WINDOW_DAYS))
    rows = rows.filter(Q(status__in=("submitted", "open")) | lately).order_by("confirmed_at", "pk")
    told: dict[tuple[int, int], datetime] = {}
    for row in rows.values_list(*_TOLD):
        organisation_id, item_id, status, tier, on_hand, use, moment, asked, still_open, on_way = row
        unit = _unit(units, organisation_id, item_id)
        unit.stock = unit.stock if on_hand is None else on_hand
        if use is not None:
            unit.reported = use
            told[organisation_id, item_id] = moment
        unit.on_way += on_way
        if status == "closed":
            continue
        unit.tier = min(unit.tier or tier, tier)
        amount = asked if status == "submitted" else still_open
        unit.untold += amount is None
        unit.open += amount or 0
    return told


def _add_receipts(actor: Actor, bureau_id: int, units: Units, wanted: frozenset[int] | None, *, at: datetime) -> None:
    """What arrived at units a day, on the mean of the last fortnight, less what they gave back."""
    rows = Fulfilment.objects.visible_to(actor).filter(
        requisition_line__bureau_id=bureau_id, kind__in=("delivered", "returned"), at__lte=at,
        at__gt=at - timedelta(days=WINDOW_DAYS),
    )  # fmt: skip
    if wanted is not None:
        rows = rows.filter(requisition_line__item_id__in=wanted)
    signed = Case(When(kind="delivered", then=F("quantity")), default=-F("quantity"))
    key = ("requisition_line__organisation_id", "requisition_line__item_id")
    for organisation_id, item_id, total in rows.order_by().values_list(*key).annotate(total=Sum(signed)):
        if total > 0:
            _unit(units, organisation_id, item_id).received = -(-total // WINDOW_DAYS)


def _add_events(
    actor: Actor,
    bureau_id: int,
    units: Units,
    told: dict[tuple[int, int], datetime],
    wanted: frozenset[int] | None,
    *,
    today: date,
) -> list[UnitNeed]:
    """What events add to units, by the norms of the day they begin on (begun: of today); and groups as units of their
    own. Once a unit has told its use on or after that day, its own word counts."""
    until = today + timedelta(days=LONGEST)
    events = list(need_events(actor, bureau_id).filter(ended_at=None, begins_on__lt=until).order_by("pk"))
    if not events:
        return []
    rows = begun(actor, bureau_id, until=until, item_ids=wanted)
    groups = []
    for event in events:
        for (item_id, kind), norm in counting(rows, on=max(event.begins_on, today)).items():
            a_day = min(event.use_by(norm), QUANTITY_MAX) if kind == event.kind else 0
            if not a_day:
                continue
            more = Added(event.begins_on, a_day)
            if event.organisation_id is None:
                groups.append(UnitNeed(item_id, group=event, added=[more]))
                continue
            moment = told.get((event.organisation_id, item_id))
            if moment is None or business_date(moment) < event.begins_on:
                _unit(units, event.organisation_id, item_id).added.append(more)
    return groups
