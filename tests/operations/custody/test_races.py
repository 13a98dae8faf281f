"""A unit gives on, gives back and is recalled at the same time, on real commits: never more than it has."""

from __future__ import annotations

from collections.abc import Callable

from liangcao.ledger.holders import held_by_unit
from liangcao.ledger.verify import verify_book
from liangcao.operations.custody.queries import given_on
from tests.factories.custody import give_on, take
from tests.factories.recall import give, recall
from tests.factories.world import make_world
from tests.rig.threads import Outcome

Run = Callable[[list[Callable[[], object]]], list[Outcome]]


def test_never_more_than_the_unit_has(run_together: Run) -> None:
    world = make_world()
    lot, _ = world.put_in(world.mask, 100)
    give(world, lot, 40)
    wards = [lambda name=f"{n} 病区": give_on(world, lot, (name, 15)) for n in range(3)]
    outcomes = run_together([*wards, *[lambda: take(world, lot, 15)] * 3, lambda: recall(world, lot)])
    assert outcomes[-1].error is None
    held, given = held_by_unit(world.bureau.pk, world.hospital.pk)[lot], given_on(world.hospital.pk, [lot])
    done = sum(outcome.error is None for outcome in outcomes[:-1])
    assert 0 <= given.get(lot, 0) <= held
    assert given.get(lot, 0) + (40 - held) == 15 * done <= 40
    assert verify_book(world.system, world.bureau.pk).ok
