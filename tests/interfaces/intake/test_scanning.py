"""A scan leads to what it is, within the scope of who scans; unknown and forbidden look the same."""

from __future__ import annotations

from typing import Any

import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.intake.scanning import Scanned, resolve
from liangcao.ledger.models import Lot
from liangcao.operations.supply.inputs import ReceiptLineInput
from tests.factories.dispatch import make_delivery
from tests.factories.labels import BOX, PIECE, label_of, make_item_identifier
from tests.factories.stocktaking import open_sheet
from tests.factories.supply import make_receipt, make_source
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def scan(world: World, text: str, by: Actor | None = None) -> Scanned:
    return resolve(by or world.actor("storekeeper"), text, bureau_id=world.bureau.pk, at=NOON)


def told(world: World, text: str, by: Actor | None = None) -> str:
    with pytest.raises(NotFound) as refused:
        scan(world, text, by)
    return refused.value.zh


@pytest.fixture
def labelled(world: World) -> dict[str, Any]:
    """One row of each kind that has a label."""
    delivery = make_delivery(world)
    return {"lot": delivery.lines.get().lot, "delivery": delivery, "count": open_sheet(world)}


def test_labels_and_typed_numbers_lead_to_their_rows(world: World, labelled: dict[str, Any]) -> None:
    for kind, row in labelled.items():
        for text in (label_of(kind, row), row.code if kind == "lot" else row.number):
            found = scan(world, text)
            assert found.kind == kind
            assert row in (*found.lots, found.delivery, found.sheet)


def test_the_host_of_a_label_does_not_matter_its_tag_does(world: World, labelled: dict[str, Any]) -> None:
    link = label_of("lot", labelled["lot"])
    assert scan(world, link.replace("LIANGCAO.EXAMPLE", "10.0.0.7:8000")).lots == (labelled["lot"],)
    assert told(world, f"{link[:-8]}AAAAAAAA") == told(world, link.replace("RK", "RX"))


def test_strangers_are_told_what_everybody_is_told_of_nothing(world: World, labelled: dict[str, Any]) -> None:
    other = make_world("other")
    nothing = told(world, "RK19990101-9")
    for kind, row in labelled.items():
        link = label_of(kind, row)
        assert told(other, link) == nothing
        assert told(world, link, world.requester(world.second_hospital)) == nothing
        assert told(world, link, Actor(user_id=7, name="无任职", grants=())) == nothing
    mine = scan(world, label_of("delivery", labelled["delivery"]), world.requester(world.hospital))
    assert mine.delivery == labelled["delivery"]


def test_a_makers_code_is_asked_once_and_then_known(world: World) -> None:
    text = f"(01){BOX}(10)A1(17)220630"
    assert scan(world, text).kind == "unknown"
    make_item_identifier(world, world.mask, text, quantity=480)
    found = scan(world, text)
    assert (found.kind, found.item, found.quantity, found.lots) == ("item", world.mask, 480, ())


def test_a_makers_lot_leads_to_our_lots_for_those_who_read_the_books(world: World) -> None:
    make_item_identifier(world)
    source = make_source(world)
    line = ReceiptLineInput(source.lines.get().pk, world.mask.pk, 1_000, 0, maker_lot="A1")
    make_receipt(world, source, lines=[line])
    text = f"(01){PIECE}(10)A1"
    assert [lot.maker_lot for lot in scan(world, text).lots] == ["A1"]
    assert scan(world, text, world.requester(world.hospital)).lots == ()
    assert scan(make_world("other"), text).lots == ()


def test_the_second_bar_code_of_a_box_holds_lot_and_dates(world: World) -> None:
    found = scan(world, "1722063010LOT9")
    assert found.kind == "dates"
    assert found.code is not None
    assert found.code.maker_lot == "LOT9"
    assert Lot.objects.count() == 0
