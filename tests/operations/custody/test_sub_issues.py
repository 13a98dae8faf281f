"""What units give on: never more than they have, taken back by counter-entries, seen to the last holder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal
from liangcao.operations.custody import actions, queries
from liangcao.operations.custody.models import SubIssue
from tests.factories.custody import give_on
from tests.factories.recall import give, recall
from tests.factories.world import NOON, TODAY, World, make_world


@pytest.fixture
def world(db: object) -> World:
    return make_world()


@pytest.fixture
def lot(world: World) -> UUID:
    """The hospital signed for 40 of 100."""
    made, _ = world.put_in(world.mask, 100)
    give(world, made, 40)
    return made


def refused(kind: type[Refusal], do: Any) -> str:
    with pytest.raises(kind) as told:
        do()
    return told.value.code


def take_back(world: World, given: SubIssue, quantity: int, **more: Any) -> SubIssue:
    arguments = {"reason": "病区退回", "by": world.requester(world.hospital), "at": NOON, "client_id": uuid4()} | more
    return actions.take_back(sub_issue_id=given.pk, quantity=quantity, **arguments)


def last_holders(world: World, lot: UUID) -> list[tuple[str, int]]:
    return [(row.holder, row.quantity) for row in queries.further_holders(world.actor("auditor"), [lot])]


def test_to_two_wards_and_back_from_one(world: World, lot: UUID) -> None:
    key = uuid4()
    wards = (("一病区", 10, "内线 6021"), ("二病区", 15))
    first, _second = give_on(world, lot, *wards, client_id=key)
    assert give_on(world, lot, *wards, client_id=key)[0] == first
    [own] = queries.held_by(world.requester(world.hospital), world.hospital.pk)
    assert (own.quantity, own.given_on, own.left) == (40, 25, 15)
    take_back(world, first, 4)
    assert last_holders(world, lot) == [("一病区", 6), ("二病区", 15)]
    take_back(world, first, 6)
    assert last_holders(world, lot) == [("二病区", 15)]
    assert refused(Conflict, lambda: take_back(world, first, 1)) == "MORE_THAN_GIVEN"


def test_never_more_than_the_unit_has(world: World, lot: UUID) -> None:
    with pytest.raises(Refusal) as told:
        give_on(world, lot, ("一病区", 30), ("二病区", 11))
    assert told.value.code == "MORE_THAN_HELD"
    assert "最多 40,填的是 41" in told.value.message("zh-hans")
    give_on(world, lot, ("一病区", 40))
    assert refused(Refusal, lambda: give_on(world, lot, ("二病区", 1))) == "MORE_THAN_HELD"
    assert refused(Refusal, lambda: give_on(world, lot, ("村", 1), unit=world.town)) == "MORE_THAN_HELD"


def test_refusals(world: World, lot: UUID) -> None:
    assert refused(Invalid, lambda: give_on(world, lot)) == "LINES_EMPTY"
    assert refused(Refusal, lambda: give_on(world, lot, (" ", 1))) == "REQUIRED"
    assert refused(Refusal, lambda: give_on(world, lot, ("一病区", 0))) == "QUANTITY_INVALID"
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=9)):
        assert refused(Invalid, lambda day=day: give_on(world, lot, ("一病区", 1), given_on=day)) == "GIVEN_ON_INVALID"
    stranger = {"by": world.requester(world.town)}
    assert refused(NotFound, lambda: give_on(world, lot, ("一病区", 1), **stranger)) == "NOT_FOUND"
    [given] = give_on(world, lot, ("一病区", 5))
    assert refused(NotFound, lambda: take_back(world, given, 1, **stranger)) == "NOT_FOUND"
    assert refused(Invalid, lambda: take_back(world, given, 1, reason="")) == "REASON_MISSING"
    recall(world, lot)
    assert refused(Conflict, lambda: give_on(world, lot, ("一病区", 1))) == "LOT_FROZEN"
    assert take_back(world, given, 5).quantity == 5


def test_a_unit_sees_its_own_only(world: World, lot: UUID) -> None:
    give(world, lot, 10, world.town)
    give_on(world, lot, ("一病区", 5))
    give_on(world, lot, ("东村", 3), unit=world.town)
    assert [row.holder for row in queries.further_holders(world.requester(world.town), [lot])] == ["东村"]
    assert last_holders(world, lot) == [("一病区", 5), ("东村", 3)]
    rows = queries.sub_issues(world.actor("auditor"), world.bureau.pk, lot_id=lot)
    assert sorted(row.holder for row in rows) == ["一病区", "东村"]
    assert refused(NotFound, lambda: queries.held_by(world.requester(world.town), world.hospital.pk)) == "NOT_FOUND"
