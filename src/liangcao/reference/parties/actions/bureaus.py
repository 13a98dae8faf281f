"""Writes of the bureau itself: divisions, bureaus, stores, emergencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import TextRule, check_text, check_texts
from liangcao.reference.parties.actions.organisations import check_place
from liangcao.reference.parties.models import Bureau, Emergency, Region, Shelf, Store
from liangcao.reference.parties.queries import store

_STORE_TEXTS = {
    "code": TextRule("编码", "code", 30, is_required=True),
    "name": TextRule("仓库名称", "name", 60, is_required=True),
    "address": TextRule("地址", "address", 200),
    "hazard_classes": TextRule("危险类别", "hazard classes", 100),
}


def hold_bureau(bureau_id: int) -> None:
    """Until the end of the transaction, others that hold the same bureau wait: for acts of one bureau that must follow
    one another although no other row is theirs in common. Changes nothing."""
    locked(Bureau.objects.all(), [bureau_id])


@transaction.atomic
def load_regions(rows: Iterable[dict[str, Any]]) -> int:
    """Add regions that are missing, parents first. Row: code, name, level, parent (code or ""), population_2020,
    is_official.

    Returns how many were added. Not an act of a person: the division list ships with the program.
    """
    known = dict(Region.objects.values_list("code", "pk"))
    added = 0
    by_level: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_level.setdefault(int(row["level"]), []).append(row)
    for level in sorted(by_level):
        fresh = [row for row in by_level[level] if row["code"] not in known]
        made = Region.objects.bulk_create(
            Region(
                code=row["code"],
                name=row["name"],
                level=level,
                parent_id=known.get(row["parent"]),
                population_2020=row["population_2020"] or None,
                is_official=row.get("is_official", True),
            )
            for row in fresh
        )
        added += len(made)
        known |= dict(Region.objects.filter(level=level).values_list("code", "pk"))
    return added


@transaction.atomic
def add_bureau(
    *, code: str, name: str, region: Region, name_en: str = "", exercise_shift_days: int = 0, by_name: str, at: datetime
) -> Bureau:
    """Found a bureau. Done at set-up by the command line, before anybody has an appointment."""
    made = Bureau.objects.create(
        code=code, name=name, name_en=name_en, region=region, exercise_shift_days=exercise_shift_days
    )
    by = Actor.system(by_name, made.pk)
    record(by=by, at=at, action="add_bureau", object_kind="bureau", object_ref=code, bureau_id=made.pk)
    return made


@transaction.atomic
def add_store(
    *,
    bureau_id: int,
    code: str,
    name: str,
    address: str = "",
    hazard_classes: str = "",
    shelves: Iterable[str] = (),
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    by: Actor,
    at: datetime,
) -> Store:
    """Add a store with its shelves. Latitude and longitude in degrees, both or neither."""
    guard.check(by, "edit", "organisation", bureau_id=bureau_id)
    texts = {"code": code, "name": name, "address": address, "hazard_classes": hazard_classes}
    texts = check_texts(_STORE_TEXTS, texts)
    code = texts["code"]
    if Store.objects.filter(bureau_id=bureau_id, code=code).exists():
        raise Conflict(
            "STORE_TAKEN", f"本局已有编码为 {code} 的仓库", f"The bureau has a store {code} already", field="code"
        )
    check_place(latitude, longitude)
    made = Store.objects.create(bureau_id=bureau_id, **texts, latitude=latitude, longitude=longitude)
    Shelf.objects.bulk_create(
        Shelf(store=made, code=check_text(shelf, field="shelves", zh="货位", en="shelf", longest=20, is_required=True))
        for shelf in shelves
    )
    record(by=by, at=at, action="add_store", object_kind="store", object_ref=code, bureau_id=bureau_id)
    return made


@transaction.atomic
def open_emergency(
    *, bureau_id: int, name: str, started_on: date, name_en: str = "", by: Actor, at: datetime
) -> Emergency:
    """Open an emergency. Raises Conflict EMERGENCY_OPEN while another one is open."""
    guard.check(by, "edit", "bureau", bureau_id=bureau_id)
    if Emergency.objects.filter(bureau_id=bureau_id, ended_on=None).exists():
        raise Conflict("EMERGENCY_OPEN", "本局已有进行中的应急事件", "The bureau has an open emergency already")
    name = check_text(name, field="name", zh="事件名称", en="name", longest=80, is_required=True)
    name_en = check_text(name_en, field="name_en", zh="英文名称", en="English name", longest=120)
    made = Emergency.objects.create(bureau_id=bureau_id, name=name, name_en=name_en, started_on=started_on)
    record(by=by, at=at, action="open_emergency", object_kind="emergency", object_ref=str(made.pk), bureau_id=bureau_id)
    return made


@transaction.atomic
def place_store(
    *, store_id: int, latitude: Decimal | None, longitude: Decimal | None, by: Actor, at: datetime, client_id: UUID
) -> Store:
    """Say where a store stands, in degrees; both or neither. Raises NotFound, Forbidden, Invalid as `check_place`."""
    found = store(by, store_id)
    guard.check(by, "edit", "organisation", bureau_id=found.bureau_id)
    body = {"store": store_id, "place": [str(latitude), str(longitude)]}
    if claim(client_id=client_id, action="place_store", body=body, by=by, at=at):
        return found
    check_place(latitude, longitude)
    (held,) = locked(Store.objects.all(), [found.pk])
    held.latitude, held.longitude = latitude, longitude
    held.save(update_fields=["latitude", "longitude"])
    record(by=by, at=at, action="place_store", object_kind="store", object_ref=held.code, bureau_id=held.bureau_id)
    settle(client_id=client_id, ref=str(held.pk))
    return held
