"""Two plans for the same lots at the same moment: never below zero, nothing lost, the loser is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from liangcao.foundation.kernel.errors import Conflict
from liangcao.ledger.actions import record_fact
from liangcao.ledger.queries import balances
from liangcao.ledger.verify import verify_book
from liangcao.operations.allocation.actions import StockTaken, discard_plan, publish_plan
from liangcao.operations.allocation.models import Plan, PlanPick
from liangcao.operations.demand.queries import line as requisition_line
from tests.factories.allocation import LATER, ask, make_plan, publish, review
from tests.factories.dispatch import make_emergency
from tests.factories.world import make_world


def test_publish_plan_two_for_the_same_stock_at_once(fresh_database: Any, run_together: Callable[..., Any]) -> None:
    world = make_world()
    world.put_in(world.mask, 300)
    ask(world, world.hospital, 300)
    ask(world, world.town, 300)
    plans = [review(world, make_plan(world)) for _ in range(4)]
    outcomes = run_together([lambda plan=plan: publish(world, plan) for plan in plans])
    lost = [outcome.error for outcome in outcomes if outcome.error]
    assert len(lost) == 3, outcomes
    assert all(isinstance(error, StockTaken) and error.short[0].free == 0 for error in lost), lost
    held = balances(world.system, world.bureau.pk, kinds=["reserved", "store"])
    assert {row.account.party.name: row.quantity for row in held} == {"示例医院一": 300}
    assert verify_book(world.system, world.bureau.pk).ok


def test_publish_plan_two_over_one_need_at_once(fresh_database: Any, run_together: Callable[..., Any]) -> None:
    """The goods would do for all of them, the need only for one: the others are told that it has changed."""
    world = make_world()
    lots = [world.put_in(world.mask, 300)[0] for _ in range(3)]
    asked = ask(world, world.hospital, 300)
    plans = [review(world, make_plan(world)) for _ in lots]
    # Each plan takes a lot of its own, so that nothing but the need stands between them.
    for plan, lot in zip(plans, lots, strict=True):
        PlanPick.objects.filter(plan_line__plan=plan).update(lot_id=lot)
    outcomes = run_together([lambda plan=plan: publish(world, plan) for plan in plans])
    lost = [outcome.error for outcome in outcomes if outcome.error]
    assert len(lost) == 2, outcomes
    assert all(isinstance(error, StockTaken) and error.short[0].need_changed for error in lost), lost
    line = requisition_line(world.system, asked.lines.get().pk)
    assert (line.quantity_allotted, line.quantity_open) == (300, 0)
    held = balances(world.system, world.bureau.pk, kinds=["reserved"])
    assert sum(row.quantity for row in held) == 300
    assert verify_book(world.system, world.bureau.pk).ok


def test_publish_plan_against_emergency_issues(fresh_database: Any, run_together: Callable[..., Any]) -> None:
    world = make_world()
    world.put_in(world.mask, 300)
    ask(world, world.hospital, 200)
    plan = review(world, make_plan(world))
    issues = [lambda: make_emergency(world, 100) for _ in range(3)]
    outcomes = run_together([lambda: publish(world, plan), *issues])
    assert all(isinstance(outcome.error, Conflict) for outcome in outcomes if outcome.error), outcomes
    held = balances(world.system, world.bureau.pk).exclude(kind="outside")
    assert sum(row.quantity for row in held) == 300
    assert verify_book(world.system, world.bureau.pk).ok


def test_publish_plan_by_two_leaders_and_discarded_at_once(
    fresh_database: Any, run_together: Callable[..., Any]
) -> None:
    """One of them, the others are told how the plan stands and what may follow; the goods are reserved once or not."""
    world = make_world()
    world.put_in(world.mask, 300)
    ask(world, world.hospital, 200)
    plan = review(world, make_plan(world))
    leader, clerk = world.actor("leader"), world.actor("allocator")
    acts = [
        lambda: publish_plan(plan_id=plan.pk, by=leader, at=LATER, client_id=uuid4()),
        lambda: discard_plan(plan_id=plan.pk, reason="重做", by=clerk, at=LATER, client_id=uuid4()),
    ]
    outcomes = run_together(acts * 2)
    lost = [outcome.error for outcome in outcomes if outcome.error]
    assert len(lost) == 3, outcomes
    assert all(isinstance(error, Conflict) and error.code == "STATE_CONFLICT" for error in lost), lost
    assert all("可以的下一步" in error.zh for error in lost)
    state = Plan.objects.get(pk=plan.pk).status
    held = sum(row.quantity for row in balances(world.system, world.bureau.pk, kinds=["reserved"]))
    assert (state, held) in (("published", 200), ("discarded", 0))
    assert verify_book(world.system, world.bureau.pk).ok


def test_publish_plan_repeated_at_once_with_one_id(fresh_database: Any, run_together: Callable[..., Any]) -> None:
    world = make_world()
    world.put_in(world.mask, 300)
    ask(world, world.town, 200)
    plan, key = review(world, make_plan(world)), uuid4()
    outcomes = run_together([lambda: publish(world, plan, client_id=key) for _ in range(4)])
    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert sum(row.quantity for row in balances(world.system, world.bureau.pk, kinds=["reserved"])) == 200


def test_publish_plan_while_a_lot_is_frozen(fresh_database: Any, run_together: Callable[..., Any]) -> None:
    """A freeze and a publication of the same lots meet: neither waits for ever, and no frozen piece is reserved after it."""
    world = make_world()
    lots = [world.put_in(item, 100)[0] for item in (world.mask, world.suit, world.alcohol)]
    for item in (world.mask, world.suit, world.alcohol):
        ask(world, world.hospital, 100, item)
    plan = review(world, make_plan(world))

    def freeze(lot: Any) -> Any:
        return record_fact(
            lot_id=lot,
            fact="frozen",
            value="yes",
            reason="检验中",
            by=world.actor("storekeeper"),
            at=LATER,
            client_id=uuid4(),
        )

    outcomes = run_together([lambda: publish(world, plan), *(lambda lot=lot: freeze(lot) for lot in lots[:2])])
    assert not [outcome.error for outcome in outcomes if outcome.error], outcomes
    held = {row.lot_id: row.quantity for row in balances(world.system, world.bureau.pk, kinds=["reserved"])}
    assert held[lots[2]] == 100
    answer = outcomes[0].value
    assert len(held) + len(answer.short) == 3
    assert verify_book(world.system, world.bureau.pk).ok
