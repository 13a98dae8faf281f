"""Counts posted while goods leave the store, and two people at one sheet, on real commits."""

from __future__ import annotations

from collections.abc import Callable

from liangcao.foundation.kernel.errors import Conflict
from liangcao.ledger import queries as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.models import Move
from liangcao.ledger.verify import verify_book
from liangcao.operations.stocktaking import actions, queries
from liangcao.operations.stocktaking.models import CountSheet
from tests.factories.stocktaking import act, count, counted_to_the_end, open_sheet
from tests.factories.world import make_world
from tests.rig.threads import Outcome

Run = Callable[[list[Callable[[], object]]], list[Outcome]]


def errors(outcomes: list[Outcome]) -> list[Exception]:
    return [outcome.error for outcome in outcomes if outcome.error]


def test_goods_leave_while_the_count_is_posted(run_together: Run) -> None:
    world = make_world()
    lot, _ = world.put_in(world.mask, 100)
    sheet = open_sheet(world)
    counted_to_the_end(world, sheet, {1: 97})

    def leave() -> object:
        away = AccountRef("transit", world.store.pk, world.hospital.pk)
        return world.post("issue", PostingLine(lot, world.stock(), away, 33))

    outcomes = run_together([leave, leave, lambda: act(actions.confirm_count, world, sheet, role="leader"), leave])
    held = {row.kind: row.quantity for row in ledger.balances(world.system, world.bureau.pk) if row.kind != "outside"}
    # 99 leave or 3 are missing, not both: whichever comes last is refused with its numbers.
    assert len(errors(outcomes)) == 1
    assert sum(held.values()) == 100
    assert held.get("loss", 0) in (0, 3)
    assert all(quantity >= 0 for quantity in held.values())
    assert verify_book(world.system, world.bureau.pk).ok


def test_goods_leave_while_the_line_is_counted(run_together: Run) -> None:
    world = make_world()
    lot, _ = world.put_in(world.mask, 100)
    sheet = open_sheet(world)
    away = AccountRef("transit", world.store.pk, world.hospital.pk)
    leave = [lambda: world.post("issue", PostingLine(lot, world.stock(), away, 1))] * 6
    assert not errors(run_together([*leave, lambda: count(world, sheet, {1: 100})]))
    [row] = queries.counted(world.system, sheet)
    assert row.last is not None
    left_before = Move.objects.filter(kind="issue", seq__lte=row.last.seq).count()
    assert row.last.quantity_book == 100 - left_before


def test_one_sheet_one_entry_one_posting(run_together: Run) -> None:
    world = make_world()
    world.put_in(world.mask, 100)
    assert len(errors(run_together([lambda: open_sheet(world)] * 3))) == 2
    sheet = CountSheet.objects.get()
    assert len(errors(run_together([lambda: count(world, sheet, {1: 97})] * 3))) == 2
    act(actions.finish_count, world, sheet)
    act(actions.start_recount, world, sheet)
    count(world, sheet, {1: 97}, role="counter")
    act(actions.finish_count, world, sheet, role="counter")
    act(actions.sign_count, world, sheet, reason="少 3 只")
    failed = errors(run_together([lambda: act(actions.confirm_count, world, sheet, role="leader")] * 3))
    assert len(failed) == 2
    assert all(isinstance(error, Conflict) for error in failed)
    assert Move.objects.filter(kind="count").count() == 1
