"""Registers: rows add up to their totals, and to the figures of the same period."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.ledger.queries import flow_totals
from liangcao.operations.supply import actions as supply
from liangcao.operations.supply.inputs import ReceiptLineInput, ReversalInput
from liangcao.operations.supply.models import Receipt
from liangcao.oversight.briefing import queries
from liangcao.oversight.briefing.registers import Register
from tests.factories.dispatch import make_emergency
from tests.factories.supply import make_source, reverse
from tests.factories.world import NOON, TODAY, World, make_world
from tests.oversight.briefing.day import EVENING, play

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)
YESTERDAY_NOON = NOON - timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world()


def give_directly(world: World, pieces: int, *, at: datetime = NOON) -> Receipt:
    """A gift of masks that goes straight to the first hospital."""
    source = make_source(world, (world.mask, pieces), at=at)
    return supply.receive_direct(
        source_id=source.pk,
        recipient_id=world.hospital.pk,
        lines=[ReceiptLineInput(source.lines.get().pk, world.mask.pk, pieces)],
        signed_by="示例收货人",
        by=world.actor("storekeeper"),
        at=at,
        client_id=uuid4(),
    )


def register(world: World, kind: str, from_: date = TODAY, to: date = TODAY, **more: object) -> Register:
    return queries.register(world.actor("auditor"), world.bureau.pk, kind, from_=from_, to=to, **more)  # type: ignore[arg-type]


def cells(made: Register, *names: str) -> list[tuple[object, ...]]:
    places = [[column.key for column in made.columns].index(name) for name in names]
    return [tuple(row.cells[place] for place in places) for row in made.rows()]


def test_refusals(world: World) -> None:
    with pytest.raises(Invalid) as told:
        register(world, "no_such_register")
    assert told.value.code == "REGISTER_UNKNOWN"
    with pytest.raises(Invalid) as told:
        register(world, "stock_statement", TODAY, YESTERDAY)
    assert told.value.code == "PERIOD_INVALID"
    with pytest.raises(NotFound):
        register(world, "stock_statement", store_id=make_world("beicheng").store.pk)
    stranger = Actor(user_id=1, name="外人", grants=(Grant("leader", world.bureau.pk + 1000),))
    with pytest.raises(NotFound):
        queries.register(stranger, world.bureau.pk, "stock_statement", from_=TODAY, to=TODAY)


@pytest.mark.parametrize("kind", sorted(queries.REGISTERS))
def test_rows_add_up_to_totals(world: World, kind: str) -> None:
    play(world)
    made = register(world, kind, YESTERDAY)
    rows = list(made.rows())
    assert rows
    assert made.totals.rows == len(rows)
    quantity = next(place for place, column in enumerate(made.columns) if column.holds == "quantity")
    assert sum(row.cells[quantity] or 0 for row in rows) == sum(sums[0] for sums in made.totals.by_item.values())
    assert all(len(row.cells) == len(made.columns) for row in rows)


def test_stock_statement_closes_and_agrees_with_the_figures(world: World) -> None:
    play(world)
    made = register(world, "stock_statement")
    rows = cells(made, "store", "item_code", "opening", "in", "out", "closing", "reserved", "quarantine", "expiring")
    assert all(opening + came - out == closing for _, _, opening, came, out, closing, *_ in rows)  # type: ignore[operator]
    assert ("一号库", "T-mask", 46_200, 14_500, 500, 60_200, 0, 500, 0) in rows
    figures = queries.day_figures(world.actor("auditor"), world.bureau.pk, TODAY, at=EVENING)
    closing = {code: 0 for _, code, *_ in rows}
    for _, code, _, _, _, held, *_ in rows:
        closing[code] += held  # type: ignore[operator]
    assert closing == {code: figures.value(f"in_stock.{code}") for code in closing}


def test_what_left_the_stores_is_in_the_issues_register(world: World) -> None:
    play(world)
    statement = {}
    for code, out in cells(register(world, "stock_statement", YESTERDAY), "item_code", "out"):
        statement[code] = statement.get(code, 0) + out  # type: ignore[operator]
    issues: dict[object, int] = {}
    for code, quantity in cells(register(world, "issues_register", YESTERDAY), "item_code", "quantity"):
        issues[code] = issues.get(code, 0) + quantity  # type: ignore[operator]
    assert {code: out for code, out in statement.items() if out} == issues


def test_receipts_register_shows_a_reversal_below_zero(world: World) -> None:
    made = play(world)
    reverse(world, made["gift_receipt"], at=EVENING)
    rows = cells(register(world, "receipts_register", item_id=world.mask.pk), "kind", "party", "source", "quantity")
    number = made["gift"].number
    assert rows == [("入库单", "示例捐赠人", number, 14_500), ("冲红单", "示例捐赠人", number, -14_500)]


def test_issue_register_shows_what_the_unit_signed_for(world: World) -> None:
    play(world)
    rows = cells(
        register(world, "issue_register"), "party", "item_code", "quantity", "good", "short", "damaged", "signed_name"
    )
    assert ("示例医院一", "T-n95", 100, 80, 15, 5, "示例收货人") in rows
    assert ("示例医院一", "T-mask", 500, None, None, None, "") in rows


def test_issue_register_has_what_went_straight_to_a_unit(world: World) -> None:
    """Per item the register is the ledger's own sum of what was issued, also after a part was taken back."""
    give_directly(world, 40, at=YESTERDAY_NOON)
    world.put_in(world.mask, 900, at=YESTERDAY_NOON)
    made_directly = give_directly(world, 300)
    make_emergency(world, 500)
    reverse(world, made_directly, ReversalInput(made_directly.lines.get().pk, 120), at=EVENING)
    names = ("document", "party", "quantity", "good", "short", "signed_name", "signed_on")
    rows = cells(register(world, "issue_register"), *names)
    assert (made_directly.number, "示例医院一", 300, 300, 0, "示例收货人", TODAY) in rows
    assert [row[2:] for row in rows if row[2] < 0] == [(-120, -120, 0, "", None)]  # type: ignore[operator]
    for from_, to in ((YESTERDAY, YESTERDAY), (TODAY, TODAY), (YESTERDAY, TODAY)):
        made = register(world, "issue_register", from_, to)
        assert [row.cells[0] for row in made.rows()] == sorted(row.cells[0] for row in made.rows())
        issued = flow_totals(world.system, world.bureau.pk, from_=from_, to=to)["issued", world.mask.pk]
        assert {code: sums[0] for (code, *_), sums in made.totals.by_item.items()} == {"T-mask": issued}
    assert flow_totals(world.system, world.bureau.pk)["issued", world.mask.pk] == 40 + 300 + 500 - 120


def test_direct_delivery_names_its_source_where_it_came_in_and_its_unit_where_it_went_out(world: World) -> None:
    made = give_directly(world, 300)
    reverse(world, made, at=EVENING)
    for kind, party in (("receipts_register", "示例捐赠人"), ("issues_register", "示例医院一")):
        rows = cells(register(world, kind), "party", "store", "quantity")
        assert rows == [(party, "直达", 300), (party, "直达", -300)]


def test_issue_register_of_one_store_has_no_direct_deliveries(world: World) -> None:
    give_directly(world, 300)
    assert not cells(register(world, "issue_register", store_id=world.store.pk), "document")


def test_one_store_only(world: World) -> None:
    play(world)
    rows = cells(register(world, "stock_statement", store_id=world.second_store.pk), "store", "item_code")
    assert set(rows) == {("二号库", "T-alcohol"), ("二号库", "T-suit")}


def test_english_words(world: World) -> None:
    play(world)
    rows = cells(register(world, "receipts_register", language="en"), "kind", "flow")
    assert ("receipt", "gift") in rows
