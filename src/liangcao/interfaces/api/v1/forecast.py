"""What will be missing; norms; resumptions and openings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, PlaceFilters, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.forecast import actions, norms, queries
from liangcao.operations.forecast.actions import EventInput
from liangcao.operations.forecast.alerting import alert_days, alert_days_set
from liangcao.operations.forecast.outlook import ItemForecast, UnitNeed

router = Router(tags=["demand"])


class ForecastFilters(PlaceFilters):
    """Of all items, or of one (code) with its units."""

    item: str = Field("", max_length=30)


class StandingFilters(PageFilters):
    """Only those that count, or those that were ended as well."""

    ended: bool = False


class NormIn(Body):
    """Pieces a day for every so many heads, beds or units of a kind of organisation, from a day on."""

    item: str = Field(max_length=30, examples=["KZ-YC"])
    kind: str = Field(max_length=20, examples=["enterprise"])
    per: str = Field(max_length=4, description="head, bed or unit", examples=["head"])
    quantity: StrictInt = Field(description="Pieces a day, in base units", examples=[1])
    every: StrictInt = Field(1, description="For every so many heads, beds or units")
    source: str = Field(max_length=200, examples=["示例:按本市复工文件"])
    valid_from: date
    bureau: str | None = None


class EndIn(Body):
    """Why."""

    reason: str = Field(max_length=200, examples=["文件已废止"])


class AlertDaysIn(Body):
    """From how few days of cover on something is an alert."""

    days: StrictInt = Field(description="1 to 14", examples=[3])
    reason: str = Field(max_length=200, examples=["采购周期变长"])
    bureau: str | None = None


class NeedEventChangeIn(Body):
    """From a day on so many more people need supplies: in one unit (code), or in all of a kind in a division."""

    occasion: str = Field(max_length=12, description="resumption, opening or other", examples=["resumption"])
    headcount: StrictInt = Field(examples=[200])
    begins_on: date
    reason: str = Field(max_length=200, examples=["复工申请已批"])
    organisation: str | None = Field(None, max_length=30)
    kind: str = Field("", max_length=20)
    region: RowId | None = Field(None, description="Id of a division")
    units: StrictInt = 1


class NeedEventIn(NeedEventChangeIn):
    """The same, with the bureau."""

    bureau: str | None = None


def _show_norm(held: Any) -> dict[str, Any]:
    return {
        "id": held.pk,
        "item": held.item.code,
        "kind": held.kind,
        "per": held.per,
        "quantity": held.quantity,
        "every": held.every,
        "source": held.source,
        "valid_from": held.valid_from.isoformat(),
        "made_by": held.made_by,
    } | _ending(held)


def _ending(held: Any) -> dict[str, Any]:
    return {
        "ended_at": held.ended_at.isoformat() if held.ended_at else None,
        "ended_by": held.ended_by,
        "ended_reason": held.ended_reason,
    }


def _show_event(held: Any) -> dict[str, Any]:
    return {
        "id": held.pk,
        "occasion": held.occasion,
        "organisation": held.organisation.code if held.organisation else None,
        "kind": held.kind,
        "region": held.region_id,
        "headcount": held.headcount,
        "units": held.units,
        "begins_on": held.begins_on.isoformat(),
        "reason": held.reason,
        "follows": held.follows_id,
        "made_by": held.made_by,
    } | _ending(held)


def _show_forecast(seen: ItemForecast) -> dict[str, Any]:
    low, high = seen.cover
    return {
        "item": seen.item.code,
        "unit": seen.item.base_unit,
        "quantity_free": seen.free,
        "quantity_coming": seen.coming.whole,
        "unknown_arrivals": seen.coming.untold,
        "quantity_open": seen.open,
        "unknown_needs": seen.untold,
        "silent_units": seen.silent,
        "daily_use_low": seen.use_low,
        "daily_use_high": seen.use_high,
        "cover_tenths_low": low,
        "cover_tenths_high": high,
        "short_from": seen.short_from.isoformat() if seen.short_from else None,
        "short_surely_from": seen.short_surely_from.isoformat() if seen.short_surely_from else None,
        "is_alert": seen.is_alert,
        "alert_days": seen.alert_days,
        "quantity_to_get": seen.to_get7,
        "horizons": [
            {
                "days": each.days, "need_low": each.need_low, "need_high": each.need_high,
                "arriving_low": each.arriving, "arriving_high": each.arriving_most,
                "gap_low": each.gap_low, "gap_high": each.gap_high,
            }
            for each in seen.outlooks
        ],
    }  # fmt: skip


def _show_unit(unit: UnitNeed, today: date) -> dict[str, Any]:
    low, high = unit.need(7, today=today)
    return {
        "organisation": unit.organisation.code if unit.organisation else None,
        "need_event": unit.group.pk if unit.group else None,
        "tier": unit.tier,
        "daily_use": unit.use,
        "source": unit.source,
        "added": [{"begins_on": each.begins_on.isoformat(), "daily_use": each.a_day} for each in unit.added],
        "on_hand": unit.stock,
        "quantity_on_way": unit.on_way,
        "quantity_open": unit.open,
        "cover_tenths": unit.cover_tenths,
        "need_7_low": low,
        "need_7_high": high,
        "is_alert": unit.is_alert,
    }


@router.get("/forecast", response=dict)
def list_forecast(request: HttpRequest, filters: Query[ForecastFilters]) -> dict[str, Any]:
    """缺口预测: what is needed and missing within 3, 7 and 14 days, each as a lower and an upper number. The lower one
    counts what units reported and what was decided; the upper one adds receipts or norms of silent units, and what is
    asked for. With `item` the units behind it."""
    door = entered(request, filters.bureau, "forecast")
    wanted = None if not filters.item else [items_by_code(door, [filters.item])[filters.item].pk]
    found = queries.forecast(door.actor, door.bureau_id, at=door.at, item_ids=wanted)
    shown = [_show_forecast(seen) for seen in found]
    for row, seen in zip(shown, found, strict=True):
        if wanted:
            row["units"] = [_show_unit(unit, door.today) for unit in seen.units]
    return {"results": shown}


@router.get("/norms", response=Page)
def list_norms(request: HttpRequest, filters: Query[StandingFilters]) -> dict[str, Any]:
    """Norms, newest first."""
    door = entered(request, filters.bureau, "norm")
    rows = norms.norms(door.actor, door.bureau_id)
    return page(rows if filters.ended else rows.filter(ended_at=None), filters, _show_norm, newest_first=True)


@router.post("/norms", response={201: dict}, openapi_extra=KEYED)
def make_norm(request: HttpRequest, body: NormIn) -> Status:
    """From a day on, so many pieces a day for every so many. The latest that has begun counts."""
    door = enter(request, body.bureau)
    item = items_by_code(door, [body.item])[body.item]
    made = actions.make_norm(
        bureau_id=door.bureau_id, item_id=item.pk, client_id=key_of(request),
        **body.model_dump(exclude={"item", "bureau"}), **door.who_and_when,
    )  # fmt: skip
    return Status(201, _show_norm(norms.norm_by_id(door.actor, made.pk)))


@router.post("/norms/{int:norm_id}/retirement", response={201: dict}, openapi_extra=KEYED)
def retire_norm(request: HttpRequest, norm_id: int, body: EndIn) -> Status:
    """It counts no more; the one before it does again."""
    door = enter(request, norms.norm_by_id(request.auth, norm_id).bureau.code)  # type: ignore[attr-defined]
    actions.retire_norm(norm_id=norm_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, _show_norm(norms.norm_by_id(door.actor, norm_id)))


@router.get("/alert-days", response=dict)
def show_alert_days(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """Less cover than so many days is an alert; with who set it, or nobody where it is the program's own."""
    door = entered(request, filters.bureau, "norm")
    latest = alert_days_set(door.actor, door.bureau_id).first()
    return {
        "days": alert_days(door.actor, door.bureau_id),
        "reason": latest.reason if latest else "",
        "made_by": latest.made_by if latest else "",
        "made_at": latest.made_at.isoformat() if latest else None,
    }


