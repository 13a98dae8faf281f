"""Organisations, items, and how many people a unit has."""

from __future__ import annotations

from typing import Any

from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.interfaces.intake.importing import kinds
from liangcao.interfaces.intake.importing.judging import Judge, number_of
from liangcao.interfaces.intake.importing.kinds import Importer, Made, Taking
from liangcao.interfaces.intake.importing.phones import phone_of
from liangcao.interfaces.intake.importing.taking.documents import located
from liangcao.interfaces.intake.models import ImportRow
from liangcao.interfaces.intake.reading.characters import likeness
from liangcao.reference.catalog import actions as catalog_actions
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.catalog.models import Category
from liangcao.reference.catalog.naming import name_key
from liangcao.reference.parties import actions as parties_actions
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.models import Region

MEASURES = ("headcount", "population")
_CODE_LONGEST = 20


class _Known:
    """What the bureau has already: names and credit codes of organisations, divisions by name and code."""

    def __init__(self, judge: Judge) -> None:
        found = parties.organisations(judge.by, bureau_id=judge.run.bureau_id)
        told = list(found.values_list("name", "uscc"))
        self.names = {name for name, _ in told}
        self.likenesses = {likeness(name) for name in self.names}
        self.usccs = {uscc for _, uscc in told if uscc}
        self.regions = regions(judge.by)


def regions(by: Any) -> dict[str, Region]:
    """Divisions down to townships by name and code; a name that several have stands for none of them."""
    found: dict[str, Region] = {}
    several: set[str] = set()
    for region in parties.regions(by).filter(level__lte=4).order_by("level", "code"):
        for word in {region.code, region.name}:
            if word in found and found[word].pk != region.pk:
                several.add(word)
            found[word] = region
    return {word: region for word, region in found.items() if word not in several}


def check_organisation(judge: Judge, row: ImportRow) -> list[str]:
    """A name, a right credit code, a known division; who is there already stays as it is."""
    judge.facts = judge.facts or _Known(judge)
    known, values, found = judge.facts, row.values, []
    name = values.get("organisation", "").strip()
    if not name:
        return ["VALUE_MISSING"]
    if name in known.names:
        return ["ALREADY_THERE"]
    if likeness(name) in known.likenesses:
        found.append("NAME_LIKE")
    code = values.get("credit_code", "").strip()
    try:
        checked = parties_actions.checked_uscc(code)
        if checked and checked in known.usccs:
            found.append("CREDIT_CODE_TAKEN")
    except Invalid:
        found.append("CREDIT_CODE_WRONG")
    if (region := values.get("region", "").strip()) and region not in known.regions:
        found.append("REGION_UNKNOWN")
    return found


def take_organisations(taking: Taking) -> None:
    """Add each organisation. Raises what `add_organisation` refuses, with rows of the file."""
    known, problems = regions(taking.by), list[Refusal]()
    for row in taking.rows:
        values = row.values
        with located([row], problems):
            made = parties_actions.add_organisation(
                bureau_id=taking.run.bureau_id,
                code=f"{taking.run.number}-{row.number}",
                name=values["organisation"].strip(),
                kind=taking.run.given[kinds.ORGANISATION_KIND],
                region=known.get(values.get("region", "").strip()),
                uscc=values.get("credit_code", "").strip(),
                address=values.get("address", ""),
                contact=values.get("contact", ""),
                phone=phone_of(values.get("phone", "")),
                by=taking.by,
                at=taking.at,
                client_id=taking.key("organisation", row.number),
            )
            taking.made.append(Made("organisation", made.pk, made.code, (row,)))
    raise_all(problems)


def _categories(by: Any) -> dict[str, Category]:
    return {word: row for row in catalog.categories(by) for word in (name_key(row.name), name_key(row.code))}


class _Catalogue:
    """Names of items and categories."""

    def __init__(self, judge: Judge) -> None:
        names = list(catalog.items(judge.by).values_list("name", flat=True))
        self.names = {name_key(name) for name in names}
        self.likenesses = {likeness(name_key(name)) for name in names}
        self.categories = _categories(judge.by)


