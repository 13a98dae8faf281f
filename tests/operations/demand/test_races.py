"""Two people at once, on real commits: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from liangcao.foundation.kernel.errors import Conflict
from liangcao.operations.demand import queries
from liangcao.operations.demand.actions import reject_requisition, withdraw_requisition
from liangcao.operations.demand.models import Requisition, RequisitionLine
from tests.factories.demand import approve, make_fulfilment, make_requisition, make_requisition_line
from tests.factories.world import NOON, World, make_world
from tests.rig.threads import Outcome

Run = Callable[[list[Callable[[], object]]], list[Outcome]]


def errors(outcomes: list[Outcome]) -> list[Exception]:
    return [outcome.error for outcome in outcomes if outcome.error]


def test_two_reviewers_of_one_requisition(run_together: Run) -> None:
    world = make_world()
    made = make_requisition(world)
    reviewers = [world.actor("allocator"), world.actor("leader"), world.actor("coordinator")]
    failed = errors(run_together([lambda by=by: approve(world, made, by=by) for by in reviewers]))
    assert len(failed) == 2
    assert all(isinstance(error, Conflict) and error.code == "STATE_CONFLICT" for error in failed)


def test_rejecting_while_the_unit_withdraws(run_together: Run) -> None:
    """Turned down and withdrawn at once: one of them, the others are told how things stand and what may follow."""
    world = make_world()
    made = make_requisition(world)
    withdrawing = lambda: withdraw_requisition(  # noqa: E731
        requisition_id=made.pk, reason="已解决", by=world.requester(world.hospital), at=NOON, client_id=uuid4()
    )
    rejecting = lambda: reject_requisition(  # noqa: E731
        requisition_id=made.pk, reason="重复", by=world.actor("leader"), at=NOON, client_id=uuid4()
    )
    failed = errors(run_together([withdrawing, rejecting, withdrawing, rejecting]))
    assert len(failed) == 3
    assert all(isinstance(error, Conflict) and error.code == "STATE_CONFLICT" for error in failed)
    assert all("可以的下一步" in error.zh for error in failed if isinstance(error, Conflict))
    state = Requisition.objects.get().status
    assert set(RequisitionLine.objects.values_list("status", flat=True)) == {state}


def test_one_click_that_came_four_times(run_together: Run) -> None:
    world = make_world()
    made, key = make_requisition(world), uuid4()
    outcomes = run_together([lambda: approve(world, made, client_id=key)] * 4)
    assert not errors(outcomes)
    assert {outcome.value.reviewed_at for outcome in outcomes} == {outcomes[0].value.reviewed_at}


def test_filings_at_once_leave_one_waiting_line_and_numbers_of_their_own(run_together: Run) -> None:
    world = make_world()
    outcomes = run_together([lambda: make_requisition(world)] * 6)
    assert not errors(outcomes)
    assert RequisitionLine.objects.filter(status="submitted").count() == 1
    numbers = sorted(Requisition.objects.values_list("number", flat=True))
    assert numbers == [f"XQ20200203-{n}" for n in range(1, 7)]


def test_approvals_of_two_requisitions_for_one_item_leave_one_open_line(run_together: Run) -> None:
    world = make_world()
    approve(world, make_requisition(world))
    second = make_requisition(world)

    def replace_it() -> object:
        return make_requisition(world)

    outcomes = run_together([lambda: approve(world, second), replace_it])
    assert all(isinstance(error, Conflict) for error in errors(outcomes))
    assert RequisitionLine.objects.filter(status="open").count() == 1


def test_deliveries_at_once_are_all_counted(run_together: Run) -> None:
    world: World = make_world()
    line = make_requisition_line(world, quantity=400)
    outcomes = run_together([lambda: make_fulfilment(world, line, "delivered", 50)] * 8)
    assert not errors(outcomes)
    held = queries.line(world.system, line.pk)
    assert (held.quantity_delivered, held.status) == (400, "closed")
