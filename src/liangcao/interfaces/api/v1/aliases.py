"""What people call an item."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, enter, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.reference.catalog import actions, queries
from liangcao.reference.catalog.models import ItemAlias

router = Router(tags=["reference"])


class AliasIn(Body):
    """What people call an item."""

    alias: str = Field(max_length=80, examples=["N95口罩"])
    note: str = Field("", max_length=200, examples=["市中医院的叫法"])


class AliasEndingIn(Body):
    """Why an alias is wrong."""

    reason: str = Field(max_length=200, examples=["说的是 KN95"])


def show_alias(held: ItemAlias) -> dict[str, Any]:
    """What an alias means, and who said so."""
    return {
        "id": held.pk,
        "item": held.item.code,
        "alias": held.alias,
        "note": held.note,
        "added_by": held.added_by,
        "added_at": held.added_at.isoformat(),
        "ended_by": held.ended_by or None,
        "ended_at": held.ended_at.isoformat() if held.ended_at else None,
        "ended_reason": held.ended_reason or None,
    }


@router.get("/items/{item_code}/aliases", response=Page)
def list_aliases(request: HttpRequest, item_code: str, filters: Query[PageFilters]) -> dict[str, Any]:
    """What people call an item, ended aliases included."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "view", "item")
    return page(queries.aliases_of(door.actor, queries.item_by_code(item_code).pk), filters, show_alias)


@router.post("/items/{item_code}/aliases", response={201: dict}, openapi_extra=KEYED)
def add_alias(request: HttpRequest, item_code: str, body: AliasIn) -> Status:
    """Say that people call this item so. An alias means one item; 409 names the one that it means already, or whose own
    name or code it is."""
    door = enter(request)
    item = queries.item_by_code(item_code)
    held = actions.add_alias(
        item_id=item.pk, alias=body.alias, note=body.note, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_alias(held))


@router.post("/item-aliases/{alias_id}/ending", response={201: dict}, openapi_extra=KEYED)
def end_alias(request: HttpRequest, alias_id: int, body: AliasEndingIn) -> Status:
    """Say that an alias was wrong; the words may then be recorded anew."""
    held = actions.end_alias(
        alias_id=alias_id, reason=body.reason, client_id=key_of(request), **enter(request).who_and_when
    )
    return Status(201, show_alias(held))
