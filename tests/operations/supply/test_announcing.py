"""Announcing, closing, cancelling: refusals first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.inputs import SourceLineInput
from liangcao.operations.supply.models import Source
from liangcao.operations.supply.rules import can_announce, can_cancel, can_close
from tests.factories.supply import make_receipt, make_source
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def refused(expected: type[Refusal], *arguments: object, **more: object) -> Refusal:
    with pytest.raises(expected) as caught:
        make_source(*arguments, **more)  # type: ignore[arg-type]
    assert not Source.objects.exists()
    return caught.value


def test_announce_source_is_by_role_and_in_scope(world: World) -> None:
    other = make_world("other")
    refused(Forbidden, world, by=world.actor("allocator"))
    refused(NotFound, world, by=other.actor("buyer"))
    refused(Forbidden, world, by=world.requester(world.hospital))
    refused(NotFound, world, counterparty_id=other.donor.pk)
    refused(NotFound, world, earmark_id=other.hospital.pk)
    assert not can_announce(world.actor("allocator"), bureau_id=world.bureau.pk)
    assert can_announce(world.actor("buyer"), bureau_id=world.bureau.pk)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_000, 2.5, True, "3"])
def test_announce_source_refuses_what_is_not_a_quantity(world: World, quantity: object) -> None:
    assert refused(Invalid, world, (world.mask, quantity)).code == "QUANTITY_INVALID"


def test_announce_source_tells_all_problems_at_once(world: World) -> None:
    lines = [
        SourceLineInput(10**9, 5),
        SourceLineInput(world.mask.pk, 5, unit="托盘"),
        SourceLineInput(world.mask.pk, 5, unit_price_fen=-1),
        SourceLineInput(world.mask.pk, 5, produced_on=date(2020, 2, 1), expires_on=date(2020, 1, 1)),
        SourceLineInput(world.mask.pk, 5, maker_lot="A\x00"),
    ]
    refusal = refused(Invalid, world, kind="loan", lines=lines, note="字" * 501, amount_fen=1.5)
    codes = [problem.code for problem in refusal.problems]
    assert codes[:3] == ["SOURCE_KIND_UNKNOWN", "MONEY_INVALID", "TEXT_TOO_LONG"]
    assert [(p.code, p.row) for p in refusal.problems[3:]] == [
        ("ITEM_UNKNOWN", 1), ("UNIT_UNKNOWN", 2), ("MONEY_INVALID", 3), ("EXPIRY_BEFORE_PRODUCTION", 4), ("TEXT_INVALID", 5),
    ]  # fmt: skip


def test_announce_source_without_lines_is_a_gift_of_money_or_nothing(world: World) -> None:
    assert refused(Invalid, world, lines=[]).code == "LINES_EMPTY"
    assert refused(Invalid, world, lines=[], amount_fen=0).code == "LINES_EMPTY"
    assert refused(Invalid, world, lines=[], amount_fen=100, kind="purchase").code == "LINES_EMPTY"
    made = make_source(world, lines=[], amount_fen=64_270_000_00, channel="红十字会")
    assert (made.status, made.amount_fen, made.lines.count()) == ("received", 6_427_000_000, 0)
    assert list(queries.money_gifts(world.system, world.bureau.pk)) == [made]


def test_announce_source_with_the_same_id_gives_the_same_source(world: World) -> None:
    key = uuid4()
    first = make_source(world, client_id=key)
    assert make_source(world, client_id=key, at=NOON + timedelta(hours=1)).pk == first.pk
    with pytest.raises(KeyReused) as caught:
        make_source(world, (world.mask, 999), client_id=key)
    assert caught.value.status == 422
    assert Source.objects.count() == 1


def test_announce_source_numbers_each_kind_by_itself(world: World) -> None:
    kinds = ["gift", "purchase", "allotment", "output", "gift"]
    made = [make_source(world, kind=kind, by=world.actor("coordinator")).number for kind in kinds]
    assert made == [f"{p}20200203-{n}" for p, n in (("JZ", 1), ("CG", 1), ("XB", 1), ("CC", 1), ("JZ", 2))]
    other = make_world("other")
    assert make_source(other).number == "JZ20200203-1"


def test_announce_source_keeps_unknown_amounts_packs_and_prices(world: World) -> None:
    lines = [
        SourceLineInput(world.mask.pk, 3, unit="箱", unit_price_fen=250, maker_lot=" A1 ", remark="=1+1"),
        SourceLineInput(world.suit.pk, None),
    ]
    made = make_source(world, lines=lines, kind="purchase", by=world.actor("buyer"), document_ref="合同 2020-7")
    masks, suits = queries.source_lines(world.system, made.pk)
    assert (masks.quantity_advised, masks.advised_as, masks.unit_price_fen) == (1_440, "3 箱", 250)
    assert (masks.maker_lot, masks.remark, masks.quantity_missing) == ("A1", "=1+1", 1_440)
    assert (suits.quantity_advised, suits.quantity_missing, suits.quantity_arrived) == (None, None, 0)


End = Callable[..., Source]
ENDS = [(actions.close_source, "closed"), (actions.cancel_source, "cancelled")]


def end(act: End, world: World, source: Source, **more: object) -> Source:
    arguments = {"reason": "对方来函取消", "by": world.actor("coordinator"), "client_id": uuid4()} | more
    return act(source_id=source.pk, at=NOON, **arguments)


@pytest.mark.parametrize(("act", "status"), ENDS)
def test_ending_a_source_needs_role_scope_and_reason(world: World, act: End, status: str) -> None:
    source = make_source(world)
    for kind, more in (
        (Forbidden, {"by": world.actor("allocator")}),
        (NotFound, {"by": make_world("other").actor("coordinator")}),
        (Invalid, {"reason": " "}),
    ):
        with pytest.raises(kind):
            end(act, world, source, **more)
    key = uuid4()
    made = end(act, world, source, client_id=key)
    assert (made.status, made.ended_by, made.ended_reason) == (status, "coordinator 甲", "对方来函取消")
    assert end(act, world, source, client_id=key).pk == made.pk
    with pytest.raises(Conflict) as caught:
        end(act, world, source)
    assert caught.value.code == "STATE_CONFLICT"


def test_cancel_source_refuses_when_something_has_arrived(world: World) -> None:
    source = make_source(world)
    make_receipt(world, source, (400, 0))
    source.refresh_from_db()
    assert not can_cancel(world.actor("coordinator"), source)
    assert can_close(world.actor("coordinator"), source)
    with pytest.raises(Conflict):
        end(actions.cancel_source, world, source)
    assert end(actions.close_source, world, source).status == "closed"
