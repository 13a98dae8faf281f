"""Receiving: every refusal, each with nothing written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal
from liangcao.ledger.queries import moves
from liangcao.ledger.refusals import FutureDate, LateEntryRefused
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.inputs import ReceiptLineInput
from liangcao.operations.supply.models import Receipt, Source, SourceLine
from liangcao.operations.supply.rules import AlreadyReceived, can_receive
from tests.factories.supply import make_receipt, make_source
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def refused(kind: type[Refusal], world: World, source: Source, *arrived: tuple[int, int], **more: object) -> Refusal:
    before = (source.status, Receipt.objects.count(), SourceLine.objects.count())
    with pytest.raises(kind) as caught:
        make_receipt(world, source, *arrived, **more)  # type: ignore[arg-type]
    source.refresh_from_db()
    assert (source.status, Receipt.objects.count(), SourceLine.objects.count()) == before
    assert moves(world.system, world.bureau.pk).count() == Receipt.objects.count()
    return caught.value


def row(world: World, source: Source, **more: object) -> list[ReceiptLineInput]:
    """The first line of a source, received in full, with some fields set otherwise."""
    line = source.lines.get(line=1)
    return [replace(ReceiptLineInput(line.pk, line.item_id, line.quantity_advised or 5), **more)]  # type: ignore[arg-type]


def test_receive_source_is_by_role_and_in_scope(world: World) -> None:
    source, other = make_source(world), make_world("other")
    refused(Forbidden, world, source, by=world.actor("buyer"))
    refused(NotFound, world, source, by=other.actor("storekeeper"))
    refused(NotFound, world, source, by=world.requester(world.hospital))
    refused(NotFound, world, source, store_id=other.store.pk)
    assert not can_receive(world.actor("buyer"), source)


@pytest.mark.parametrize("quantity", [-1, 1.5, True, "5", 10**9])
def test_receive_source_refuses_what_is_not_a_quantity(world: World, quantity: object) -> None:
    source = make_source(world)
    assert refused(Invalid, world, source, (quantity, 0)).code == "QUANTITY_INVALID"  # type: ignore[arg-type]
    assert refused(Invalid, world, source, (1, quantity)).field == "quantity_damaged"  # type: ignore[arg-type]


def test_receive_source_refuses_empty_receipts(world: World) -> None:
    source = make_source(world)
    assert refused(Invalid, world, source, lines=[]).code == "LINES_EMPTY"
    assert refused(Invalid, world, source, (0, 0)).code == "QUANTITY_INVALID"
    nothing = row(world, source, quantity_good=0, reason="对方未发货")
    assert refused(Invalid, world, source, lines=nothing, final=True).code == "NOTHING_ARRIVED"
    many = row(world, source, quantity_good=1) * 2_001
    assert refused(Invalid, world, source, lines=many).code == "LINES_TOO_MANY"


def test_receive_source_refuses_unknown_lines_items_units_and_other_items(world: World) -> None:
    source, other = make_source(world), make_source(world)
    lines = [
        *row(world, source, source_line_id=other.lines.get().pk),
        *row(world, source, item_id=world.n95.pk),
        *row(world, source, item_id=10**9),
        *row(world, source, unit="托盘"),
    ]
    refusal = refused(Invalid, world, source, lines=lines)
    assert [(p.code, p.row) for p in refusal.problems] == [
        ("LINE_UNKNOWN", 1), ("ITEM_DIFFERS", 2), ("ITEM_UNKNOWN", 3), ("UNIT_UNKNOWN", 4),
    ]  # fmt: skip


def test_receive_source_refuses_a_final_shortage_without_a_reason(world: World) -> None:
    source = make_source(world, (world.mask, 100), (world.n95, 50))
    refusal = refused(Invalid, world, source, (97, 0), (50, 0), final=True)
    assert (refusal.code, refusal.row, refusal.field) == ("SHORTAGE_REASON_MISSING", 1, "reason")
    assert "短少 3 只,须填原因" in refusal.zh
    only_masks = row(world, source)
    assert "短少 50 只" in refused(Invalid, world, source, lines=only_masks, final=True).zh


def test_receive_source_refuses_expired_goods_unless_all_are_damaged(world: World) -> None:
    source = make_source(world)
    expired = row(world, source, expires_on=TODAY - timedelta(days=1))
    refusal = refused(Conflict, world, source, lines=expired)
    assert refusal.code == "EXPIRED_ON_ARRIVAL"
    assert "报废/例外审批" in refusal.zh
    made = make_receipt(world, source, lines=[replace(expired[0], quantity_good=0, quantity_damaged=1_000)])
    assert (made.lines.get().quantity_damaged, source.lines.get().line) == (1_000, 1)


def test_receive_source_refuses_dates_that_cannot_be(world: World) -> None:
    source = make_source(world)
    wrong = row(world, source, produced_on=date(2020, 2, 1), expires_on=date(2020, 1, 31))
    refusal = refused(Invalid, world, source, lines=wrong)
    assert refusal.code == "EXPIRY_BEFORE_PRODUCTION"
    assert "失效日期 2020-01-31 早于生产日期 2020-02-01,请核对" in refusal.zh
    ahead = row(world, source, produced_on=TODAY + timedelta(days=1))
    assert refused(Invalid, world, source, lines=ahead).code == "PRODUCED_IN_FUTURE"


def test_receive_source_refuses_a_store_that_may_not_hold_the_goods(world: World) -> None:
    source = make_source(world, (world.alcohol, 20))
    refusal = refused(Conflict, world, source, (20, 0))
    assert (refusal.code, refusal.row) == ("STORE_HAZARD", 1)
    assert "一号库" in refusal.zh
    make_receipt(world, source, (20, 0), store_id=world.second_store.pk)


def test_receive_source_refuses_a_tracked_item_without_lot_and_without_reason(world: World) -> None:
    source = make_source(world, (world.suit, 30))
    refusal = refused(Invalid, world, source, (30, 0))
    assert (refusal.code, refusal.row, refusal.field) == ("NO_LOT_REASON_MISSING", 1, "no_lot_reason")
    assert "第 1 行“医用防护服”按批号管理,没有批号(无批号)须填写原因" in refusal.zh


def test_receive_source_refuses_business_dates_that_the_ledger_refuses(world: World) -> None:
    source = make_source(world)
    refused(FutureDate, world, source, business_date=TODAY + timedelta(days=1))
    assert refused(Invalid, world, source, business_date=TODAY - timedelta(days=1)).code == "LATE_REASON_MISSING"
    late = {"business_date": TODAY - timedelta(days=8), "late_reason": "夜间未登记"}
    refused(LateEntryRefused, world, source, **late)
    made = make_receipt(world, source, **late | {"business_date": TODAY - timedelta(days=2)})  # type: ignore[arg-type]
    assert (made.business_date, made.number) == (date(2020, 2, 1), "RK20200201-1")


def test_receive_source_refuses_to_receive_twice_and_says_the_numbers(world: World) -> None:
    source = make_source(world)
    make_receipt(world, source, (990, 10))
    with pytest.raises(AlreadyReceived) as caught:
        make_receipt(world, source, (1, 0))
    assert caught.value.status == 409
    assert "通知 1,000、已到 1,000 只" in caught.value.zh
    source.refresh_from_db()
    assert not can_receive(world.actor("storekeeper"), source)


def test_receive_source_refuses_a_source_that_is_over(world: World) -> None:
    source = make_source(world)
    actions.cancel_source(source_id=source.pk, reason="取消", by=world.actor("buyer"), at=NOON, client_id=uuid4())
    source.refresh_from_db()
    assert refused(Conflict, world, source).code == "STATE_CONFLICT"


def test_receive_source_with_the_same_id_gives_the_same_receipt(world: World) -> None:
    source, key = make_source(world), uuid4()
    first = make_receipt(world, source, (300, 0), client_id=key)
    again = make_receipt(world, source, (300, 0), client_id=key, at=NOON + timedelta(hours=1))
    assert (again.pk, Receipt.objects.count()) == (first.pk, 1)
    with pytest.raises(KeyReused):
        make_receipt(world, source, (301, 0), client_id=key)


def direct(world: World, source: Source, **more: object) -> Receipt:
    line = source.lines.get()
    arguments = {
        "recipient_id": world.hospital.pk,
        "lines": [ReceiptLineInput(line.pk, line.item_id, line.quantity_advised or 5)],
        "signed_by": "示例签收人",
        "by": world.actor("storekeeper"),
        "client_id": uuid4(),
    } | more
    return actions.receive_direct(source_id=source.pk, at=NOON, **arguments)  # type: ignore[arg-type]


def test_receive_direct_refuses_damage_strangers_and_a_missing_signature(world: World) -> None:
    source, other = make_source(world), make_world("other")
    line = source.lines.get()
    damaged = [ReceiptLineInput(line.pk, line.item_id, 5, 1)]
    for kind, code, more in (
        (Invalid, "DAMAGED_IN_DIRECT", {"lines": damaged}),
        (Invalid, "REQUIRED", {"signed_by": " "}),
        (NotFound, "NOT_FOUND", {"recipient_id": other.hospital.pk}),
        (NotFound, "NOT_FOUND", {"by": other.actor("storekeeper")}),
        (Forbidden, "FORBIDDEN", {"by": world.actor("gift_clerk")}),
    ):
        with pytest.raises(kind) as caught:
            direct(world, source, **more)
        assert caught.value.code == code
    assert not Receipt.objects.exists()


def test_receive_direct_keeps_an_earmark(world: World) -> None:
    source = make_source(world, earmark_id=world.second_hospital.pk)
    with pytest.raises(Conflict) as caught:
        direct(world, source)
    assert caught.value.code == "EARMARKED_FOR_ANOTHER"
    assert "示例医院二" in caught.value.zh
    assert direct(world, source, recipient_id=world.second_hospital.pk).recipient == world.second_hospital


def test_receive_unannounced_is_refused_whole(world: World) -> None:
    def arrive(**more: object) -> Receipt:
        arguments = {
            "kind": "gift",
            "counterparty_id": world.donor.pk,
            "store_id": world.store.pk,
            "lines": [ReceiptLineInput(None, world.suit.pk, 5)],
            "by": world.actor("storekeeper"),
            "client_id": uuid4(),
        } | more
        return actions.receive_unannounced(bureau_id=world.bureau.pk, at=NOON, **arguments)  # type: ignore[arg-type]

    for kind, more in (
        (Invalid, {}),
        (Invalid, {"lines": []}),
        (Invalid, {"kind": "found"}),
        (Forbidden, {"by": world.actor("gift_clerk")}),
        (NotFound, {"by": make_world("other").actor("storekeeper")}),
        (NotFound, {"store_id": 10**9}),
    ):
        with pytest.raises(kind):
            arrive(**more)
    assert not queries.sources(world.system).exists()
