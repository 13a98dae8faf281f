"""Items, organisations, stores, regions."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.interfaces.api.v1.doors import KEYED, Body, enter, entered, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.reference.catalog import actions as catalog_actions
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties import actions as parties_actions
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.kinds import KINDS
from liangcao.reference.parties.models import Organisation, Region, Store

router = Router(tags=["reference"])


class Search(PageFilters):
    """A list that can be searched by name, code or pinyin."""

    search: str = Field("", max_length=60)


class OrganisationFilters(Search):
    """Organisations by kind."""

    kind: str = Field("", max_length=20)


class RegionFilters(PageFilters):
    """The children of one region."""

    parent: str = Field("", max_length=12)


class ItemIn(Body):
    """A new item of the catalogue."""

    code: str = Field(max_length=30, examples=["KZ-N95"])
    name: str = Field(max_length=80, examples=["医用防护口罩(N95)"])
    base_unit: str = Field(max_length=12, examples=["只"])
    category: str = Field(max_length=20, description="Code of a category", examples=["mask"])
    name_en: str = Field("", max_length=120)
    standard: str = Field("", max_length=120, examples=["GB 19083-2010"])
    hazard_class: str = Field("", max_length=20)
    lot_tracked: StrictBool = False


class OrganisationDetailsIn(Body):
    """What may change of an organisation."""

    name: str = Field(max_length=80, examples=["示例医院"])
    tier: StrictInt | None = Field(None, ge=0, le=9)
    uscc: str = Field("", max_length=18)
    address: str = Field("", max_length=200)
    contact: str = Field("", max_length=60, description="Whom to ask for: an office or a post", examples=["设备科"])
    phone: str = Field("", max_length=40, description="Its telephone")
    region: str = Field("", max_length=12, description="Code of the administrative division", examples=["330784001"])
    beds: StrictInt | None = Field(None, ge=0, le=QUANTITY_MAX)
    headcount: StrictInt | None = Field(None, ge=0, le=QUANTITY_MAX)
    population: StrictInt | None = Field(None, ge=0, le=QUANTITY_MAX)
    latitude: float | None = Field(None, ge=-90, le=90, description="Degrees, with longitude or not at all")
    longitude: float | None = Field(None, ge=-180, le=180)


class PlaceIn(Body):
    """Where a store stands, in degrees; both or neither."""

    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)


class CarriageIn(Body):
    """One base unit on a vehicle; null: nobody knows."""

    weight_grams: StrictInt | None = Field(None, examples=[5])
    volume_ml: StrictInt | None = Field(None, examples=[30])
    is_cold: StrictBool = Field(False, description="Only on vehicles that keep it cold")


class StoreHoursIn(Body):
    """From when to when, in the bureau's time; both or neither."""

    opens_at: time | None = Field(None, examples=["08:00"])
    closes_at: time | None = Field(None, examples=["17:30"])


class DeliveryHoursIn(StoreHoursIn):
    """When a unit takes goods in, and how long a vehicle stands there."""

    service_minutes: StrictInt = Field(10, examples=[10])


class OrganisationIn(OrganisationDetailsIn):
    """A new organisation."""

    code: str = Field(max_length=30, examples=["H001"])
    kind: str = Field(examples=["hospital"])
    bureau: str | None = None


def show_item(item: Item) -> dict[str, Any]:
    """An item with its packs."""
    return {
        "id": item.pk,
        "code": item.code,
        "name": item.name,
        "name_en": item.name_en,
        "base_unit": item.base_unit,
        "standard": item.standard,
        "hazard_class": item.hazard_class,
        "weight_grams": item.weight_grams,
        "volume_ml": item.volume_ml,
        "is_cold": item.is_cold,
        "lot_tracked": item.lot_tracked,
        "packs": [{"name": pack.name, "factor": pack.factor} for pack in item.packs.all()],
    }


def show_organisation(organisation: Organisation) -> dict[str, Any]:
    """An organisation."""
    return {
        "id": organisation.pk,
        "code": organisation.code,
        "name": organisation.name,
        "kind": organisation.kind,
        "kind_name": KINDS[organisation.kind].zh,
        "tier": organisation.tier,
        "uscc": organisation.uscc,
        "region": organisation.region.code if organisation.region else None,
        "beds": organisation.beds,
        "headcount": organisation.headcount,
        "population": organisation.population,
        **_place(organisation),
        **_hours(organisation),
        "service_minutes": organisation.service_minutes,
        "is_example": organisation.is_example,
    }


def _place(where: Organisation | Store) -> dict[str, float | None]:
    return {
        name: None if (degrees := getattr(where, name)) is None else float(degrees)
        for name in ("latitude", "longitude")
    }


def _hours(where: Organisation | Store) -> dict[str, str | None]:
    return {
        name: None if (hour := getattr(where, name)) is None else f"{hour:%H:%M}" for name in ("opens_at", "closes_at")
    }


def _degrees(body: OrganisationDetailsIn | PlaceIn) -> dict[str, Decimal | None]:
    """Six decimals, a tenth of a metre."""
    given = {"latitude": body.latitude, "longitude": body.longitude}
    return {name: None if value is None else round(Decimal(str(value)), 6) for name, value in given.items()}


