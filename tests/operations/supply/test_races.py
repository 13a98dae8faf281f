"""Two people at one gate, on real commits."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from liangcao.foundation.kernel.errors import Conflict
from liangcao.ledger.verify import verify_book
from liangcao.operations.supply import queries
from liangcao.operations.supply.models import Receipt, Source
from liangcao.operations.supply.rules import AlreadyReceived
from tests.factories.supply import make_receipt, make_source, make_waiting_receipt, reverse, sign
from tests.factories.world import World, make_world
from tests.rig.threads import Outcome

Run = Callable[[list[Callable[[], object]]], list[Outcome]]


def errors(outcomes: list[Outcome]) -> list[Exception]:
    return [outcome.error for outcome in outcomes if outcome.error]


def arrived(world: World, source: Source) -> int:
    return int(queries.source_lines(world.system, source.pk).get().quantity_arrived)


def test_the_same_goods_counted_by_four_people(run_together: Run) -> None:
    world = make_world()
    source = make_source(world)
    failed = errors(run_together([lambda: make_receipt(world, source)] * 4))
    assert len(failed) == 3
    assert all(isinstance(error, AlreadyReceived) for error in failed)
    assert arrived(world, source) == 1_000
    assert verify_book(world.system, world.bureau.pk).ok


def test_one_click_that_came_four_times(run_together: Run) -> None:
    world = make_world()
    source, key = make_source(world), uuid4()
    outcomes = run_together([lambda: make_receipt(world, source, (400, 0), client_id=key)] * 4)
    assert not errors(outcomes)
    assert len({outcome.value.pk for outcome in outcomes}) == 1
    assert (Receipt.objects.count(), arrived(world, source)) == (1, 400)


def test_parts_that_arrive_at_once_are_all_counted(run_together: Run) -> None:
    world = make_world()
    source = make_source(world)
    outcomes = run_together([lambda: make_receipt(world, source, (125, 0))] * 8)
    assert not errors(outcomes)
    source.refresh_from_db()
    assert (source.status, arrived(world, source)) == ("received", 1_000)


def test_a_receipt_reversed_twice_at_once(run_together: Run) -> None:
    world = make_world()
    receipt = make_receipt(world)
    failed = errors(run_together([lambda: reverse(world, receipt)] * 3))
    assert len(failed) == 2
    assert all(isinstance(error, Conflict) and error.code == "ALREADY_REVERSED" for error in failed)
    assert arrived(world, receipt.source) == 0


def test_sources_announced_at_once_have_numbers_of_their_own(run_together: Run) -> None:
    world = make_world()
    outcomes = run_together([lambda: make_source(world)] * 6)
    assert not errors(outcomes)
    assert {outcome.value.number for outcome in outcomes} == {f"JZ20200203-{n}" for n in range(1, 7)}


def test_quality_and_count_sign_at_once(run_together: Run) -> None:
    world = make_world()
    receipt = make_waiting_receipt(world)
    outcomes = run_together(
        [lambda: sign(world, receipt, "quality", 80, 20), lambda: sign(world, receipt, "count", 98)]
    )
    failed = errors(outcomes)
    receipt.refresh_from_db()
    # Who came second saw the first: quality after the count must divide 98, and is told so.
    if failed:
        assert [str(getattr(error, "code", "")) for error in failed] == ["ACCEPTED_TOO_MANY"]
        sign(world, receipt, "quality", 78, 20)
        receipt.refresh_from_db()
    line = queries.source_lines(world.system, receipt.source_id).get()
    assert (receipt.status, line.quantity_accepted, line.quantity_rejected) == ("posted", 78, 20)
    assert receipt.lines.get().outcome.quantity_missing == 2
    assert verify_book(world.system, world.bureau.pk).ok


def test_two_counters_sign_at_once(run_together: Run) -> None:
    world = make_world()
    receipt = make_waiting_receipt(world)
    failed = errors(run_together([lambda: sign(world, receipt, "count", 98)] * 3))
    assert [str(getattr(error, "code", "")) for error in failed] == ["ALREADY_SIGNED"] * 2
    assert receipt.signatures.filter(kind="count").count() == 1


def test_signed_while_it_is_reversed(run_together: Run) -> None:
    world = make_world()
    receipt = make_waiting_receipt(world)
    sign(world, receipt, "quality", 100)
    failed = errors(run_together([lambda: sign(world, receipt, "count", 98), lambda: reverse(world, receipt)]))
    assert all(str(getattr(error, "code", "")) == "RECEIPT_REVERSED" for error in failed)
    receipt.refresh_from_db()
    assert receipt.status == "reversed" and arrived(world, receipt.source) == 0
    assert verify_book(world.system, world.bureau.pk).ok
