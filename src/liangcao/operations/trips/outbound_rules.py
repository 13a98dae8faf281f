"""What is refused of outbound trips."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.dispatch.routing.outbound import Call
from liangcao.operations.trips.flow import OUTBOUND_TRIP_FLOW
from liangcao.operations.trips.models import OutboundTrip, Vehicle
from liangcao.reference.parties.models import Store

STOPS_MOST, SECONDS_DEFAULT, SECONDS_MOST = 200, 10, 120


def kilograms(grams: int) -> str:
    """Whole kilograms, rounded up: 1,250."""
    return f"{-(-grams // 1000):,}"


def check_load(vehicle: Vehicle, calls: Sequence[Call]) -> list[Refusal]:
    """What is wrong with bringing all these by one vehicle."""
    found = list[Refusal]()
    grams, millilitres = sum(call.grams for call in calls), sum(call.millilitres for call in calls)
    if grams > vehicle.load_kg * 1000:
        over = kilograms(grams - vehicle.load_kg * 1000)
        found.append(Conflict(
            "OVERLOADED",
            f"合计 {kilograms(grams)} 千克,{vehicle.plate} 核定载重 {vehicle.load_kg:,} 千克,超 {over} 千克",
            f"{kilograms(grams)} kg in all; {vehicle.plate} may carry {vehicle.load_kg:,} kg: {over} kg too much",
            field="deliveries",
        ))  # fmt: skip
    if vehicle.volume_litres is not None and millilitres > vehicle.volume_litres * 1000:
        filled, over = kilograms(millilitres), kilograms(millilitres - vehicle.volume_litres * 1000)
        found.append(Conflict(
            "OVERFILLED",
            f"合计 {filled} 升,{vehicle.plate} 容积 {vehicle.volume_litres:,} 升,超 {over} 升",
            f"{filled} litres in all; {vehicle.plate} holds {vehicle.volume_litres:,} litres: {over} litres too much",
            field="deliveries",
        ))  # fmt: skip
    if any(call.is_cold for call in calls) and not vehicle.is_cold:
        found.append(Conflict(
            "VEHICLE_NOT_COLD", f"其中有须冷藏的货,{vehicle.plate} 不能冷藏,请换车",
            f"Some goods must be kept cold, which {vehicle.plate} cannot: take another vehicle", field="vehicle",
        ))  # fmt: skip
    if any(call.is_hazard for call in calls):
        found += _check_hazard(vehicle, calls)
    return found


def _check_hazard(vehicle: Vehicle, calls: Sequence[Call]) -> list[Refusal]:
    if not vehicle.takes_hazard:
        return [Conflict(
            "VEHICLE_HAZARD", f"其中有危险品,{vehicle.plate} 不能运危险品,请换车",
            f"Some goods are dangerous, which {vehicle.plate} may not carry: take another vehicle", field="vehicle",
        )]  # fmt: skip
    if not all(call.is_hazard for call in calls):
        return [Conflict(
            "HAZARD_APART", "危险品不与其他货同车,请分两趟", "Dangerous goods travel apart from others: make two trips",
            field="deliveries",
        )]  # fmt: skip
    return []


def check_stops(count: int) -> None:
    """Raise Invalid STOPS_EMPTY, STOPS_TOO_MANY."""
    if not count:
        raise Invalid("STOPS_EMPTY", "请至少选一张配送单", "Choose at least one delivery", field="deliveries")
    if count > STOPS_MOST:
        raise Invalid(
            "STOPS_TOO_MANY", f"一次最多 {STOPS_MOST} 张配送单", f"At most {STOPS_MOST} deliveries at a time",
            field="deliveries",
        )  # fmt: skip


def check_day(depot: Store, day: date, opens: int, closes: int) -> None:
    """Raise Invalid DAY_OVER where no vehicle can leave any more on the day and be back before the store closes."""
    if opens >= closes:
        raise Invalid(
            "DAY_OVER", f"{day} 在“{depot.name}”关门前已来不及出车,请改日期",
            f"On {day} no vehicle can leave before {depot.name} closes: take another day", field="day",
        )  # fmt: skip


def check_outbound_step(held: OutboundTrip, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless the step leads on from the state."""
    check_step(OUTBOUND_TRIP_FLOW, held.status, target, what_zh=f"车次 {held.number} ", what_en=f"Trip {held.number}")


def check_can_arrange(held: OutboundTrip) -> None:
    """What has left keeps its stops. Raises Conflict STATE_CONFLICT."""
    if held.status != "planned":
        state = OUTBOUND_TRIP_FLOW[held.status]
        raise Conflict(
            "STATE_CONFLICT",
            f"车次 {held.number} 现在是“{state.zh}”,只有待出发的可以改站点",
            f'Trip {held.number} is "{state.en}": only the stops of a planned one are changed',
        )


def can_do_outbound(actor: Actor, held: OutboundTrip, act: str, target: str = "") -> bool:
    """For buttons: whether the actor may, and the trip is in a state for it."""
    if target and target not in OUTBOUND_TRIP_FLOW[held.status].next:
        return False
    return guard.passes(lambda: guard.check(actor, act, "trip", bureau_id=held.bureau_id, row=held))
