"""Each lot of a delivery is confirmed by a scan; what does not belong there is refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, NotFound
from liangcao.ledger.actions import record_fact
from liangcao.ledger.entries import PostingLine
from liangcao.ledger.models import Lot
from liangcao.ledger.refusals import LotFrozen
from liangcao.operations.dispatch import actions
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from tests.factories.allocation import LATER
from tests.factories.dispatch import hand_over, make_delivery
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


def pick(world: World, delivery: Delivery, lot_id: UUID, **more: Any) -> Delivery:
    arguments = {"by": world.actor("storekeeper"), "at": LATER, "client_id": uuid4()} | more
    return actions.confirm_pick(delivery_id=delivery.pk, lot_id=lot_id, **arguments)


def refusal_of(world: World, delivery: Delivery, lot_id: UUID, **more: Any) -> str:
    with pytest.raises(Conflict) as refused:
        pick(world, delivery, lot_id, **more)
    assert refused.value.en
    return refused.value.code


def test_a_scan_marks_the_lines_of_the_lot_once(world: World) -> None:
    delivery = make_delivery(world)
    lot_id = delivery.lines.get().lot_id
    key = uuid4()
    for _ in range(2):
        pick(world, delivery, lot_id, client_id=key)
    line = delivery.lines.get()
    assert (line.picked_by, line.picked_at) == ("storekeeper 甲", LATER)
    pick(world, delivery, lot_id)
    assert JournalEntry.objects.filter(action="confirm_pick").count() == 1


def test_a_wrong_lot_is_refused_with_the_right_one(world: World) -> None:
    delivery = make_delivery(world)
    right = delivery.lines.get().lot
    other, _ = world.put_in(world.mask, 50)
    suit, _ = world.put_in(world.suit, 5)
    with pytest.raises(Conflict) as refused:
        pick(world, delivery, other)
    assert refused.value.code == "WRONG_LOT"
    assert right.code in refused.value.zh
    assert refusal_of(world, delivery, suit) == "WRONG_LOT"
    assert delivery.lines.get().picked_at is None


def test_a_lot_of_another_store_is_told_as_such(world: World) -> None:
    delivery = make_delivery(world)
    other, _ = world.put_in(world.mask, 50)
    world.post("transfer", PostingLine(other, world.stock(), world.stock(world.second_store), 50))
    with pytest.raises(Conflict) as refused:
        pick(world, delivery, other)
    assert (refused.value.code, refused.value.field) == ("LOT_ELSEWHERE", "code")
    assert f"批次 {Lot.objects.get(pk=other).code}(一次性医用口罩)不在本库(一号库)" in refused.value.zh
    assert "does not lie in this store" in refused.value.en
    assert delivery.lines.get().picked_at is None


def test_a_stopped_lot_a_gone_delivery_and_strangers_are_refused(world: World) -> None:
    delivery = make_delivery(world)
    lot_id = delivery.lines.get().lot_id
    with pytest.raises(Forbidden):
        pick(world, delivery, lot_id, by=world.actor("leader"))
    with pytest.raises(NotFound):
        pick(world, delivery, lot_id, by=make_world("other").actor("storekeeper"))
    with pytest.raises(NotFound):
        pick(world, delivery, uuid4())
    record_fact(
        lot_id=lot_id, fact="frozen", value="yes", reason="抽检", by=world.actor("inspector"), at=LATER,
        client_id=uuid4(),
    )  # fmt: skip
    with pytest.raises(LotFrozen):
        pick(world, delivery, lot_id)
    record_fact(
        lot_id=lot_id, fact="frozen", value="no", reason="合格", by=world.actor("inspector"), at=LATER,
        client_id=uuid4(),
    )  # fmt: skip
    hand_over(world, delivery)
    assert refusal_of(world, delivery, lot_id) == "STATE_CONFLICT"


def test_the_database_holds_who_and_when_together(world: World) -> None:
    line = make_delivery(world).lines.get()
    for change in ({"picked_by": "某人"}, {"picked_at": LATER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeliveryLine.objects.filter(pk=line.pk).update(**change)
