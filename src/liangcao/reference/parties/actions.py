"""Writes of parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import ValidationError

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES, Actor
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import TextRule, check_text, check_texts
from liangcao.reference.catalog.actions import search_pinyin
from liangcao.reference.parties.kinds import KINDS
from liangcao.reference.parties.models import (
    Appointment,
    Bureau,
    Emergency,
    Organisation,
    Person,
    Region,
    Shelf,
    Store,
)

_ORGANISATION_TEXTS = {
    "code": TextRule("编码", "code", 30),
    "name": TextRule("单位名称", "name", 80, is_required=True),
    "address": TextRule("地址", "address", 200),
    "source_note": TextRule("来源说明", "note on the source", 200),
}
_STORE_TEXTS = {
    "code": TextRule("编码", "code", 30, is_required=True),
    "name": TextRule("仓库名称", "name", 60, is_required=True),
    "address": TextRule("地址", "address", 200),
    "hazard_classes": TextRule("危险类别", "hazard classes", 100),
}


class OrganisationTaken(Conflict):
    """The bureau has an organisation with this name, code or credit code."""


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
    beds: int | None = None,
    headcount: int | None = None,
    population: int | None = None,
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
    sizes = {"beds": beds, "headcount": headcount, "population": population}
    body = {**texts, **sizes, "bureau": bureau_id, "kind": kind, "tier": tier, "uscc": uscc}
    done = claim(client_id=client_id, action="add_organisation", body=body, by=by, at=at) if client_id else None
    if done:
        return Organisation.objects.get(pk=int(done))
    texts = check_texts(_ORGANISATION_TEXTS, texts)
    _check_kind_and_sizes(kind, sizes)
    uscc = checked_uscc(uscc)
    _check_free(bureau_id, texts["code"], texts["name"], uscc)
    organisation = Organisation.objects.create(
        **texts, **sizes, bureau_id=bureau_id, kind=kind, tier=KINDS[kind].tier if tier is None else tier,
        region=region, uscc=uscc, is_example=is_example, pinyin=search_pinyin(texts["name"]),
    )  # fmt: skip
    record(
        by=by, at=at, action="add_organisation", object_kind="organisation", object_ref=organisation.code,
        bureau_id=bureau_id, after={"name": organisation.name},
    )  # fmt: skip
    if client_id:
        settle(client_id=client_id, ref=str(organisation.pk))
    return organisation


def _check_kind_and_sizes(kind: str, sizes: Mapping[str, int | None]) -> None:
    if kind not in KINDS:
        raise Invalid("KIND_UNKNOWN", f"没有“{kind}”这种单位类别", f'There is no kind "{kind}"', field="kind")
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


def _check_free(bureau_id: int, code: str, name: str, uscc: str) -> None:
    same = Organisation.objects.filter(bureau_id=bureau_id)
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
def add_store(
    *,
    bureau_id: int,
    code: str,
    name: str,
    address: str = "",
    hazard_classes: str = "",
    shelves: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> Store:
    """Add a store with its shelves."""
    guard.check(by, "edit", "organisation", bureau_id=bureau_id)
    texts = {"code": code, "name": name, "address": address, "hazard_classes": hazard_classes}
    texts = check_texts(_STORE_TEXTS, texts)
    code = texts["code"]
    if Store.objects.filter(bureau_id=bureau_id, code=code).exists():
        raise Conflict(
            "STORE_TAKEN", f"本局已有编码为 {code} 的仓库", f"The bureau has a store {code} already", field="code"
        )
    made = Store.objects.create(bureau_id=bureau_id, **texts)
    Shelf.objects.bulk_create(
        Shelf(store=made, code=check_text(shelf, field="shelves", zh="货位", en="shelf", longest=20, is_required=True))
        for shelf in shelves
    )
    record(by=by, at=at, action="add_store", object_kind="store", object_ref=code, bureau_id=bureau_id)
    return made


@transaction.atomic
def add_person(*, name: str, user: User | None = None) -> Person:
    """Add a person; what the person may do comes with `appoint`."""
    name = check_text(name, field="name", zh="姓名", en="name", longest=60, is_required=True)
    return Person.objects.create(name=name, user=user)


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    bureau_id: int,
    organisation_id: int | None = None,
    valid_from: date,
    valid_until: date | None = None,
    by: Actor,
    at: datetime,
) -> Appointment:
    """Give a person a role from a day on. Portal roles need an organisation of the same bureau. Raises Invalid
    ROLE_UNKNOWN."""
    guard.check(by, "edit", "bureau", bureau_id=bureau_id)
    if role not in DESK_ROLES | PORTAL_ROLES or (role in PORTAL_ROLES) != (organisation_id is not None):
        raise Invalid(
            "ROLE_UNKNOWN",
            f"岗位“{role}”不存在,或外部岗位缺少单位",
            f'The role "{role}" does not exist, or an outside role lacks its organisation',
            field="role",
        )
    if (
        organisation_id is not None
        and not Organisation.objects.filter(pk=organisation_id, bureau_id=bureau_id).exists()
    ):
        raise Invalid(
            "ORGANISATION_UNKNOWN", "该单位不属于本局", "The organisation is not of this bureau", field="organisation"
        )
    made = Appointment.objects.create(
        person=person,
        role=role,
        bureau_id=bureau_id,
        organisation_id=organisation_id,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    record(
        by=by,
        at=at,
        action="appoint",
        object_kind="appointment",
        object_ref=str(made.pk),
        bureau_id=bureau_id,
        after={"person": person.name, "role": role, "organisation_id": organisation_id},
    )
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
