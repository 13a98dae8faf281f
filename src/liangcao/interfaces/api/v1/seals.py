"""The day close: seals, their file, and the act itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.interfaces.api.v1.doors import KEYED, Body, PlaceFilters, enter, entered, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.ledger import actions
from liangcao.ledger import seals_queries as queries
from liangcao.oversight.watch.day_close import checklist

router = Router(tags=["ledger"])


class SealIn(Body):
    """Which day to close."""

    day: date = Field(examples=["2020-02-03"])
    with_earlier: bool = Field(False, description="Close the open days before it too, in order")
    reason: str = Field("", max_length=500, description="Needed where the checklist shows open work")
    bureau: str | None = Field(None, max_length=30)


def show_seal(seal: Any) -> dict[str, Any]:
    """A seal with what it says."""
    return {"number": seal.number, "day": seal.day.isoformat(), **queries.plain_seal(seal)}


@router.get("/seals", response=Page)
def list_seals(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Seals, newest first."""
    door = entered(request, filters.bureau, "seal")
    return page(queries.seals(door.actor, door.bureau_id), filters, show_seal, newest_first=True)


@router.get("/seals/file", response=None)
def get_seal_file(request: HttpRequest, filters: Query[PlaceFilters]) -> HttpResponse:
    """All seals with their public keys as JSON lines: what `liangcao verify` takes."""
    door = entered(request, filters.bureau, "seal")
    content = "".join(queries.seal_lines(door.actor, door.bureau_id)).encode()
    return HttpResponse(content, content_type="application/jsonl")


@router.get("/seals/{int:number}", response=dict)
def get_seal(request: HttpRequest, number: int, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """One seal."""
    door = entered(request, filters.bureau, "seal")
    return show_seal(queries.seal(door.actor, door.bureau_id, number))


@router.get("/day-close", response=dict)
def get_day_close(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """The next day to close, through which day the book is sealed, and what of that day is still open."""
    door = entered(request, filters.bureau, "seal")
    first = queries.first_open_day(door.actor, door.bureau_id)
    sealed = queries.sealed_through(door.actor, door.bureau_id)
    return {
        "next_day": first.isoformat(),
        "sealed_through": sealed.isoformat() if sealed else None,
        "open": checklist(door.actor, door.bureau_id, day=first, at=door.at).counts,
    }


@router.post("/seals", response={201: dict}, openapi_extra=KEYED)
def close_day(request: HttpRequest, body: SealIn) -> Status:
    """Close a day for good."""
    door = enter(request, body.bureau)
    made = actions.seal_day(
        bureau_id=door.bureau_id, day=body.day, with_earlier=body.with_earlier, reason=body.reason,
        checklist=checklist(door.actor, door.bureau_id, day=body.day, at=door.at).counts, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, {"seals": [show_seal(seal) for seal in made]})
