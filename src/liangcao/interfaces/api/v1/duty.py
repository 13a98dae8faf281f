"""Duty: the roster, who is on call, swaps."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Moment, PlaceFilters, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.duty import actions, queries

router = Router(tags=["duty"])


class ShiftFilters(PageFilters):
    """Shifts by post (code) and state, from a moment on."""

    post: str = Field("", max_length=20)
    status: Literal["", "planned", "cancelled"] = ""
    from_at: Moment | None = None


class StateFilters(PageFilters):
    """By state."""

    status: str = Field("", max_length=12)


class PostIn(Body):
    """A duty post; `is_public` shows its name and telephone to the units."""

    code: str = Field(max_length=20, examples=["desk"])
    name: str = Field(max_length=40, examples=["值班台"])
    name_en: str = Field("", max_length=60)
    phone: str = Field("", max_length=40, description="The office's telephone, never a person's")
    is_public: StrictBool = False
    is_always_staffed: StrictBool = True
    bureau: str | None = None


class ShiftIn(Body):
    """One shift; ids of colleagues from GET /colleagues."""

    post: str = Field(max_length=20, examples=["desk"])
    person: RowId = Field(examples=[1])
    starts_at: Moment
    ends_at: Moment
    deputy: RowId | None = None


class RosterIn(Body):
    """Shifts to plan, all or none."""

    shifts: list[ShiftIn] = Field(min_length=1, max_length=500)
    bureau: str | None = None


class WhyIn(Body):
    """An act with its reason."""

    reason: str = Field(max_length=200)


class SwapIn(Body):
    """Whom to ask, and for which of his shifts in exchange."""

    to_person: RowId
    exchange_for: RowId | None = None
    reason: str = Field(max_length=200)


class AnswerIn(Body):
    """An answer; declining needs its reason."""

    answer: str = Field("", max_length=200)


def show_shift(shift: Any) -> dict[str, Any]:
    """A shift with its people and its hand-over."""
    handed = getattr(shift, "hand_over", None)
    return {
        "id": shift.pk,
        "post": shift.post.code,
        "post_name": shift.post.name,
        "person": {"id": shift.person_id, "name": shift.person.name},
        "deputy": {"id": shift.deputy_id, "name": shift.deputy.name} if shift.deputy else None,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "status": shift.status,
        "hand_over": handed.pk if handed is not None else None,
    }


def show_swap(swap: Any) -> dict[str, Any]:
    """A swap."""
    return {
        "id": swap.pk,
        "shift": swap.shift_id,
        "exchange_for": swap.exchange_for_id,
        "from_person": {"id": swap.from_person_id, "name": swap.from_person.name},
        "to_person": {"id": swap.to_person_id, "name": swap.to_person.name},
        "reason": swap.reason,
        "status": swap.status,
        "answer": swap.answer,
        "asked_at": swap.asked_at.isoformat(),
    }


def shift_door(request: HttpRequest, shift_id: int) -> Door:
    """The door of the bureau that a shift belongs to."""
    return enter(request, queries.shift(request.auth, shift_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/colleagues", response=dict)
def list_colleagues(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """People with an appointment at the desk today: id and name, for shifts and tasks."""
    door = entered(request, filters.bureau, "duty")
    found = queries.colleagues(door.actor, door.bureau_id, on=door.today)
    return {"results": [{"id": person.pk, "name": person.name} for person in found]}


@router.get("/duty-posts", response=dict)
def list_posts(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """Posts with their telephones. A unit gets the public ones: whom to call."""
    door = entered(request, filters.bureau, "duty_post")
    found = queries.posts(door.actor, door.bureau_id)
    columns = ("code", "name", "name_en", "phone", "is_public", "is_always_staffed")
    return {"results": [{name: getattr(post, name) for name in columns} for post in found]}


@router.post("/duty-posts", response={201: dict}, openapi_extra=KEYED)
def add_post(request: HttpRequest, body: PostIn) -> Status:
    """Add a post."""
    door = enter(request, body.bureau)
    made = actions.add_post(
        bureau_id=door.bureau_id, client_id=key_of(request), **body.model_dump(exclude={"bureau"}), **door.who_and_when
    )
    return Status(201, {"id": made.pk, "code": made.code, "name": made.name})


@router.get("/duty-shifts", response=Page)
def list_shifts(request: HttpRequest, filters: Query[ShiftFilters]) -> dict[str, Any]:
    """The roster, as it was planned."""
    door = entered(request, filters.bureau, "duty")
    rows = queries.shifts(door.actor, bureau_id=door.bureau_id, from_at=filters.from_at)
    if filters.post:
        rows = rows.filter(post__code=filters.post)
    if filters.status:
        rows = rows.filter(status=filters.status)
    return page(rows, filters, show_shift)


@router.get("/duty-shifts/now", response=dict)
def on_call_now(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """Who is on call at each post now; a null person: nobody."""
    door = entered(request, filters.bureau, "duty")
    found = queries.on_call(door.actor, door.bureau_id, at=door.at)
    return {
        "at": door.at.isoformat(),
        "results": [
            {
                "post": row.name,
                "phone": row.phone,
                "person": row.person,
                "deputy": row.deputy,
                "shift": row.shift_id,
                "until": row.until.isoformat() if row.until else None,
            }
            for row in found
        ],
    }


@router.post("/duty-shifts", response={201: dict}, openapi_extra=KEYED)
def plan_shifts(request: HttpRequest, body: RosterIn) -> Status:
    """Put shifts into the roster, all or none. Two of a post never overlap."""
    door = enter(request, body.bureau)
    by_code = {post.code: post.pk for post in queries.posts(door.actor, door.bureau_id)}
    rows = [
        actions.ShiftInput(by_code.get(row.post, 0), row.person, row.starts_at, row.ends_at, row.deputy)
        for row in body.shifts
    ]
    made = actions.plan_shifts(bureau_id=door.bureau_id, shifts=rows, client_id=key_of(request), **door.who_and_when)
    return Status(201, {"shifts": [show_shift(shift) for shift in made]})


@router.get("/duty-shifts/{int:shift_id}", response=dict)
def get_shift(request: HttpRequest, shift_id: int) -> dict[str, Any]:
    """One shift."""
    door = shift_door(request, shift_id)
    guard.check(door.actor, "view", "duty", bureau_id=door.bureau_id)
    return show_shift(queries.shift(door.actor, shift_id))


@router.post("/duty-shifts/{int:shift_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_shift(request: HttpRequest, shift_id: int, body: WhyIn) -> Status:
    """Take a shift that has not begun out of the roster."""
    door = shift_door(request, shift_id)
    actions.cancel_shift(shift_id=shift_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_shift(queries.shift(door.actor, shift_id)))


@router.get("/duty-swaps", response=Page)
def list_swaps(request: HttpRequest, filters: Query[StateFilters]) -> dict[str, Any]:
    """Swaps, newest first."""
    door = entered(request, filters.bureau, "duty")
    rows = queries.swaps(door.actor, bureau_id=door.bureau_id)
    return page(rows.filter(status=filters.status) if filters.status else rows, filters, show_swap, newest_first=True)


@router.post("/duty-shifts/{int:shift_id}/swaps", response={201: dict}, openapi_extra=KEYED)
def ask_swap(request: HttpRequest, shift_id: int, body: SwapIn) -> Status:
    """Ask somebody to take a shift; nothing changes until he accepts."""
    door = shift_door(request, shift_id)
    made = actions.ask_swap(
        shift_id=shift_id, to_person_id=body.to_person, exchange_for_id=body.exchange_for, reason=body.reason,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_swap(queries.swap(door.actor, made.pk)))


def _answer(request: HttpRequest, swap_id: int, body: AnswerIn, act: Any) -> Status:
    door = enter(request, queries.swap(request.auth, swap_id).bureau.code)  # type: ignore[attr-defined]
    act(swap_id=swap_id, answer=body.answer, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_swap(queries.swap(door.actor, swap_id)))


@router.post("/duty-swaps/{int:swap_id}/acceptance", response={201: dict}, openapi_extra=KEYED)
def accept_swap(request: HttpRequest, swap_id: int, body: AnswerIn) -> Status:
    """Take the shift."""
    return _answer(request, swap_id, body, actions.accept_swap)


@router.post("/duty-swaps/{int:swap_id}/refusal", response={201: dict}, openapi_extra=KEYED)
def decline_swap(request: HttpRequest, swap_id: int, body: AnswerIn) -> Status:
    """Say no, with the reason."""
    return _answer(request, swap_id, body, actions.decline_swap)


@router.post("/duty-swaps/{int:swap_id}/withdrawal", response={201: dict}, openapi_extra=KEYED)
def withdraw_swap(request: HttpRequest, swap_id: int, body: AnswerIn) -> Status:
    """Take the question back."""
    return _answer(request, swap_id, body, actions.withdraw_swap)