@router.get("/items", response=Page)
def list_items(request: HttpRequest, filters: Query[Search]) -> dict[str, Any]:
    """The catalogue."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "view", "item")
    return page(catalog.items(door.actor, search=filters.search).prefetch_related("packs"), filters, show_item)


@router.post("/items", response={201: dict}, openapi_extra=KEYED)
def add_item(request: HttpRequest, body: ItemIn) -> Status:
    """Add an item. Its code is its natural key: the same item under another key is refused with the one that is
    there."""
    door = enter(request)
    category = catalog.categories(door.actor).filter(code=body.category).first()
    if category is None:
        raise Invalid(
            "CATEGORY_UNKNOWN",
            f"没有类别“{body.category}”",
            f'There is no category "{body.category}"',
            field="category",
        )
    fields = body.model_dump(exclude={"category"})
    made = catalog_actions.add_item(category=category, **fields, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_item(made))


@router.post("/items/{int:item_id}/carriage", response={201: dict}, openapi_extra=KEYED)
def set_carriage(request: HttpRequest, item_id: int, body: CarriageIn) -> Status:
    """What one base unit weighs and fills, and whether it is kept cold; trips are planned by it."""
    door = enter(request)
    made = catalog_actions.set_carriage(
        item_id=item_id, **body.model_dump(), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_item(made))


@router.get("/organisations", response=Page)
def list_organisations(request: HttpRequest, filters: Query[OrganisationFilters]) -> dict[str, Any]:
    """Units in scope."""
    door = entered(request, filters.bureau, "organisation")
    kinds = (filters.kind,) if filters.kind else ()
    rows = parties.organisations(door.actor, bureau_id=door.bureau_id, kinds=kinds, search=filters.search)
    return page(rows, filters, show_organisation)


@router.get("/organisations/{organisation_id}", response=dict)
def get_organisation(request: HttpRequest, organisation_id: int) -> dict[str, Any]:
    """One unit in scope."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    found = parties.organisation(actor, organisation_id)
    guard.check(actor, "view", "organisation", bureau_id=found.bureau_id, organisation_id=found.pk)
    return show_organisation(found)


@router.post("/organisations", response={201: dict}, openapi_extra=KEYED)
def add_organisation(request: HttpRequest, body: OrganisationIn) -> Status:
    """Add a unit. Name, code and credit code are natural keys."""
    door = enter(request, body.bureau)
    made = parties_actions.add_organisation(
        bureau_id=door.bureau_id, region=_region(door.actor, body.region),
        **body.model_dump(exclude={"bureau", "region"}) | _degrees(body), client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_organisation(made))


@router.post("/organisations/{organisation_id}/details", response={201: dict}, openapi_extra=KEYED)
def edit_organisation(request: HttpRequest, organisation_id: int, body: OrganisationDetailsIn) -> Status:
    """Write a unit's details anew; its code and kind stay."""
    door = enter(request, parties.organisation(request.auth, organisation_id).bureau.code)  # type: ignore[attr-defined]
    made = parties_actions.edit_organisation(
        organisation_id=organisation_id, region=_region(door.actor, body.region),
        **body.model_dump(exclude={"region"}) | _degrees(body), client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_organisation(made))


def _region(actor: Actor, code: str) -> Region | None:
    found = parties.regions(actor).filter(code=code).first() if code else None
    if code and found is None:
        raise Invalid(
            "REGION_UNKNOWN",
            f"没有代码为“{code}”的行政区划",
            f'No administrative division has the code "{code}"',
            field="region",
        )
    return found


@router.post("/organisations/{int:organisation_id}/hours", response={201: dict}, openapi_extra=KEYED)
def set_delivery_hours(request: HttpRequest, organisation_id: int, body: DeliveryHoursIn) -> Status:
    """When a unit takes goods in, and how long a vehicle stands there."""
    door = enter(request, parties.organisation(request.auth, organisation_id).bureau.code)  # type: ignore[attr-defined]
    made = parties_actions.set_delivery_hours(
        organisation_id=organisation_id, **body.model_dump(), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_organisation(made))


@router.get("/stores", response=Page)
def list_stores(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Stores of the bureau."""
    door = entered(request, filters.bureau, "store")
    rows = parties.stores(door.actor, bureau_id=door.bureau_id)
    return page(rows, filters, show_store)


def show_store(store: Store) -> dict[str, Any]:
    """A store."""
    shown = {"id": store.pk, "code": store.code, "name": store.name, "hazard_classes": store.hazard_classes}
    return {**shown, **_place(store), **_hours(store)}


@router.post("/stores/{int:store_id}/place", response={201: dict}, openapi_extra=KEYED)
def place_store(request: HttpRequest, store_id: int, body: PlaceIn) -> Status:
    """Say where a store stands."""
    door = enter(request, parties.store(request.auth, store_id).bureau.code)  # type: ignore[attr-defined]
    place = _degrees(body)
    made = parties_actions.place_store(
        store_id=store_id, latitude=place["latitude"], longitude=place["longitude"], client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_store(made))


@router.post("/stores/{int:store_id}/hours", response={201: dict}, openapi_extra=KEYED)
def set_store_hours(request: HttpRequest, store_id: int, body: StoreHoursIn) -> Status:
    """From when to when vehicles leave a store and come back."""
    door = enter(request, parties.store(request.auth, store_id).bureau.code)  # type: ignore[attr-defined]
    made = parties_actions.set_store_hours(
        store_id=store_id, **body.model_dump(), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_store(made))


@router.get("/regions", response=Page)
def list_regions(request: HttpRequest, filters: Query[RegionFilters]) -> dict[str, Any]:
    """Administrative divisions; `parent` gives the children of one."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "view", "region")
    rows = parties.regions(door.actor, parent_code=filters.parent or None)
    return page(
        rows,
        filters,
        lambda r: {"code": r.code, "name": r.name, "level": r.level, "population_2020": r.population_2020},
    )