def check_item(judge: Judge, row: ImportRow) -> list[str]:
    """A name, a base unit, a category; what is in the catalogue already stays as it is."""
    judge.facts = judge.facts or _Catalogue(judge)
    values = row.values
    if not values.get("item", "").strip() or not values.get("unit", "").strip():
        return ["VALUE_MISSING"]
    if name_key(values["item"]) in judge.facts.names:
        return ["ALREADY_THERE"]
    found = ["NAME_LIKE"] if likeness(name_key(values["item"])) in judge.facts.likenesses else []
    written = values.get("category", "").strip()
    is_known = name_key(written) in judge.facts.categories if written else judge.run.given.get(kinds.CATEGORY)
    return found if is_known else [*found, "CATEGORY_UNKNOWN"]


def take_items(taking: Taking) -> None:
    """Add each item under a code made of its initials. Raises what `add_item` refuses, with rows of the file."""
    held, problems = _categories(taking.by), list[Refusal]()
    usual = next((row for row in held.values() if row.pk == taking.run.given.get(kinds.CATEGORY)), None)
    codes = set(catalog.items(taking.by).values_list("code", flat=True))
    for row in taking.rows:
        values = row.values
        category = held.get(name_key(values.get("category", ""))) or usual
        with located([row], problems):
            if category is None:
                raise Invalid("CATEGORY_UNKNOWN", "没有这个类别", "There is no such category", row=1)
            code = _free_code(values["item"], codes)
            made = catalog_actions.add_item(
                code=code,
                name=values["item"].strip(),
                base_unit=values["unit"].strip(),
                category=category,
                by=taking.by,
                at=taking.at,
                client_id=taking.key("item", row.number),
            )
            codes.add(code)
            taking.made.append(Made("item", made.pk, made.code, (row,)))
    raise_all(problems)


def _free_code(name: str, taken: set[str]) -> str:
    """The initials of a name as a code that no item has: 医用口罩 → YYKZ, YYKZ-2."""
    initials = catalog_actions.search_pinyin(name).rpartition(" ")[2].upper()
    plain = "".join(sign for sign in initials if sign.isascii() and sign.isalnum())[:_CODE_LONGEST] or "WZ"
    number, code = 1, plain
    while code in taken:
        number += 1
        code = f"{plain}-{number}"
    return code


def check_headcount(_judge: Judge, row: ImportRow) -> list[str]:
    """How many people, as a whole number."""
    number = number_of(row.values.get("headcount", ""))
    if number is None:
        return ["QUANTITY_MISSING" if not row.values.get("headcount") else "QUANTITY_NOT_A_NUMBER"]
    return [] if number >= 0 and number == number.to_integral_value() else ["QUANTITY_NOT_WHOLE"]


def take_headcounts(taking: Taking) -> None:
    """Write each unit's head-count or population anew; its other details stay. Raises what `edit_organisation`
    refuses."""
    problems: list[Refusal] = []
    measure = taking.run.given[kinds.MEASURE]
    for row in taking.rows:
        held = row.organisation
        if held is None:
            continue
        sizes = {"headcount": held.headcount, "population": held.population}
        sizes[measure] = int(number_of(row.values["headcount"]) or 0)
        with located([row], problems):
            made = parties_actions.edit_organisation(
                organisation_id=held.pk,
                name=held.name,
                tier=held.tier,
                region=held.region,
                uscc=held.uscc,
                address=held.address,
                contact=held.contact,
                phone=held.phone,
                beds=held.beds,
                latitude=held.latitude,
                longitude=held.longitude,
                **sizes,
                by=taking.by,
                at=taking.at,
                client_id=taking.key("headcount", row.number),
            )
            taking.made.append(Made("organisation", made.pk, made.code, (row,)))
    raise_all(problems)


IMPORTERS = (
    Importer(
        kind="organisations", act=("organisation", "edit"), take=take_organisations,
        fields=("organisation", "credit_code", "region", "address", "contact", "phone"),
        needs=(kinds.ORGANISATION_KIND,),
        check=check_organisation,
    ),
    Importer(
        kind="items", act=("item", "edit"), take=take_items, fields=("item", "unit", "category"),
        may=(kinds.CATEGORY,), check=check_item,
    ),
    Importer(
        kind="population", act=("organisation", "edit"), take=take_headcounts,
        fields=("organisation", "headcount", "remark"), needs=(kinds.MEASURE,), names_organisation=True,
        check=check_headcount,
    ),
)  # fmt: skip
