"""Approving and rejecting: refusals first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.queries import entries_of
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, Refusal
from liangcao.operations.demand import actions
from liangcao.operations.demand.inputs import ApprovalLine, RequisitionLineInput
from liangcao.operations.demand.models import Requisition
from liangcao.operations.demand.rules import ChangedMeanwhile, SelfApproval, can_review
from tests.factories.demand import approve, make_requisition
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def waiting(world: World) -> Requisition:
    return make_requisition(world, None, (world.mask, 1_000), (world.suit, None))


def refused(
    kind: type[Refusal], world: World, requisition: Requisition, *quantities: object, **more: object
) -> Refusal:
    with pytest.raises(kind) as caught:
        approve(world, requisition, *quantities, **more)  # type: ignore[arg-type]
    requisition.refresh_from_db()
    assert requisition.reviewed_at is None
    return caught.value


def test_approve_requisition_is_not_for_him_who_filed_it(world: World) -> None:
    both = Actor(77, "示例协调员", world.actor("coordinator").grants + world.actor("allocator").grants)
    made = make_requisition(world, by=both, channel="desk", caller="示例来人", received_at=NOON)
    refusal = refused(SelfApproval, world, made, by=both)
    assert (refusal.status, refusal.code) == (403, "SELF_APPROVAL")
    assert "不得审批本人提交的单据" in refusal.zh
    assert not can_review(both, made)
    assert can_review(world.actor("allocator"), made)


def test_approve_requisition_is_not_for_the_program_that_filed_it(world: World) -> None:
    made = make_requisition(world, by=world.system, channel="import", caller="表格", received_at=NOON)
    refused(SelfApproval, world, made, by=world.system)
    approve(world, made, by=Actor.system("另一程序", world.bureau.pk))


def test_approve_requisition_needs_the_appointment_and_the_scope(world: World, waiting: Requisition) -> None:
    other = make_world("other")
    refused(Forbidden, world, waiting, by=world.actor("storekeeper"))
    refused(Forbidden, world, waiting, by=world.requester(world.hospital))
    refused(NotFound, world, waiting, by=other.actor("allocator"))
    refused(NotFound, world, waiting, by=world.requester(world.second_hospital))


def test_approve_requisition_refuses_more_than_was_asked(world: World, waiting: Requisition) -> None:
    refusal = refused(Invalid, world, waiting, 1_001, None)
    assert (refusal.code, refusal.row, refusal.field) == ("APPROVED_OVER_ASKED", 1, "quantity_approved")
    assert "1,001" in refusal.zh
    assert "1,000" in refusal.zh


def test_approve_requisition_refuses_a_cut_without_a_reason(world: World, waiting: Requisition) -> None:
    masks, suits = waiting.lines.order_by("line")
    lines = [ApprovalLine(masks.pk, 999), ApprovalLine(suits.pk, 0, cut_reason=" ")]
    refusal = refused(Invalid, world, waiting, lines=lines)
    assert [(p.code, p.row) for p in refusal.problems] == [("CUT_REASON_MISSING", 1), ("CUT_REASON_MISSING", 2)]


def test_approve_requisition_refuses_lines_left_out_foreign_and_doubled(world: World, waiting: Requisition) -> None:
    foreign = make_requisition(world, world.second_hospital).lines.get()
    masks = waiting.lines.get(line=1)
    lines = [ApprovalLine(masks.pk, 5, "核减"), ApprovalLine(masks.pk, 6, "核减"), ApprovalLine(foreign.pk, 1_000)]
    refusal = refused(Invalid, world, waiting, lines=lines)
    assert [p.code for p in refusal.problems] == ["LINE_UNKNOWN", "LINE_UNKNOWN", "LINE_NOT_REVIEWED"]


@pytest.mark.parametrize("quantity", [-1, 1.5, True, "9"])
def test_approve_requisition_refuses_what_is_not_a_quantity(
    world: World, waiting: Requisition, quantity: object
) -> None:
    assert refused(Invalid, world, waiting, quantity, None).code == "QUANTITY_INVALID"


def test_approve_requisition_refuses_an_open_amount_for_a_known_one_and_a_wrong_tier(
    world: World, waiting: Requisition
) -> None:
    masks, suits = waiting.lines.order_by("line")
    lines = [ApprovalLine(masks.pk, None), ApprovalLine(suits.pk, 5, tier=7)]
    refusal = refused(Invalid, world, waiting, lines=lines)
    assert [p.code for p in refusal.problems] == ["APPROVED_MISSING", "TIER_UNKNOWN"]


def test_approve_requisition_refuses_an_old_version_and_says_what_changed(world: World, waiting: Requisition) -> None:
    make_requisition(world, None, (world.suit, 30), at=LATER)
    refusal = refused(ChangedMeanwhile, world, waiting, 1_000, None, version=1)
    assert (refusal.status, refusal.code) == (409, "CHANGED_MEANWHILE")
    assert "已被示例医院一申领人于 2月3日 14:00 修改" in refusal.zh
    assert "第 2 行" in refusal.zh


def test_approve_requisition_refuses_a_line_that_was_replaced(world: World, waiting: Requisition) -> None:
    make_requisition(world, None, (world.suit, 30), at=LATER)
    assert refused(ChangedMeanwhile, world, waiting, 1_000, None).row == 2


def test_approve_requisition_twice_says_the_state(world: World, waiting: Requisition) -> None:
    approve(world, waiting)
    with pytest.raises(Conflict) as caught:
        approve(world, waiting, by=world.actor("leader"))
    assert caught.value.code == "STATE_CONFLICT"
    assert "已批准" in caught.value.zh


def test_approve_requisition_with_the_same_id_gives_the_same_answer(world: World, waiting: Requisition) -> None:
    key = uuid4()
    approve(world, waiting, 900, None, client_id=key)
    again = approve(world, waiting, 900, None, client_id=key, at=LATER)
    assert again.reviewed_at == NOON
    with pytest.raises(KeyReused):
        approve(world, waiting, 800, None, client_id=key)


def test_approve_requisition_opens_its_lines_with_the_cut_kept(world: World, waiting: Requisition) -> None:
    masks, suits = waiting.lines.order_by("line")
    lines = [ApprovalLine(masks.pk, 600, "库存不足", tier=2), ApprovalLine(suits.pk, 40)]
    made = approve(world, waiting, lines=lines, version=1)
    masks, suits = made.lines.order_by("line")
    assert (masks.quantity_requested, masks.quantity_approved, masks.cut_reason) == (1_000, 600, "库存不足")
    assert (masks.tier, masks.status) == (2, "open")
    assert (suits.quantity_requested, suits.quantity_approved, suits.tier) == (None, 40, 1)
    assert (made.status, made.reviewed_by, made.reviewed_at, made.version) == ("approved", "allocator 甲", NOON, 2)
    acts = [
        e.action
        for e in entries_of(world.system, object_kind="requisition", object_ref=made.number, bureau_id=world.bureau.pk)
    ]
    assert acts == ["file_requisition", "approve_requisition"]


def test_approve_requisition_may_leave_an_unknown_amount_unknown(world: World, waiting: Requisition) -> None:
    made = approve(world, waiting, 1_000, None)
    assert (made.lines.get(line=2).quantity_approved, made.lines.get(line=2).status) == (None, "open")


def test_approve_requisition_of_nothing_closes_the_line(world: World, waiting: Requisition) -> None:
    made = approve(world, waiting, 0, 0)
    assert {line.status for line in made.lines.all()} == {"closed"}


def test_approve_requisition_replaces_the_open_line_only_now(world: World) -> None:
    first = approve(world, make_requisition(world))
    second = make_requisition(world, None, (world.mask, 300), at=LATER)
    assert first.lines.get().status == "open"
    approve(world, second, at=LATER)
    old = first.lines.get()
    assert (old.status, old.superseded_by) == ("superseded", second.lines.get())
    assert second.lines.get().status == "open"


def test_approve_requisition_of_nothing_leaves_the_earlier_open_line(world: World) -> None:
    """Who asks again and is told no keeps what was approved for him before."""
    first = approve(world, make_requisition(world))
    second = approve(world, make_requisition(world, None, (world.mask, 300), (world.suit, 10)), 0, 10, at=LATER)
    assert (first.lines.get().status, first.lines.get().superseded_by) == ("open", None)
    assert [line.status for line in second.lines.order_by("line")] == ["closed", "open"]


def test_approve_requisition_of_an_addition_leaves_the_open_line(world: World) -> None:
    first = approve(world, make_requisition(world))
    approve(world, make_requisition(world, lines=[RequisitionLineInput(world.mask.pk, 5, in_addition=True)]))
    assert first.lines.get().status == "open"


def reject(world: World, requisition: Requisition, **more: object) -> Requisition:
    arguments = {"reason": "重复申领", "by": world.actor("leader"), "client_id": uuid4()} | more
    return actions.reject_requisition(requisition_id=requisition.pk, at=NOON, **arguments)  # type: ignore[arg-type]


def test_reject_requisition_needs_a_reason_a_role_and_a_waiting_requisition(world: World, waiting: Requisition) -> None:
    with pytest.raises(Invalid) as caught:
        reject(world, waiting, reason="  ")
    assert caught.value.code == "REQUIRED"
    with pytest.raises(Forbidden):
        reject(world, waiting, by=world.actor("buyer"))
    approve(world, waiting)
    with pytest.raises(Conflict):
        reject(world, waiting)


def test_reject_requisition_leaves_the_earlier_open_line(world: World) -> None:
    first = approve(world, make_requisition(world))
    second = make_requisition(world, None, (world.mask, 9))
    key = uuid4()
    made = reject(world, second, client_id=key)
    assert (made.status, made.review_reason, made.lines.get().status) == ("rejected", "重复申领", "rejected")
    assert reject(world, second, client_id=key).pk == made.pk
    assert first.lines.get().status == "open"
