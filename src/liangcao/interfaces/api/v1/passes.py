"""Passes of vehicles, and what their codes are worth."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, PlaceFilters, enter, entered, key_of, language_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.passes import actions, queries
from liangcao.operations.passes.actions import VehicleInput
from liangcao.operations.passes.flow import VERDICTS

router = Router(tags=["dispatch"])


class PassFilters(PageFilters):
    """Of which plate, in which state today."""

    plate: str | None = Field(None, max_length=10)
    state: str | None = Field(None, pattern="^(valid|not_yet|expired|revoked)$")


class VehicleIn(Body):
    """One vehicle."""

    plate: str = Field(max_length=20, examples=["鄂A12345"])
    driver: str = Field("", max_length=60)


class PassesIn(Body):
    """Passes for vehicles on one route, all or none."""

    vehicles: list[VehicleIn] = Field(max_length=500)
    route: str = Field(max_length=200, examples=["示例市收费站—示例医院"])
    goods: str = Field("", max_length=100)
    valid_from: date = Field(examples=["2020-02-03"])
    valid_until: date = Field(examples=["2020-02-10"])
    bureau: str | None = None


class RenewalIn(Body):
    """From when to when the new pass is good, both days included."""

    valid_from: date
    valid_until: date


class RevocationIn(Body):
    """Why."""

    reason: str = Field(max_length=200, examples=["车辆已退出保供"])


class PassCodeIn(Body):
    """The text of a QR."""

    code: str = Field(max_length=500)
    bureau: str | None = None


def _show(door: Door, held: Any) -> dict[str, Any]:
    return {
        "id": held.pk,
        "number": held.number,
        "kind": held.kind,
        "plate": held.plate,
        "driver": held.driver,
        "organisation": held.organisation_id,
        "route": held.route,
        "goods": held.goods,
        "valid_from": held.valid_from.isoformat(),
        "valid_until": held.valid_until.isoformat(),
        "state": held.state_on(door.today),
        "code": held.code,
        "follows": held.follows_id,
        "issued_by": held.issued_by,
        "issued_at": held.issued_at.isoformat(),
        "revoked_at": held.revoked_at.isoformat() if held.revoked_at else None,
        "revoked_reason": held.revoked_reason,
    }


def _whole(door: Door, pass_id: int) -> dict[str, Any]:
    held = queries.pass_by_id(door.actor, pass_id)
    return _show(door, held) | {"overlaps": [row.number for row in queries.overlapping(door.actor, held)]}


def _door(request: HttpRequest, pass_id: int) -> Door:
    return enter(request, queries.pass_by_id(request.auth, pass_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/passes", response=Page)
def list_passes(request: HttpRequest, filters: Query[PassFilters]) -> dict[str, Any]:
    """Passes, newest first."""
    door = entered(request, filters.bureau, "pass")
    rows = queries.passes(door.actor, door.bureau_id)
    rows = rows.filter(plate=filters.plate) if filters.plate else rows
    rows = queries.in_state(rows, filters.state, on=door.today) if filters.state else rows
    return page(rows, filters, lambda held: _show(door, held), newest_first=True)


@router.post("/passes", response={201: dict}, openapi_extra=KEYED)
def issue_passes(request: HttpRequest, body: PassesIn) -> Status:
    """A signed pass for each vehicle. `overlaps` names other passes that stand for the same vehicle, route and days."""
    door = enter(request, body.bureau)
    made = actions.issue_passes(
        bureau_id=door.bureau_id,
        vehicles=[VehicleInput(row.plate, row.driver) for row in body.vehicles],
        route=body.route,
        goods=body.goods,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, {"results": [_whole(door, held.pk) for held in made]})


@router.post("/passes/verification", response=dict)
def verify_pass(request: HttpRequest, body: PassCodeIn) -> dict[str, Any]:
    """What the text of a QR is worth now: valid, not_yet, expired, revoked, forged, or unknown outside your scope."""
    door = entered(request, body.bureau, "pass")
    found = queries.verdict(door.actor, body.code, on=door.today)
    zh, en = VERDICTS[found.word]
    said = en if language_of(request).startswith("en") else zh
    return {"verdict": found.word, "message": said, "pass": _show(door, found.held) if found.held else None}


@router.get("/passes/revocations", response=dict)
def list_revocations(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """The signed list of what was revoked, and all public keys, for checkers of others' making."""
    door = entered(request, filters.bureau, "pass")
    text = actions.sign_revocations(bureau_id=door.bureau_id, **door.who_and_when)
    return {"list": text, "keys": queries.public_keys(door.actor)}


@router.get("/passes/{int:pass_id}", response=dict)
def get_pass(request: HttpRequest, pass_id: int) -> dict[str, Any]:
    """One pass."""
    door = _door(request, pass_id)
    guard.check(door.actor, "view", "pass", bureau_id=door.bureau_id)
    return _whole(door, pass_id)


@router.post("/passes/{int:pass_id}/renewal", response={201: dict}, openapi_extra=KEYED)
def renew_pass(request: HttpRequest, pass_id: int, body: RenewalIn) -> Status:
    """A new pass that follows this one."""
    door = _door(request, pass_id)
    made = actions.renew_pass(
        pass_id=pass_id, valid_from=body.valid_from, valid_until=body.valid_until, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, _whole(door, made.pk))


@router.post("/passes/{int:pass_id}/revocation", response={201: dict}, openapi_extra=KEYED)
def revoke_pass(request: HttpRequest, pass_id: int, body: RevocationIn) -> Status:
    """Good no more."""
    door = _door(request, pass_id)
    actions.revoke_pass(pass_id=pass_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _whole(door, pass_id))
