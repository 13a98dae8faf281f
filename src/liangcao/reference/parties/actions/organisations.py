"""Writes of organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import ValidationError

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import TextRule, check_texts
from liangcao.reference.catalog.actions import search_pinyin
from liangcao.reference.parties.kinds import KINDS, OWN_CODE
from liangcao.reference.parties.models import Bureau, Organisation, Region
from liangcao.reference.parties.queries import organisation

_ORGANISATION_TEXTS = {
    "code": TextRule("编码", "code", 30),
    "name": TextRule("单位名称", "name", 80, is_required=True),
    "address": TextRule("地址", "address", 200),
    "contact": TextRule("联系人或科室", "contact", 60),
    "phone": TextRule("联系电话", "telephone", 40),
    "source_note": TextRule("来源说明", "note on the source", 200),
}


class OrganisationTaken(Conflict):
    """The bureau has an organisation with this name, code or credit code."""


@transaction.atomic
def add_organisation(
    *,
    bureau_id: int,
    code: str,
    name: str,
    kind: str,
    tier: int | None = None,
    region: Region | None = None,
    uscc: str = "",
    address: str = "",
    contact: str = "",
    phone: str = "",
    beds: int | None = None,
    headcount: int | None = None,
    population: int | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    is_example: bool = False,
    source_note: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID | None = None,
) -> Organisation:
    """Add an organisation. Raises Invalid for an empty name, unknown kind or a credit code with a wrong check digit
    (GB 32100), OrganisationTaken when name, code or credit code is in use in this bureau. With `client_id`, the same
    act sent again finds the organisation."""
    guard.check(by, "edit", "organisation", bureau_id=bureau_id)
    texts = {"code": code, "name": name, "address": address, "source_note": source_note}
    texts |= {"contact": contact, "phone": phone}
    sizes = {"beds": beds, "headcount": headcount, "population": population}
    place = {"bureau": bureau_id, "region": region.code if region else ""}
    body = {**texts, **sizes, **place, **said_place(latitude, longitude), "kind": kind, "tier": tier, "uscc": uscc}
    done = claim(client_id=client_id, action="add_organisation", body=body, by=by, at=at) if client_id else None
    if done:
        return Organisation.objects.get(pk=int(done))
    texts = check_texts(_ORGANISATION_TEXTS, texts)
    _check_kind(kind)
    _check_sizes(sizes)
    check_place(latitude, longitude)
    uscc = checked_uscc(uscc)
    _check_free(bureau_id, texts["code"], texts["name"], uscc)
    made = Organisation.objects.create(
        **texts, **sizes, bureau_id=bureau_id, kind=kind, tier=KINDS[kind].tier if tier is None else tier,
        region=region, uscc=uscc, is_example=is_example, pinyin=search_pinyin(texts["name"]), latitude=latitude,
        longitude=longitude,
    )  # fmt: skip
    record(
        by=by, at=at, action="add_organisation", object_kind="organisation", object_ref=made.code,
        bureau_id=bureau_id, after={"name": made.name},
    )  # fmt: skip
    if client_id:
        settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def edit_organisation(
    *,
    organisation_id: int,
    name: str,
    tier: int | None = None,
    region: Region | None = None,
    uscc: str = "",
    address: str = "",
    contact: str = "",
    phone: str = "",
    beds: int | None = None,
    headcount: int | None = None,
    population: int | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Organisation:
    """Write an organisation's details anew; its code and kind stay, because documents and appointments hang on them.

    Raises NotFound, Invalid as `add_organisation`, OrganisationTaken. What changed stands in the journal.
    """
    found = organisation(by, organisation_id)
    guard.check(by, "edit", "organisation", bureau_id=found.bureau_id, row=found)
    given = {"name": name, "address": address, "contact": contact, "phone": phone}
    sizes = {"beds": beds, "headcount": headcount, "population": population}
    body = {
        **given,
        **sizes,
        **said_place(latitude, longitude),
        "id": found.pk,
        "tier": tier,
        "region": region.code if region else "",
        "uscc": uscc,
    }
    if claim(client_id=client_id, action="edit_organisation", body=body, by=by, at=at):
        return found
    (held,) = locked(Organisation.objects.all(), [found.pk])
    before = _told(held)
    texts = check_texts(_ORGANISATION_TEXTS, given)
    _check_sizes(sizes)
    check_place(latitude, longitude)
    held.uscc = checked_uscc(uscc)
    _check_free(held.bureau_id, held.code, texts["name"], held.uscc, besides=held)
    held.name, held.address, held.pinyin = texts["name"], texts["address"], search_pinyin(texts["name"])
    held.contact, held.phone = texts["contact"], texts["phone"]
    held.beds, held.headcount, held.population = beds, headcount, population
    held.latitude, held.longitude = latitude, longitude
    held.tier, held.region = KINDS[held.kind].tier if tier is None else tier, region
    held.save()
    after = _told(held)
    changed = [key for key in after if after[key] != before[key]]
    record(
        by=by, at=at, action="edit_organisation", object_kind="organisation", object_ref=held.code,
        bureau_id=held.bureau_id,
        before={key: before[key] for key in changed}, after={key: after[key] for key in changed},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _told(held: Organisation) -> dict[str, Any]:
    """The details of an organisation as the journal says them."""
    own = {key: getattr(held, key) for key in ("name", "tier", "uscc", "beds", "headcount", "population")}
    # Under "address" the journal keeps a mark only, because elsewhere it is a person's; this one is of a unit.
    told = {"location": held.address, "contact": held.contact, "phone": held.phone}
    told["place"] = "" if held.latitude is None else f"{held.latitude:.6f}, {held.longitude:.6f}"
    return {**own, **told, "region": held.region.code if held.region else ""}


def said_place(latitude: Decimal | None, longitude: Decimal | None) -> dict[str, Any]:
    """The place for a body, where one is given."""
    return {} if latitude is None and longitude is None else {"place": [str(latitude), str(longitude)]}


def check_place(latitude: Decimal | None, longitude: Decimal | None) -> None:
    """Degrees of latitude and longitude, both or neither. Raises Invalid PLACE_HALF, PLACE_OUT_OF_RANGE."""
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        raise Invalid(
            "PLACE_HALF",
            "经度和纬度要么都填,要么都不填",
            "Give both latitude and longitude, or neither",
            field="longitude" if longitude is None else "latitude",
        )
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid(
            "PLACE_OUT_OF_RANGE",
            f"纬度须在 -90 到 90 之间、经度须在 -180 到 180 之间,现为 {latitude}、{longitude};是不是填反了",
            f"Latitude is from -90 to 90, longitude from -180 to 180, not {latitude}, {longitude}; are they swapped?",
            field="latitude",
        )


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Invalid("KIND_UNKNOWN", f"没有“{kind}”这种单位类别", f'There is no kind "{kind}"', field="kind")


def _check_sizes(sizes: Mapping[str, int | None]) -> None:
    for field, size in sizes.items():
        if size is not None:
            check_quantity_or_zero(size, field=field)


def checked_uscc(code: str) -> str:
    """The unified social credit code in upper case, or "" for none. Raises Invalid USCC_INVALID (GB 32100,
    python-stdnum)."""
    if not code:
        return ""
    try:
        return uscc_number.validate(code.strip().upper())
    except ValidationError:
        raise Invalid(
            "USCC_INVALID",
            f"统一社会信用代码“{code}”不符合 GB 32100(18 位,不含 I、O、S、V、Z,第 18 位为校验位),请核对",
            f'"{code}" is not a valid unified social credit code (GB 32100); check the 18 characters',
            field="uscc",
        ) from None


def _check_free(bureau_id: int, code: str, name: str, uscc: str, *, besides: Organisation | None = None) -> None:
    # Two who take one name at once wait for each other at their bureau, so that the second is told.
    locked(Bureau.objects.all(), [bureau_id])
    same = Organisation.objects.filter(bureau_id=bureau_id).exclude(pk=besides.pk if besides else None)
    taken = same.filter(code=code).first() or same.filter(name=name.strip()).first()
    if not taken and uscc:
        taken = same.filter(uscc=uscc).first()
    if taken:
        raise OrganisationTaken(
            "ORGANISATION_TAKEN",
            f"本局已有名称、编码或信用代码相同的单位:{taken.code} {taken.name}",
            f"The bureau has an organisation with this name, code or credit code: {taken.code} {taken.name}",
            field="name",
        )


@transaction.atomic
def own_organisation(*, bureau_id: int, by: Actor, at: datetime) -> Organisation:
    """The bureau as a party to its own work: where opening stock comes from. Made when it is first needed."""
    bureau = Bureau.objects.get(pk=bureau_id)
    found = Organisation.objects.filter(bureau=bureau).filter(Q(code=OWN_CODE) | Q(name=bureau.name)).first()
    if found is not None:
        return found
    made = Organisation.objects.create(
        bureau=bureau,
        code=OWN_CODE,
        name=bureau.name,
        kind="department",
        tier=0,
        region=bureau.region,
        pinyin=search_pinyin(bureau.name),
    )
    record(
        by=by,
        at=at,
        action="add_organisation",
        object_kind="organisation",
        object_ref=made.code,
        bureau_id=bureau_id,
        after={"name": made.name},
    )
    return made
