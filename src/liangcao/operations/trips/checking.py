"""What a trip must say before it is written: everything that is wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected
from liangcao.foundation.kernel.quantity import check_between, check_lines_by_hand, check_quantity, no_lines
from liangcao.foundation.kernel.text import check_required, check_text
from liangcao.operations.passes.models import Pass
from liangcao.operations.passes.queries import pass_by_id
from liangcao.operations.supply import queries as supply
from liangcao.operations.supply.models import Source, SourceLine
from liangcao.operations.trips import queries, rules
from liangcao.operations.trips.inputs import CrewInput, TripInput, TripLineInput
from liangcao.operations.trips.models import Vehicle
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items_by_id, unknown_item
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import organisation


@dataclass(frozen=True)
class DraftLine:
    """A line that passed the checks."""

    item: Item
    quantity: int
    weight_kg: int | None
    source_line_id: int | None


@dataclass
class Draft:
    """A trip as far as it passed the checks, and what did not."""

    vehicle: Vehicle
    source: Source | None = None
    supplier_id: int = 0
    pass_held: Pass | None = None
    lines: list[DraftLine] = field(default_factory=list)
    crew: list[CrewInput] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Refusal] = field(default_factory=list)


def check_trip(given: TripInput, store: Store, *, by: Actor, at: datetime) -> Draft:
    """Read a trip. Problems are collected, not raised: the clash with other trips is told together with them.

    Raises NotFound for a vehicle, source or pass that is out of scope.
    """
    draft = Draft(queries.vehicle(by, given.vehicle_id))
    if draft.vehicle.bureau_id != store.bureau_id:
        raise Invalid("VEHICLE_UNKNOWN", "没有这辆车", "No such vehicle", field="vehicle")
    problems = draft.problems
    with collected(problems):
        rules.check_in_service(draft.vehicle)
    with collected(problems):
        rules.check_times(given.leaves_at, given.expected_there_at, given.expected_back_at)
    with collected(problems):
        rules.check_not_over(given.expected_back_at, at=at)
    _read_source(draft, given, store, by=by)
    _read_texts(draft, given)
    _read_lines(draft, given, by=by)
    _read_weight(draft, given)
    draft.crew = read_crew(given.crew, draft.vehicle, problems)
    if given.pass_id is not None:
        draft.pass_held = pass_by_id(by, given.pass_id)
        with collected(problems):
            rules.check_pass(draft.pass_held, draft.vehicle.plate, given.leaves_at, given.expected_back_at)
    return draft


def _read_source(draft: Draft, given: TripInput, store: Store, *, by: Actor) -> None:
    """Whose goods they are: the source's, else the supplier that is named."""
    with collected(draft.problems):
        if given.source_id is None:
            if given.supplier_id is None:
                raise Invalid(
                    "SUPPLIER_MISSING",
                    "请选择来源单,或选择供应单位",
                    "Name the source, or the organisation that supplies",
                    field="supplier",
                )
            draft.supplier_id = organisation(by, given.supplier_id, bureau_id=store.bureau_id).pk
            return
        source = supply.source(by, given.source_id)
        if source.bureau_id != store.bureau_id or source.status not in supply.EXPECTED:
            raise Conflict(
                "SOURCE_NOT_EXPECTED",
                f"来源 {source.number} 已没有待到的货,不用再提",
                f"Nothing more is expected of source {source.number}",
                field="source",
            )
        draft.source, draft.supplier_id = source, source.counterparty_id


def _read_texts(draft: Draft, given: TripInput) -> None:
    with collected(draft.problems):
        draft.values["place"] = check_required(
            given.place, code="PLACE_MISSING", field="place", zh="请填写提货地点", en="Say where the goods are fetched",
            longest=200,
        )  # fmt: skip
    with collected(draft.problems):
        draft.values["place_phone"] = rules.check_phone(given.place_phone, field="place_phone")
    with collected(draft.problems):
        draft.values["note"] = rules.check_note(given.note)


