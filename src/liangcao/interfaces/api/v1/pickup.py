"""Pick-ups: slots, who comes when, check-in, hand-over at the counter."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, RowFilter, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.pickup import actions, notices, queries

router = Router(tags=["pickup"])


class PickUpFilters(PageFilters):
    """In which state."""

    status: Literal["draft", "announced", "closed", "cancelled"] | None = None


class TurnFilters(PageFilters):
    """Of which pick-up, in which state."""

    pick_up: RowFilter | None = Field(None, description="Id of a pick-up")
    status: Literal["assigned", "checked_in", "handed_over", "no_show", "released"] | None = None


class PickUpIn(Body):
    """When and where, how many units at once, and what everybody must know."""

    bureau: str | None = Field(None, max_length=30)
    store: str = Field(max_length=30, description="Code of the store", examples=["S1"])
    opens_at: Moment = Field(examples=["2020-02-18T12:00:00+08:00"])
    closes_at: Moment = Field(examples=["2020-02-18T19:00:00+08:00"], description="On the same day")
    minutes: StrictInt = Field(ge=1, le=1440, examples=[15], description="Length of a slot, 5–240")
    capacity: StrictInt = Field(ge=0, le=100_000, examples=[4], description="Units at once, 1–500")
    safety_text: str = Field(max_length=500, examples=["戴口罩,熄火装车,远离火源"])
    place: str = Field("", max_length=200, description="Empty: the store with its address")
    plan: RowId | None = Field(None, description="Id of a plan: only its deliveries")
    deliveries: list[RowId] | None = Field(None, max_length=2000, description="Ids of deliveries; none: all that wait")


class ReasonIn(Body):
    """Why it does not take place."""

    reason: str = Field(max_length=200, examples=["大雪封路"])


class SlotIn(Body):
    """Another slot of the same pick-up."""

    slot: RowId = Field(description="Id of a slot")


class NameIn(Body):
    """Who has read the safety instructions."""

    name: str = Field(max_length=60, examples=["示例司机"])


class CheckInIn(Body):
    """Who has come; `acknowledged_by` where nobody of the unit has acknowledged the safety instructions before."""

    fetcher: str = Field(max_length=60, examples=["示例车 2"])
    acknowledged_by: str = Field("", max_length=60)


class SignedIn(Body):
    """Who takes the goods."""

    signed_name: str = Field(max_length=60, examples=["示例司机"])


def show(held: Any) -> dict[str, Any]:
    """A pick-up without its slots and turns."""
    return {
        "id": held.pk,
        "number": held.number,
        "status": held.status,
        "store": held.store.code,
        "plan": held.plan_id,
        "place": held.place,
        "safety_text": held.safety_text,
        "opens_at": held.opens_at.isoformat(),
        "closes_at": held.closes_at.isoformat(),
        "capacity": held.capacity,
        "announced_at": held.announced_at.isoformat() if held.announced_at else None,
        "ended_at": held.ended_at.isoformat() if held.ended_at else None,
        "end_reason": held.end_reason,
    }


def show_turn(turn: Any) -> dict[str, Any]:
    """A turn with its slot and the notice that its unit gets."""
    return {
        "id": turn.pk,
        "pick_up": turn.pick_up_id,
        "organisation": turn.organisation.code,
        "organisation_name": turn.organisation.name,
        "delivery": turn.delivery_id,
        "delivery_number": turn.delivery.number,
        "delivery_status": turn.delivery.status,
        "slot": turn.slot_id,
        "starts_at": turn.slot.starts_at.isoformat(),
        "ends_at": turn.slot.ends_at.isoformat(),
        "quantity": turn.quantity,
        "distance_m": turn.distance_m,
        "status": turn.status,
        "times_missed": turn.times_missed,
        "acknowledged_by": turn.acknowledged_by,
        "fetcher": turn.fetcher,
        "checked_in_at": turn.checked_in_at.isoformat() if turn.checked_in_at else None,
        "handed_over_at": turn.handed_over_at.isoformat() if turn.handed_over_at else None,
        "notice": notices.told_zh(turn),
        "notice_en": notices.told_en(turn),
    }


def _show_slot(slot: Any) -> dict[str, Any]:
    return {
        "id": slot.pk,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "capacity": slot.capacity,
        "taken": slot.taken,
    }


def _whole(door: Door, pick_up_id: int) -> dict[str, Any]:
    held = queries.pick_up(door.actor, pick_up_id)
    turns = list(queries.turns(door.actor, pick_up_id=held.pk).order_by("slot__number", "organisation__code", "pk"))
    count = queries.numbers(turns)
    return show(held) | {
        "expected": count.expected,
        "inside": count.inside,
        "done": count.done,
        "missed": count.missed,
        "slots": [_show_slot(slot) for slot in queries.slots(door.actor, held.pk)],
        "turns": [show_turn(turn) for turn in turns],
    }


def _door(request: HttpRequest, pick_up_id: int) -> Door:
    return enter(request, queries.pick_up(request.auth, pick_up_id).bureau.code)  # type: ignore[attr-defined]


def _turn_door(request: HttpRequest, turn_id: int) -> Door:
    return enter(request, queries.turn(request.auth, turn_id).pick_up.bureau.code)  # type: ignore[attr-defined]


@router.get("/pick-ups", response=Page)
def list_pick_ups(request: HttpRequest, filters: Query[PickUpFilters]) -> dict[str, Any]:
    """Pick-ups in scope, newest first; a unit reads its own turns instead."""
    door = entered(request, filters.bureau, "pick_up")
    rows = queries.pick_ups(door.actor, door.bureau_id)
    rows = rows.filter(status=filters.status) if filters.status else rows
    return page(rows, filters, show, newest_first=True)


@router.post("/pick-ups", response={201: dict}, openapi_extra=KEYED)
def arrange_pick_up(request: HttpRequest, body: PickUpIn) -> Status:
    """Slots from a window, and a turn for each delivery that units fetch: near units first, large quantities spread."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "edit", "pick_up", bureau_id=door.bureau_id)
    made = actions.arrange_pick_up(
        store_id=store_id(door, body.store), plan_id=body.plan, delivery_ids=body.deliveries,
        **body.model_dump(exclude={"bureau", "store", "plan", "deliveries"}), client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, made.pk))


