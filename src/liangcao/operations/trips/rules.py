"""What is refused of vehicles and trips. One rule for the button and the act."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.passes.models import Pass
from liangcao.operations.supply.models import Receipt
from liangcao.operations.trips.flow import INBOUND_TRIP_FLOW
from liangcao.operations.trips.models import InboundTrip, OutboundTrip, TripCrew, Vehicle
from liangcao.reference.catalog.models import Item

AnyTrip = InboundTrip | OutboundTrip
KILOGRAMS_MOST, LITRES_MOST = 200_000, 500_000
CREW_MOST = 8
# A trip that takes longer is two.
LENGTH_MOST = timedelta(days=14)
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{2,18}")


class VehicleTaken(Conflict):
    """The vehicle is on another trip at that time."""

    def __init__(self, plate: str, other: AnyTrip) -> None:
        zh, en = span(other)
        super().__init__(
            "VEHICLE_TAKEN",
            f"{plate} 在这段时间已排给 {other.number}({zh}),请换车或改时间",
            f"{plate} is on {other.number} at that time ({en}): take another vehicle or another time",
            field="vehicle",
        )


class PersonTaken(Conflict):
    """Somebody on board is on another trip at that time."""

    def __init__(self, name: str, other: AnyTrip, row: int | None = None) -> None:
        zh, en = span(other)
        super().__init__(
            "PERSON_TAKEN",
            f"{name} 在这段时间已随 {other.number} 出车({zh}),请换人或改时间",
            f"{name} is on {other.number} at that time ({en}): take somebody else or another time",
            field="crew",
            row=row,
        )


class Overloaded(Invalid):
    """More than the vehicle may carry."""

    def __init__(self, vehicle: Vehicle, weight_kg: int) -> None:
        super().__init__(
            "OVERLOADED",
            f"货重 {weight_kg:,} 千克,超过 {vehicle.plate} 的核定载重 {vehicle.load_kg:,} 千克,请换车或分两趟",
            f"The goods weigh {weight_kg:,} kg and {vehicle.plate} may carry {vehicle.load_kg:,} kg: take another "
            "vehicle, or two trips",
            field="weight_kg",
        )


def clock(at: datetime) -> str:
    """Day and time in the bureau's calendar, such as 02-03 21:30."""
    return at.astimezone(LOCAL).strftime("%m-%d %H:%M")


def span(held: AnyTrip) -> tuple[str, str]:
    """From when to when a trip takes its vehicle and people, in both languages."""
    begins = clock(held.left_at or held.leaves_at)
    ends = clock(held.arrived_at or held.expected_back_at)
    return f"{begins} 至 {ends}", f"{begins} to {ends}"


def check_phone(text: str, *, field: str, row: int | None = None) -> str:
    """A telephone number as people write it, or "". Raises Invalid PHONE_INVALID."""
    phone = text.strip()
    if phone and not _PHONE.fullmatch(phone):
        at_zh, at_en = (f"第 {row} 行:", f"Row {row}: ") if row else ("", "")
        raise Invalid(
            "PHONE_INVALID",
            f"{at_zh}电话“{phone[:20]}”有误:只用数字、空格、短横和开头的加号,3 至 20 位",
            f'{at_en}"{phone[:20]}" is no telephone number: digits, blanks, dashes and a leading plus, 3 to 20 signs',
            field=field,
            row=row,
        )
    return phone


def check_times(leaves_at: datetime, there_at: datetime, back_at: datetime) -> None:
    """It leaves, is there, and is back, in this order, within two weeks. Raises Invalid TIMES_REVERSED,
    TRIP_TOO_LONG."""
    if not leaves_at < there_at < back_at:
        raise Invalid(
            "TIMES_REVERSED",
            f"时间顺序不对:出发 {clock(leaves_at)}、到厂 {clock(there_at)}、返回 {clock(back_at)},须一个晚于一个",
            f"Times out of order: leaves {clock(leaves_at)}, there {clock(there_at)}, back {clock(back_at)}; each "
            "must be later than the one before",
            field="expected_there_at" if leaves_at >= there_at else "expected_back_at",
        )
    if back_at - leaves_at > LENGTH_MOST:
        raise Invalid(
            "TRIP_TOO_LONG",
            f"从出发到返回超过 {LENGTH_MOST.days} 天,请核对日期",
            f"More than {LENGTH_MOST.days} days from leaving to coming back: check the dates",
            field="expected_back_at",
        )


def check_not_over(back_at: datetime, *, at: datetime) -> None:
    """A plan is for what comes. Raises Invalid TRIP_OVER."""
    if back_at <= at:
        raise Invalid(
            "TRIP_OVER",
            f"预计返回 {clock(back_at)} 已经过去,请改时间",
            f"It should have been back at {clock(back_at)}, which is over: choose other times",
            field="expected_back_at",
        )


def check_in_service(vehicle: Vehicle) -> None:
    """Raise Conflict VEHICLE_OUT_OF_SERVICE."""
    if not vehicle.is_in_service:
        raise Conflict(
            "VEHICLE_OUT_OF_SERVICE",
            f"{vehicle.plate} 已停用({vehicle.out_reason}),请换车",
            f"{vehicle.plate} is out of service ({vehicle.out_reason}): take another vehicle",
            field="vehicle",
        )


