"""Hand-overs: what is open lists itself, signed by who leaves, taken by who comes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, PlaceFilters, enter, entered, key_of
from liangcao.interfaces.api.v1.duty import StateFilters, shift_door
from liangcao.interfaces.api.v1.paging import Page, page
from liangcao.operations.duty import actions, queries
from liangcao.oversight.watch.queries import open_work
from liangcao.oversight.watch.text import hand_over_word

router = Router(tags=["duty"])


class HandOverIn(Body):
    """What is left to say; what is open lists itself."""

    note: str = Field("", max_length=2000)


def show_hand_over(held: Any) -> dict[str, Any]:
    """A hand-over without what it lists."""
    return {
        "id": held.pk,
        "number": held.number,
        "shift": held.shift_id,
        "next_shift": held.next_shift_id,
        "status": held.status,
        "note": held.note,
        "content_digest": held.content_digest,
        "word_digest": held.word.digest,
        "signed_by": held.signed_by,
        "signed_at": held.signed_at.isoformat(),
        "taken_by": held.taken_by,
        "taken_at": held.taken_at.isoformat() if held.taken_at else None,
    }


@router.get("/open-work", response=dict)
def get_open_work(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """What is open in the bureau now: what a hand-over would list."""
    door = entered(request, filters.bureau, "hand_over")
    return open_work(door.actor, door.bureau_id, at=door.at)


@router.get("/hand-overs", response=Page)
def list_hand_overs(request: HttpRequest, filters: Query[StateFilters]) -> dict[str, Any]:
    """Hand-overs, newest first."""
    door = entered(request, filters.bureau, "hand_over")
    rows = queries.hand_overs(door.actor, bureau_id=door.bureau_id).select_related("word")
    rows = rows.filter(status=filters.status) if filters.status else rows
    return page(rows, filters, show_hand_over, newest_first=True)


def _hand_over_door(request: HttpRequest, hand_over_id: int) -> Door:
    return enter(request, queries.hand_over(request.auth, hand_over_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/hand-overs/{int:hand_over_id}", response=dict)
def get_hand_over(request: HttpRequest, hand_over_id: int) -> dict[str, Any]:
    """One hand-over with what it lists, as it was signed."""
    door = _hand_over_door(request, hand_over_id)
    guard.check(door.actor, "view", "hand_over", bureau_id=door.bureau_id)
    held = queries.hand_over(door.actor, hand_over_id)
    return show_hand_over(held) | {"content": held.content}


@router.get("/hand-overs/{int:hand_over_id}/file", response=None)
def get_hand_over_file(request: HttpRequest, hand_over_id: int) -> HttpResponse:
    """The frozen Word file."""
    door = _hand_over_door(request, hand_over_id)
    guard.check(door.actor, "view", "hand_over", bureau_id=door.bureau_id)
    _name, content, kind = queries.hand_over_file(door.actor, hand_over_id)
    name = f"hand-over-{hand_over_id}.docx"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/duty-shifts/{int:shift_id}/hand-over", response={201: dict}, openapi_extra=KEYED)
def sign_hand_over(request: HttpRequest, shift_id: int, body: HandOverIn) -> Status:
    """Freeze what is open and sign it over to the next shift."""
    door = shift_door(request, shift_id)
    guard.check(door.actor, "sign", "hand_over", bureau_id=door.bureau_id)
    shift = queries.shift(door.actor, shift_id)
    content = open_work(door.actor, door.bureau_id, at=door.at, shift=shift)
    made = actions.sign_hand_over(
        shift_id=shift_id, content=content, word=hand_over_word(content, note=body.note, made_at=door.at),
        note=body.note, client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_hand_over(made) | {"content": made.content})


@router.post("/hand-overs/{int:hand_over_id}/acceptance", response={201: dict}, openapi_extra=KEYED)
def take_over(request: HttpRequest, hand_over_id: int) -> Status:
    """The next shift signs for it."""
    door = _hand_over_door(request, hand_over_id)
    actions.take_over(hand_over_id=hand_over_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_hand_over(queries.hand_over(door.actor, hand_over_id)))
