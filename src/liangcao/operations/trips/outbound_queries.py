"""Reads of outbound trips: lists, stops, what deliveries weigh, what waits to be planned, proposals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Min, Q, QuerySet

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.models import ENDED
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.distance import Place
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from liangcao.operations.dispatch.routing.outbound import DAY, Call
from liangcao.operations.trips.models import OutboundCrew, OutboundStop, OutboundTrip, TripProposal

READY = ("picking", "in_transit")
DONE = ("signed", "settled")


@dataclass
class Load:
    """What a delivery weighs and fills; lines without a known weight or volume count as nothing and are counted."""

    grams: int = 0
    millilitres: int = 0
    unknown_lines: int = 0
    is_cold: bool = False
    is_hazard: bool = False


def outbound_trips(
    actor: Actor, bureau_id: int, *, status: str | None = None, vehicle_id: int | None = None
) -> QuerySet[OutboundTrip]:
    """Trips in scope; no order is set."""
    wanted = {"status": status, "vehicle_id": vehicle_id}
    rows = OutboundTrip.objects.visible_to(actor).filter(bureau_id=bureau_id)
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return rows.select_related("store", "vehicle")


def outbound_trip(actor: Actor, trip_id: int) -> OutboundTrip:
    """One trip in scope. Raises NotFound."""
    rows = OutboundTrip.objects.visible_to(actor).select_related("bureau", "store", "vehicle")
    found: OutboundTrip | None = rows.filter(pk=trip_id).first()
    if found is None:
        raise NotFound("未找到该送货车次,或不在您的范围内", "No such trip within your scope", field="trip")
    return found


def stops(actor: Actor, trip_id: int) -> list[OutboundStop]:
    """The stops of a trip in order."""
    rows = OutboundStop.objects.visible_to(actor).filter(trip_id=trip_id)
    return list(rows.select_related("delivery__organisation").order_by("order"))


def stop(actor: Actor, stop_id: int) -> OutboundStop:
    """One stop in scope. Raises NotFound."""
    rows = OutboundStop.objects.visible_to(actor).select_related("trip__bureau", "delivery__organisation")
    found: OutboundStop | None = rows.filter(pk=stop_id).first()
    if found is None:
        raise NotFound("未找到该站点,或不在您的范围内", "No such stop within your scope", field="stop")
    return found


def outbound_crew(actor: Actor, trip_id: int) -> list[OutboundCrew]:
    """Who is on board, drivers first."""
    return list(OutboundCrew.objects.visible_to(actor).filter(trip_id=trip_id).order_by("line"))


def outcome_of(held: OutboundStop) -> str:
    """What became of a stop by now: signed for at the unit counts at once."""
    if held.outcome:
        return held.outcome
    return "delivered" if held.delivery.status in DONE else ""


def stop_of(actor: Actor, delivery_id: int) -> OutboundStop | None:
    """The last stop that a delivery had, on a trip that was not cancelled."""
    rows = OutboundStop.objects.visible_to(actor).filter(delivery_id=delivery_id).exclude(outcome="cancelled")
    found: OutboundStop | None = rows.select_related("trip__vehicle", "delivery").order_by("-pk").first()
    return found


def loads(delivery_ids: Iterable[int]) -> dict[int, Load]:
    """The load of each delivery. Callers have read the deliveries in scope."""
    found: dict[int, Load] = {pk: Load() for pk in delivery_ids}
    for line in DeliveryLine.objects.filter(delivery_id__in=list(found)).select_related("item"):
        load, item = found[line.delivery_id], line.item
        load.grams += line.quantity * (item.weight_grams or 0)
        load.millilitres += line.quantity * (item.volume_ml or 0)
        load.unknown_lines += item.weight_grams is None or item.volume_ml is None
        load.is_cold |= item.is_cold
        load.is_hazard |= bool(item.hazard_class)
    return found


def ready(actor: Actor, bureau_id: int, *, store_id: int | None = None) -> QuerySet[Delivery]:
    """Deliveries that no open trip brings, the most urgent first."""
    rows = Delivery.objects.visible_to(actor).filter(bureau_id=bureau_id, status__in=READY)
    rows = rows.exclude(pk__in=OutboundStop.objects.filter(outcome="").values("delivery_id"))
    if store_id is not None:
        rows = rows.filter(store_id=store_id)
    return rows.select_related("organisation", "store").order_by("-is_emergency", "organisation__tier", "pk")


def calls(rows: Iterable[Delivery]) -> list[Call]:
    """Deliveries as the solver reads them."""
    rows = list(rows)
    weighed = loads(row.pk for row in rows)
    return [_call(row, weighed[row.pk]) for row in rows]


def _call(row: Delivery, load: Load) -> Call:
    unit = row.organisation
    return Call(
        row.pk, place_of(unit), load.grams, load.millilitres, load.is_cold, load.is_hazard,
        opens=seconds_of(unit.opens_at, 0), closes=seconds_of(unit.closes_at, DAY), service=unit.service_minutes * 60,
        urgency=0 if row.is_emergency else unit.tier + 1,
    )  # fmt: skip


def place_of(row: Any) -> Place | None:
    """Where an organisation or a store stands; None when nobody has said."""
    return None if row.latitude is None else Place(float(row.latitude), float(row.longitude))


def seconds_of(hour: time | None, otherwise: int) -> int:
    """Seconds since midnight."""
    return otherwise if hour is None else hour.hour * 3600 + hour.minute * 60


def moment_of(day: date, seconds: int) -> datetime:
    """A second of a day in the bureau's calendar."""
    return datetime.combine(day, time(0), tzinfo=LOCAL) + timedelta(seconds=seconds)


def proposals(actor: Actor, bureau_id: int) -> QuerySet[TripProposal]:
    """Proposals in scope; no order is set."""
    return TripProposal.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("store", "job")


def proposal(actor: Actor, proposal_id: int) -> TripProposal:
    """One proposal in scope. Raises NotFound."""
    rows = TripProposal.objects.visible_to(actor).select_related("bureau", "store", "job")
    found: TripProposal | None = rows.filter(pk=proposal_id).first()
    if found is None:
        raise NotFound("未找到该排车建议,或不在您的范围内", "No such proposal within your scope", field="proposal")
    return found


def progress(held: TripProposal, at: datetime) -> int:
    """How far a proposal is, in percent: the time it has had of the time that it was given. `at` is by the worker's
    clock, not by an exercise's calendar."""
    if held.status != "waiting":
        return 100
    started = held.job.started_at if held.job else None
    return min(99, max(0, int(100 * (at - started).total_seconds() / held.seconds))) if started else 0


def is_lost(held: TripProposal) -> bool:
    """Whether nobody computes it any more: its job failed too often, was cancelled, or is gone."""
    return held.status == "waiting" and (held.job is None or held.job.state in ENDED)


def late(rows: QuerySet[OutboundTrip], at: datetime) -> QuerySet[OutboundTrip]:
    """Those that should have left or be back by now."""
    return rows.filter(Q(status="planned", leaves_at__lt=at) | Q(status="under_way", expected_back_at__lt=at))


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """Trips that are late, for those who follow them."""
    if bureau_id is None or at is None or not guard.can(actor, "report", "trip", bureau_id=bureau_id):
        return []
    rows = late(outbound_trips(actor, bureau_id), at)
    count = rows.count()
    if not count:
        return []
    oldest = rows.aggregate(oldest=Min("leaves_at"))["oldest"]
    return [
        Waiting("outbound_late", "晚点的送货车次", "deliveries that are late", count, oldest, "outbound_trip_list",
                "late=yes")
    ]  # fmt: skip