def check_hazard(vehicle: Vehicle, item: Item, *, row: int) -> None:
    """Raise Conflict VEHICLE_HAZARD for goods that this vehicle may not carry."""
    if item.hazard_class and not vehicle.takes_hazard:
        raise Conflict(
            "VEHICLE_HAZARD",
            f"第 {row} 行“{item.name}”属危险类别 {item.hazard_class},{vehicle.plate} 不能运危险品,请换车",
            f'Row {row} "{item.english}" is of hazard class {item.hazard_class}, which {vehicle.plate} may not carry',
            field="vehicle",
            row=row,
        )


def check_pass(held: Pass, plate: str, leaves_at: datetime, back_at: datetime) -> None:
    """The pass is this vehicle's, and good on each day of the trip. Raises Conflict PASS_OF_ANOTHER, PASS_REVOKED,
    PASS_NOT_VALID."""
    if held.plate != plate:
        raise Conflict(
            "PASS_OF_ANOTHER",
            f"通行证 {held.number} 是 {held.plate} 的,不是 {plate} 的",
            f"Pass {held.number} is for {held.plate}, not for {plate}",
            field="pass",
        )
    if held.status == "revoked":
        raise Conflict(
            "PASS_REVOKED",
            f"通行证 {held.number} 已吊销({held.revoked_reason}),请另选或重新签发",
            f"Pass {held.number} was revoked ({held.revoked_reason}): choose or issue another",
            field="pass",
        )
    first, last = business_date(leaves_at), business_date(back_at)
    if held.valid_from > first or held.valid_until < last:
        raise Conflict(
            "PASS_NOT_VALID",
            f"通行证 {held.number} 有效期 {held.valid_from} 至 {held.valid_until},不含全程 {first} 至 {last},请续签或另选",
            f"Pass {held.number} is good from {held.valid_from} to {held.valid_until}, not from {first} to {last}: "
            "renew it or choose another",
            field="pass",
        )


def slack(back_at: datetime) -> datetime:
    """A trip that comes back late still has its pass: a day more than planned."""
    return back_at + timedelta(days=1)


def ends(held: AnyTrip, at: datetime) -> datetime:
    """When a trip gives its vehicle and people back: one on the road never before now."""
    if held.arrived_at is not None:
        return held.arrived_at
    return max(held.expected_back_at, at) if held.status in ("under_way", "loaded") else held.expected_back_at


def overlaps(held: AnyTrip, leaves_at: datetime, back_at: datetime, at: datetime) -> bool:
    """Whether a trip takes its vehicle and people in that time."""
    return (held.left_at or held.leaves_at) < back_at and ends(held, at) > leaves_at


def is_same(one: Any, other: TripCrew) -> bool:
    """The same person: by telephone where both are known, else by name."""
    if one.phone and other.phone:
        return _digits(one.phone) == _digits(other.phone)
    return bool(one.name == other.name)


def _digits(phone: str) -> str:
    return re.sub(r"[^0-9]", "", phone)[-11:]


def clashes(vehicle: Vehicle, crew: Sequence[Any], others: Iterable[AnyTrip]) -> list[Conflict]:
    """A refusal for the vehicle, and for each person, that one of the other trips has already. Their crews are
    prefetched."""
    found = list[Conflict]()
    others = list(others)
    taken = next((other for other in others if other.vehicle_id == vehicle.pk), None)
    if taken is not None:
        found.append(VehicleTaken(vehicle.plate, taken))
    for row, person in enumerate(crew, start=1):
        other = next((o for o in others if any(is_same(person, each) for each in o.crew.all())), None)
        if other is not None:
            found.append(PersonTaken(person.name, other, row))
    return found


def check_trip_step(held: InboundTrip, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless the step leads on from the state."""
    check_step(INBOUND_TRIP_FLOW, held.status, target, what_zh=f"车次 {held.number} ", what_en=f"Trip {held.number}")


def check_is_planned(held: InboundTrip) -> None:
    """What has left is not planned anew. Raises Conflict STATE_CONFLICT."""
    if held.status != "planned":
        raise Conflict(
            "STATE_CONFLICT",
            f"车次 {held.number} 现在是“{INBOUND_TRIP_FLOW[held.status].zh}”,只有待出发的可以改;状态点错了请先退回上一步",
            f'Trip {held.number} is "{INBOUND_TRIP_FLOW[held.status].en}"; only a planned one is changed. Set a wrong '
            "status back first",
        )


def fits(held: InboundTrip, receipt: Receipt) -> bool:
    """Whether a receipt can be the one of this trip: its store, and its source or who delivered."""
    if receipt.bureau_id != held.bureau_id or receipt.store_id != held.store_id:
        return False
    if held.source_id is not None:
        return receipt.source_id == held.source_id
    return receipt.source.counterparty_id == held.supplier_id


def check_note(text: str) -> str:
    """Raise as `check_text`."""
    return check_text(text, field="note", zh="备注", en="note", longest=500)


def can_do(actor: Actor, held: InboundTrip, act: str, target: str = "") -> bool:
    """For buttons: whether the actor may, and the trip is in a state for it."""
    if target and target not in INBOUND_TRIP_FLOW[held.status].next:
        return False
    return guard.passes(lambda: guard.check(actor, act, "trip", bureau_id=held.bureau_id, row=held))
