"""A plan of any size, written by the database itself: units that ask, open lines, stock in the book, a reviewed plan that
gives every line what it asks, or a part of it, from a lot of the unit's store.

What publication asks about (the book, its stock, the open lines) is whole, so that the book still proves right after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection, models, transaction

from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.operations.allocation.models import Plan, PlanLine, PlanNeed, PlanPick, PlanStock
from liangcao.operations.demand.models import Requisition, RequisitionLine
from liangcao.reference.catalog.models import Category, Item
from liangcao.reference.parties.models import Organisation, Store
from tests.factories.world import NOON, TODAY, World

STOCK = 2_000_000  # of each item in each store: enough for all that ask there


@dataclass(frozen=True)
class Size:
    """Units, items, stores, and how many of the items each unit asks for."""

    units: int
    items: int
    stores: int
    each: int

    @property
    def lines(self) -> int:
        """Lines of the plan."""
        return self.units * self.each


def make_large_plan(world: World, size: Size, *, picked: int | None = None) -> Plan:
    """A reviewed plan of `size.lines` lines. Of these the first `picked` get goods; all of them unless said otherwise."""
    with transaction.atomic():
        _name_things(world, size)
        lots = _stock(world, size)
        _ask(world, size)
        plan = _plan(world, size, size.lines if picked is None else picked, lots)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return plan


def _name_things(world: World, size: Size) -> None:
    """Units, items and stores; and tables of this connection in which they are numbered."""
    category = Category.objects.get(code="test")
    Organisation.objects.bulk_create(
        Organisation(
            bureau=world.bureau, code=f"B{n:05}", name=f"示例单位{n:05}", kind="hospital", tier=n % 4 + 1,
            region=world.bureau.region, beds=n % 900 + 1, is_example=True,
        )
        for n in range(size.units)
    )  # fmt: skip
    Item.objects.bulk_create(
        Item(code=f"B{n:03}", name=f"示例物资{n:03}", base_unit="只", category=category) for n in range(size.items)
    )
    Store.objects.bulk_create(
        Store(bureau=world.bureau, code=f"B{n:02}", name=f"示例仓库{n:02}") for n in range(size.stores)
    )
    for table, model in (("unit", Organisation), ("item", Item), ("store", Store)):
        ids = model.objects.filter(code__startswith="B").order_by("code").values_list("pk", flat=True)
        _numbered(f"bench_{table}", "bigint", list(ids))


def _numbered(table: str, kind: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (n bigint PRIMARY KEY, v {kind})")
        cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s)", list(enumerate(values)))


def _stock(world: World, size: Size) -> int:
    """A lot of each item in each store, received by the ledger; returns how many."""
    items, stores = (
        list(model.objects.filter(code__startswith="B").order_by("code").values_list("pk", flat=True))
        for model in (Item, Store)
    )
    made = []
    for item in items:
        lots = [(NewLot(uuid4(), item, "purchase", "CG#1", no_lot_reason="散装"), store) for store in stores]
        made += lots
    for first in range(0, len(made), 5_000):
        part = made[first : first + 5_000]
        world.post(
            "receipt",
            *[
                PostingLine(lot.id, world.outside(world.supplier), AccountRef("store", store), STOCK)
                for lot, store in part
            ],
            new_lots=[lot for lot, _ in part],
        )
    kind, write = ("uuid", str) if connection.vendor == "postgresql" else ("text", lambda key: key.hex)
    _numbered("bench_lot", kind, [write(lot.id) for lot, _ in made])
    return len(made)


def _ask(world: World, size: Size) -> None:
    """One approved requisition for each unit with its lines."""
    told = {
        "bureau": world.bureau.pk, "emergency": world.emergency.pk, "status": "approved", "submitted_by": "x",
        "reviewed_by": "y", "channel": "portal", "changed_by": "y",
        **dict.fromkeys(("received_at", "submitted_at", "reviewed_at", "changed_at"), NOON),
    }  # fmt: skip
    units = list(Organisation.objects.filter(code__startswith="B").order_by("code").values_list("pk", flat=True))
    Requisition.objects.bulk_create(
        Requisition(
            number=f"BX{n:06}", organisation_id=unit, client_id=uuid4(),
            **{f"{name}_id" if name in ("bureau", "emergency") else name: value for name, value in told.items()},
        )
        for n, unit in enumerate(units)
    )  # fmt: skip
    asked = "10 + (u.n * 13 + k.n * 7) % 90"
    _write(
        RequisitionLine,
        {
            "requisition_id": "q.id", "line": "k.n + 1", "organisation_id": "u.v", "item_id": "i.v",
            "quantity_requested": asked, "quantity_approved": asked, "on_hand": "k.n % 50", "daily_use": "u.n % 9",
            "tier": "u.n % 4 + 1",
        },
        {
            "bureau": world.bureau.pk, "emergency": world.emergency.pk, "status": "open", "confirmed_at": NOON,
        },
        f"{_pairs(size)} JOIN demand_requisition q ON q.organisation_id = u.v",
    )  # fmt: skip


def _pairs(size: Size) -> str:
    """SQL: each unit u with the items i that it asks for, the k-th of them."""
    _numbered("bench_each", "bigint", list(range(size.each)))
    return (
        "bench_unit u CROSS JOIN bench_each k"
        f" JOIN bench_item i ON i.n = (u.n * 7 + k.n * {_stride(size)}) % {size.items}"
    )


def _stride(size: Size) -> int:
    """Spreads what a unit asks for over the items, never the same twice."""
    return max(size.items // size.each, 1)


def _plan(world: World, size: Size, picked: int, lots: int) -> Plan:
    """Every fifth line that gets goods gets half of what it asks; the others all of it."""
    plan = Plan.objects.create(
        bureau=world.bureau, emergency=world.emergency, number="FA-bench", plan_date=TODAY, status="reviewed",
        steps=[{"whom": "all", "target": "request", "how": "fill", "days": None}], round_digest="0" * 64,
        made_by="x", made_at=NOON, reviewed_by="z", reviewed_at=NOON, changed_by="x", changed_at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    number = f"u.n * {size.each} + k.n"
    whole = "l.quantity_approved"
    given = f"CASE WHEN {number} >= {picked} THEN 0 WHEN ({number}) % 5 = 0 THEN {whole} / 2 ELSE {whole} END"
    same = "l.organisation_id = u.v AND l.item_id = i.v"
    _write(
        PlanLine,
        {
            "line": f"{number} + 1", "organisation_id": "u.v", "item_id": "i.v", "requisition_line_id": "l.id",
            "tier": "l.tier", "quantity_asked": whole, "quantity_open": whole, "on_hand": "l.on_hand",
            "daily_use": "l.daily_use", "quantity_planned": given, "quantity_solved": given,
            "gap": f"{whole} - ({given})",
        },
        {"plan": plan.pk},
        f"{_pairs(size)} JOIN demand_requisitionline l ON {same}",
    )  # fmt: skip
    mine = f"allocation_planline l WHERE l.plan_id = {plan.pk}"
    _write(
        PlanNeed,
        {
            "plan_line_id": "l.id", "requisition_line_id": "l.requisition_line_id", "quantity_open": "l.quantity_open",
            "quantity_planned": "l.quantity_planned",
        },
        {},
        mine,
    )  # fmt: skip
    place = f"(l.line - 1) / {size.each} * {size.stores} / {size.units}"  # Units beside one another share a store.
    _write(
        PlanPick,
        {"plan_line_id": "l.id", "order": "l.line", "item_id": "l.item_id", "store_id": "s.v", "lot_id": "b.v",
         "quantity": "l.quantity_planned"},
        {},
        f"allocation_planline l JOIN bench_item i ON i.v = l.item_id JOIN bench_store s ON s.n = {place}"
        f" JOIN bench_lot b ON b.n = i.n * {size.stores} + s.n WHERE l.plan_id = {plan.pk} AND l.quantity_planned > 0",
    )  # fmt: skip
    _write(
        PlanStock,
        {"store_id": "s.v", "item_id": "i.v", "lot_id": "b.v", "quantity": str(STOCK)},
        {"plan": plan.pk},
        f"bench_item i CROSS JOIN bench_store s JOIN bench_lot b ON b.n = i.n * {size.stores} + s.n WHERE b.n < {lots}",
    )
    return plan


def _write(model: type[models.Model], selected: dict[str, str], fixed: dict[str, Any], source: str) -> None:
    """INSERT INTO the model's table SELECT … FROM source; what is named nowhere has the field's default."""
    columns, values, parameters = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(f'"{field.column}"')
        if field.column in selected:
            values.append(selected[field.column])
        else:
            values.append("%s::" + str(field.db_type(connection)) if connection.vendor == "postgresql" else "%s")
            default = field.get_default() if field.has_default() or not field.null else None
            parameters.append(field.get_db_prep_save(fixed.get(field.name, default), connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
            f" SELECT {', '.join(values)} FROM {source}".replace(" % ", " %% "),
            parameters,
        )