@router.get("/pick-ups/{int:pick_up_id}", response=dict)
def get_pick_up(request: HttpRequest, pick_up_id: int) -> dict[str, Any]:
    """One pick-up with its slots, its turns and the live numbers."""
    door = _door(request, pick_up_id)
    guard.check(door.actor, "view", "pick_up", bureau_id=door.bureau_id)
    return _whole(door, pick_up_id)


@router.post("/pick-ups/{int:pick_up_id}/announcement", response={201: dict}, openapi_extra=KEYED)
def announce_pick_up(request: HttpRequest, pick_up_id: int) -> Status:
    """Every unit is told when and where."""
    door = _door(request, pick_up_id)
    actions.announce_pick_up(pick_up_id=pick_up_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, pick_up_id))


@router.post("/pick-ups/{int:pick_up_id}/no-shows", response={201: dict}, openapi_extra=KEYED)
def reassign_no_shows(request: HttpRequest, pick_up_id: int) -> Status:
    """Who did not come in a slot that is over gets the next free place and is told."""
    door = _door(request, pick_up_id)
    actions.reassign_no_shows(pick_up_id=pick_up_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, pick_up_id))


@router.post("/pick-ups/{int:pick_up_id}/closure", response={201: dict}, openapi_extra=KEYED)
def close_pick_up(request: HttpRequest, pick_up_id: int) -> Status:
    """The day is over; what was not fetched waits for another pick-up."""
    door = _door(request, pick_up_id)
    actions.close_pick_up(pick_up_id=pick_up_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, pick_up_id))


@router.post("/pick-ups/{int:pick_up_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_pick_up(request: HttpRequest, pick_up_id: int, body: ReasonIn) -> Status:
    """It does not take place; who was told is told not to come."""
    door = _door(request, pick_up_id)
    actions.cancel_pick_up(pick_up_id=pick_up_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, pick_up_id))


@router.get("/turns", response=Page)
def list_turns(request: HttpRequest, filters: Query[TurnFilters]) -> dict[str, Any]:
    """Turns in scope, newest first: a unit sees its own, once they are announced."""
    door = entered(request, filters.bureau, "pick_up")
    rows = queries.turns(door.actor, pick_up_id=filters.pick_up, status=filters.status)
    rows = rows.filter(pick_up__bureau_id=door.bureau_id)
    if door.actor.is_outside:
        rows = rows.filter(pick_up__announced_at__isnull=False)
    return page(rows, filters, show_turn, newest_first=True)


@router.get("/turns/{int:turn_id}", response=dict)
def get_turn(request: HttpRequest, turn_id: int) -> dict[str, Any]:
    """One turn, with the slots of its pick-up."""
    found = queries.turn(request.auth, turn_id)  # type: ignore[attr-defined]
    door = _turn_door(request, turn_id)
    guard.check(
        door.actor, "view", "pick_up", bureau_id=door.bureau_id, organisation_id=found.organisation_id, row=found
    )
    return show_turn(found) | {"slots": [_show_slot(slot) for slot in queries.slots(door.actor, found.pick_up_id)]}


@router.post("/turns/{int:turn_id}/slot", response={201: dict}, openapi_extra=KEYED)
def move_turn(request: HttpRequest, turn_id: int, body: SlotIn) -> Status:
    """Another slot of the same pick-up, if it has room; by the desk or by the unit itself."""
    door = _turn_door(request, turn_id)
    actions.move_turn(turn_id=turn_id, slot_id=body.slot, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_turn(queries.turn(door.actor, turn_id)))


@router.post("/turns/{int:turn_id}/acknowledgement", response={201: dict}, openapi_extra=KEYED)
def acknowledge_turn(request: HttpRequest, turn_id: int, body: NameIn) -> Status:
    """The unit has read the safety instructions."""
    door = _turn_door(request, turn_id)
    actions.acknowledge_turn(turn_id=turn_id, name=body.name, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_turn(queries.turn(door.actor, turn_id)))


@router.post("/turns/{int:turn_id}/check-in", response={201: dict}, openapi_extra=KEYED)
def check_in(request: HttpRequest, turn_id: int, body: CheckInIn) -> Status:
    """The unit has come, in its slot, and there is room for it."""
    door = _turn_door(request, turn_id)
    actions.check_in(turn_id=turn_id, **body.model_dump(), client_id=key_of(request), **door.who_and_when)
    return Status(201, show_turn(queries.turn(door.actor, turn_id)))


@router.post("/turns/{int:turn_id}/hand-over", response={201: dict}, openapi_extra=KEYED)
def hand_out(request: HttpRequest, turn_id: int, body: SignedIn) -> Status:
    """The goods leave with who fetches them; where one person may do both, the receipt is signed at once."""
    door = _turn_door(request, turn_id)
    actions.hand_out(turn_id=turn_id, signed_name=body.signed_name, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_turn(queries.turn(door.actor, turn_id)))
