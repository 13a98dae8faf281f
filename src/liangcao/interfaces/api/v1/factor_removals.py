"""The removal of a person's second factor: one administrator asks, another confirms within a day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, enter, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.models import FactorRemoval

router = Router(tags=["accounts"])


class WhyIn(Body):
    """Why it is asked for, or not wanted any more."""

    reason: str = Field(max_length=200, examples=["手机丢失,已当面核实"])


class RemovalIn(WhyIn):
    """A removal that is asked for."""

    bureau: str | None = None


def show_removal(held: FactorRemoval) -> dict[str, Any]:
    """A removal that was asked for. One still `asked` after `expires_at` can only be asked for again."""
    return {
        "id": held.pk,
        "person": {"id": held.person_id, "name": held.person.name},
        "reason": held.reason,
        "status": held.status,
        "asked_by": held.asked_by,
        "asked_at": held.asked_at.isoformat(),
        "expires_at": (held.asked_at + parties.REMOVAL_LIVES).isoformat(),
        "ended_by": held.ended_by,
        "ended_at": held.ended_at.isoformat() if held.ended_at else None,
    }


def _door_of(request: HttpRequest, removal_id: int) -> Door:
    return enter(request, parties.factor_removal(request.auth, removal_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/factor-removals", response=Page)
def list_removals(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Removals of a second factor in the bureau, newest first; for administrators."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "edit", "account", bureau_id=door.bureau_id)
    rows = parties.factor_removals(door.actor, bureau_id=door.bureau_id)
    return page(rows, filters, show_removal, newest_first=True)


@router.post("/people/{int:person_id}/factor-removals", response={201: dict}, openapi_extra=KEYED)
def ask_removal(request: HttpRequest, person_id: int, body: RemovalIn) -> Status:
    """Ask that a person's second factor be removed; nothing changes until another administrator confirms."""
    door = enter(request, body.bureau)
    made = actions.ask_factor_removal(
        person_id=person_id, bureau_id=door.bureau_id, reason=body.reason, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_removal(made))


@router.post("/factor-removals/{int:removal_id}/confirmation", response={201: dict}, openapi_extra=KEYED)
def confirm_removal(request: HttpRequest, removal_id: int) -> Status:
    """The second administrator says yes: the factor and the sessions are gone."""
    door = _door_of(request, removal_id)
    done = actions.confirm_factor_removal(removal_id=removal_id, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_removal(done))


@router.post("/factor-removals/{int:removal_id}/withdrawal", response={201: dict}, openapi_extra=KEYED)
def withdraw_removal(request: HttpRequest, removal_id: int, body: WhyIn) -> Status:
    """Not wanted any more, or not agreed to."""
    door = _door_of(request, removal_id)
    done = actions.withdraw_factor_removal(
        removal_id=removal_id, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_removal(done))