@router.post("/alert-days", response={201: dict}, openapi_extra=KEYED)
def set_alert_days(request: HttpRequest, body: AlertDaysIn) -> Status:
    """From now on. The one before stays in the journal."""
    door = enter(request, body.bureau)
    made = actions.set_alert_days(
        bureau_id=door.bureau_id, days=body.days, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, {"days": made.days})


@router.get("/need-events", response=Page)
def list_need_events(request: HttpRequest, filters: Query[StandingFilters]) -> dict[str, Any]:
    """Resumptions and openings, newest first."""
    door = entered(request, filters.bureau, "need_event")
    rows = norms.need_events(door.actor, door.bureau_id)
    return page(rows if filters.ended else rows.filter(ended_at=None), filters, _show_event, newest_first=True)


@router.post("/need-events", response={201: dict}, openapi_extra=KEYED)
def make_need_event(request: HttpRequest, body: NeedEventIn) -> Status:
    """From a day on so many more people need supplies by the norm."""
    door = enter(request, body.bureau)
    made = actions.make_need_event(
        bureau_id=door.bureau_id, event=_told(door, body), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _show_event(norms.need_event_by_id(door.actor, made.pk)))


@router.post("/need-events/{int:need_event_id}/change", response={201: dict}, openapi_extra=KEYED)
def change_need_event(request: HttpRequest, need_event_id: int, body: NeedEventChangeIn) -> Status:
    """The event is ended and said again as it is known now."""
    door = _door(request, need_event_id)
    made = actions.change_need_event(
        event_id=need_event_id, event=_told(door, body), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _show_event(norms.need_event_by_id(door.actor, made.pk)))


@router.post("/need-events/{int:need_event_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_need_event(request: HttpRequest, need_event_id: int, body: EndIn) -> Status:
    """It adds nothing to the forecast any more."""
    door = _door(request, need_event_id)
    actions.cancel_need_event(
        event_id=need_event_id, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _show_event(norms.need_event_by_id(door.actor, need_event_id)))


def _door(request: HttpRequest, need_event_id: int) -> Door:
    return enter(request, norms.need_event_by_id(request.auth, need_event_id).bureau.code)  # type: ignore[attr-defined]


def _told(door: Door, body: NeedEventChangeIn) -> EventInput:
    unit = organisation_id(door, body.organisation) if body.organisation else None
    return EventInput(
        occasion=body.occasion, headcount=body.headcount, begins_on=body.begins_on, reason=body.reason,
        organisation_id=unit, kind=body.kind, region_id=body.region, units=body.units,
    )  # fmt: skip