def _read_lines(draft: Draft, given: TripInput, *, by: Actor) -> None:
    known = list(supply.source_lines(by, draft.source.pk)) if draft.source else []
    wanted = list(given.lines) or [
        TripLineInput(line.item_id, line.quantity_missing)  # type: ignore[attr-defined]
        for line in known
        if line.quantity_missing  # type: ignore[attr-defined]
    ]
    with collected(draft.problems):
        if not wanted:
            raise no_lines()
        check_lines_by_hand(len(wanted))
    items, seen = items_by_id(line.item_id for line in wanted), set[int]()
    for row, line in enumerate(wanted[:2000], start=1):
        with collected(draft.problems):
            draft.lines.append(_line(line, items, known, draft.vehicle, seen, row))


def _line(
    line: TripLineInput, items: dict[int, Item], known: Sequence[SourceLine], vehicle: Vehicle, seen: set[int], row: int
) -> DraftLine:
    if line.item_id not in items:
        raise unknown_item(str(line.item_id), row=row)
    item = items[line.item_id]
    if item.pk in seen:
        raise Invalid(
            "LINE_TWICE",
            f"第 {row} 行:{item.name} 已在前面",
            f"Row {row}: {item.english} is there twice",
            field="item",
            row=row,
        )
    seen.add(item.pk)
    check_quantity(line.quantity, row=row)
    if line.weight_kg is not None:
        check_between(
            line.weight_kg, 1, rules.KILOGRAMS_MOST, field="weight_kg", zh="重量(千克)", en="The weight", row=row
        )
    rules.check_hazard(vehicle, item, row=row)
    source_line = next((each.pk for each in known if each.item_id == item.pk), None)
    return DraftLine(item, line.quantity, line.weight_kg, source_line)


def _read_weight(draft: Draft, given: TripInput) -> None:
    with collected(draft.problems):
        if given.weight_kg is not None:
            check_between(
                given.weight_kg,
                1,
                rules.KILOGRAMS_MOST,
                field="weight_kg",
                zh="总重(千克)",
                en="The weight of the load",
            )
        of_lines = sum(line.weight_kg or 0 for line in draft.lines)
        # The sum of what is known weighs at least that much, whatever the total says.
        weight = max(given.weight_kg or 0, of_lines)
        if weight > draft.vehicle.load_kg:
            raise rules.Overloaded(draft.vehicle, weight)
        if given.weight_kg is not None and given.weight_kg < of_lines:
            raise Invalid(
                "WEIGHT_TOO_SMALL",
                f"总重 {given.weight_kg:,} 千克小于各行之和 {of_lines:,} 千克",
                f"The load of {given.weight_kg:,} kg is less than the {of_lines:,} kg of its lines",
                field="weight_kg",
            )


def read_crew(given: Sequence[CrewInput], vehicle: Vehicle, problems: list[Refusal]) -> list[CrewInput]:
    """Drivers first. Without one the vehicle's usual driver."""
    found = list[CrewInput]()
    if not any(person.role == "driver" for person in given) and vehicle.driver:
        found.append(CrewInput("driver", vehicle.driver, vehicle.driver_phone))
    for row, person in enumerate(given, start=1):
        with collected(problems):
            if person.role not in ("driver", "escort"):
                raise Invalid(
                    "ROLE_UNKNOWN", f"第 {row} 行:须为驾驶员或押运人", f"Row {row}: the role is driver or escort",
                    field="role", row=row,
                )  # fmt: skip
            name = check_text(person.name, field="name", zh="姓名", en="name", longest=60, is_required=True, row=row)
            phone = rules.check_phone(person.phone, field="phone", row=row)
            found.append(CrewInput(person.role, name, phone))
    with collected(problems):
        if not any(person.role == "driver" for person in (*given, *found)):
            raise Invalid(
                "DRIVER_MISSING",
                "请填写驾驶员(车辆没有登记常用驾驶员)",
                "Name the driver: the vehicle has no usual one",
                field="crew",
            )
        if len(found) > rules.CREW_MOST:
            raise Invalid(
                "CREW_TOO_MANY",
                f"随车人员最多 {rules.CREW_MOST} 人",
                f"At most {rules.CREW_MOST} people are on board",
                field="crew",
            )
    return sorted(found, key=lambda person: person.role)
