"""The roster: two shifts of a post never overlap, holes are told, swaps change nothing until they are accepted."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.operations.duty import actions, queries
from liangcao.operations.duty.models import DutyShift, ShiftSwap
from tests.factories.duty import HOUR, make_colleague, make_duty_post, make_duty_shift, make_shift_swap
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def plan(world: World, *rows: actions.ShiftInput, **more: object) -> list[DutyShift]:
    given: dict = {"by": world.actor("coordinator"), "at": NOON, "client_id": uuid4()} | more
    return actions.plan_shifts(bureau_id=world.bureau.pk, shifts=rows, **given)


def test_plan_shifts_refuses_overlap_on_a_post_and_of_a_person(world: World) -> None:
    post, other_post = make_duty_post(world), make_duty_post(world, "lead", name="带班领导", is_public=False)
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    make_duty_shift(world, post, first)
    with pytest.raises(Conflict) as on_post:
        plan(world, actions.ShiftInput(post.pk, second.person.pk, NOON + 7 * HOUR, NOON + 9 * HOUR))
    assert on_post.value.code == "SHIFTS_OVERLAP"
    assert "甲" in on_post.value.zh
    with pytest.raises(Conflict, match="SHIFTS_OVERLAP"):
        plan(world, actions.ShiftInput(other_post.pk, first.person.pk, NOON + HOUR, NOON + 2 * HOUR))
    with pytest.raises(Conflict, match="SHIFTS_OVERLAP"):
        plan(
            world,
            actions.ShiftInput(other_post.pk, second.person.pk, NOON, NOON + 2 * HOUR),
            actions.ShiftInput(other_post.pk, second.person.pk, NOON + HOUR, NOON + 3 * HOUR),
        )
    assert DutyShift.objects.count() == 1
    assert plan(world, actions.ShiftInput(post.pk, second.person.pk, NOON + 8 * HOUR, NOON + 16 * HOUR))


def test_the_database_refuses_overlap_by_itself(world: World) -> None:
    shift = make_duty_shift(world)
    row = {"bureau_id": shift.bureau_id, "post_id": shift.post_id, "person_id": shift.person_id, "planned_at": NOON}
    overlapping = {**row, "starts_at": NOON + HOUR, "ends_at": NOON + 9 * HOUR}
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.create(**overlapping)
    beside = DutyShift.objects.create(**row, starts_at=shift.ends_at, ends_at=shift.ends_at + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.filter(pk=beside.pk).update(starts_at=NOON)
    cancelled = DutyShift.objects.create(**overlapping, status="cancelled")
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.filter(pk=cancelled.pk).update(status="planned")


def test_the_database_refuses_a_shift_that_ends_before_it_begins(world: World) -> None:
    shift = make_duty_shift(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.filter(pk=shift.pk).update(ends_at=shift.starts_at)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE duty_dutyshift SET deputy_id = person_id")


def test_plan_shifts_tells_all_wrong_rows_at_once(world: World) -> None:
    post, who = make_duty_post(world), make_colleague(world, "甲")
    left = make_colleague(world, "已离任", valid_until=NOON.date() - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        plan(
            world,
            actions.ShiftInput(post.pk, who.person.pk, NOON + HOUR, NOON),
            actions.ShiftInput(post.pk, who.person.pk, NOON, NOON + 25 * HOUR),
            actions.ShiftInput(post.pk, who.person.pk, NOON - 9 * HOUR, NOON - HOUR),
            actions.ShiftInput(post.pk, left.person.pk, NOON, NOON + HOUR),
            actions.ShiftInput(post.pk, who.person.pk, NOON, NOON + HOUR, who.person.pk),
        )
    found = [(problem.code, problem.row) for problem in refused.value.problems]
    assert found == [
        ("SHIFT_SPAN", 1), ("SHIFT_SPAN", 2), ("SHIFT_PAST", 3), ("PERSON_NOT_APPOINTED", 4), ("DEPUTY_SAME", 5),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="SHIFTS_MISSING"):
        plan(world)


def test_plan_shifts_is_for_who_keeps_the_roster_of_this_bureau(world: World) -> None:
    post, who = make_duty_post(world), make_colleague(world, "甲")
    row = actions.ShiftInput(post.pk, who.person.pk, NOON, NOON + HOUR)
    with pytest.raises(Forbidden):
        plan(world, row, by=who.actor)
    stranger = make_world("other")
    with pytest.raises(NotFound):
        plan(world, row, by=stranger.actor("coordinator"))
    with pytest.raises(NotFound):
        plan(stranger, row, by=stranger.actor("coordinator"))
    assert not queries.shifts(stranger.actor("leader"), bureau_id=world.bureau.pk).exists()


def test_plan_shifts_twice_with_one_id_plans_once(world: World) -> None:
    post, who, key = make_duty_post(world), make_colleague(world, "甲"), uuid4()
    rows = [actions.ShiftInput(post.pk, who.person.pk, NOON + n * HOUR, NOON + (n + 1) * HOUR) for n in range(3)]
    made = plan(world, *rows, client_id=key)
    assert [shift.pk for shift in plan(world, *rows, client_id=key)] == [shift.pk for shift in made]
    assert DutyShift.objects.count() == 3


def test_on_call_is_one_statement_and_names_an_empty_post(world: World, django_assert_num_queries: object) -> None:
    make_duty_shift(world, who=make_colleague(world, "甲"))
    make_duty_post(world, "night", name="仓库值守", is_public=False)
    reader = world.actor("storekeeper")
    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = queries.on_call(reader, world.bureau.pk, at=NOON + HOUR)
    assert [(row.name, row.person) for row in rows] == [("值班台", "甲"), ("仓库值守", None)]
    assert queries.on_call(reader, world.bureau.pk, at=NOON + 8 * HOUR)[0].person is None


def test_gaps_are_the_holes_of_a_post_in_use(world: World) -> None:
    post, who = make_duty_post(world), make_colleague(world, "甲")
    make_duty_post(world, "unused", name="未启用", is_public=False)
    make_duty_shift(world, post, who)
    make_duty_shift(world, post, who, starts_at=NOON + 10 * HOUR, hours=2)
    found = queries.gaps(world.actor("leader"), world.bureau.pk, from_at=NOON, to_at=NOON + 14 * HOUR)
    assert [(gap.post.pk, gap.starts_at, gap.ends_at) for gap in found] == [
        (post.pk, NOON + 8 * HOUR, NOON + 10 * HOUR),
        (post.pk, NOON + 12 * HOUR, NOON + 14 * HOUR),
    ]


def test_a_begun_shift_is_not_cancelled(world: World) -> None:
    shift = make_duty_shift(world, starts_at=NOON + HOUR)
    by = world.actor("coordinator")
    with pytest.raises(Conflict, match="SHIFT_BEGUN"):
        actions.cancel_shift(shift_id=shift.pk, reason="换人", by=by, at=NOON + 2 * HOUR, client_id=uuid4())
    with pytest.raises(Invalid, match="REASON_MISSING"):
        actions.cancel_shift(shift_id=shift.pk, reason=" ", by=by, at=NOON, client_id=uuid4())
    done = actions.cancel_shift(shift_id=shift.pk, reason="改排", by=by, at=NOON, client_id=uuid4())
    assert done.status == "cancelled"
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        actions.cancel_shift(shift_id=shift.pk, reason="改排", by=by, at=NOON, client_id=uuid4())


def test_a_swap_is_asked_by_the_one_and_accepted_by_the_other(world: World) -> None:
    first, second, third = (make_colleague(world, name) for name in "甲乙丙")
    shift = make_duty_shift(world, who=first)
    with pytest.raises(Forbidden, match="NOT_YOUR_SHIFT"):
        make_shift_swap(world, shift, third, second)
    with pytest.raises(Invalid, match="SWAP_SAME_PERSON"):
        make_shift_swap(world, shift, first, first)
    swap = make_shift_swap(world, shift, first, second)
    with pytest.raises(Conflict, match="SWAP_OPEN"):
        make_shift_swap(world, shift, first, third)
    assert queries.waiting(second.actor, bureau_id=world.bureau.pk, at=NOON)[0].kind == "shift_swap"
    for stranger in (first, third):
        with pytest.raises(Forbidden, match="NOT_YOUR_SWAP"):
            actions.accept_swap(swap_id=swap.pk, by=stranger.actor, at=NOON, client_id=uuid4())
    assert queries.shift(world.system, shift.pk).person == first.person
    actions.accept_swap(swap_id=swap.pk, by=second.actor, at=NOON, client_id=uuid4())
    assert queries.shift(world.system, shift.pk).person == second.person
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        actions.decline_swap(swap_id=swap.pk, answer="不行", by=second.actor, at=NOON, client_id=uuid4())


def test_an_exchange_swaps_both_shifts(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    post = make_duty_post(world)
    mine, his = (
        make_duty_shift(world, post, first),
        make_duty_shift(world, post, second, starts_at=NOON + 8 * HOUR),
    )
    with pytest.raises(Invalid, match="EXCHANGE_NOT_HIS"):
        make_shift_swap(world, mine, first, second, exchange_for_id=mine.pk)
    swap = make_shift_swap(world, mine, first, second, exchange_for_id=his.pk)
    actions.accept_swap(swap_id=swap.pk, by=second.actor, at=NOON, client_id=uuid4())
    assert queries.shift(world.system, mine.pk).person == second.person
    assert queries.shift(world.system, his.pk).person == first.person


def test_a_shift_that_is_cancelled_is_given_to_nobody_in_exchange(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    post = make_duty_post(world)
    mine, his = make_duty_shift(world, post, first), make_duty_shift(world, post, second, starts_at=NOON + 8 * HOUR)
    swap = make_shift_swap(world, mine, first, second, exchange_for_id=his.pk)
    by = world.actor("coordinator")
    actions.cancel_shift(shift_id=his.pk, reason="改排", by=by, at=NOON, client_id=uuid4())
    assert queries.swap(world.system, swap.pk).status == "withdrawn"
    assert queries.shift(world.system, mine.pk).person == first.person
    ShiftSwap.objects.filter(pk=swap.pk).update(status="asked", answered_at=None)
    with pytest.raises(Conflict, match="SWAP_STALE"):
        actions.accept_swap(swap_id=swap.pk, by=second.actor, at=NOON, client_id=uuid4())


def test_a_swap_is_declined_with_a_reason_or_withdrawn(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    shift = make_duty_shift(world, who=first)
    swap = make_shift_swap(world, shift, first, second)
    with pytest.raises(Invalid, match="REASON_MISSING"):
        actions.decline_swap(swap_id=swap.pk, answer="", by=second.actor, at=NOON, client_id=uuid4())
    assert actions.decline_swap(
        swap_id=swap.pk, answer="当天外出", by=second.actor, at=NOON, client_id=uuid4()
    ).status == "declined"  # fmt: skip
    again = make_shift_swap(world, shift, first, second)
    assert actions.withdraw_swap(swap_id=again.pk, by=first.actor, at=NOON, client_id=uuid4()).status == "withdrawn"
    assert queries.shift(world.system, shift.pk).person == first.person
    with pytest.raises(Conflict, match="SHIFT_OVER"):
        make_shift_swap(world, shift, first, second, at=shift.ends_at)


def test_a_unit_sees_the_public_post_and_no_person(world: World) -> None:
    shift = make_duty_shift(world)
    make_duty_post(world, "lead", name="带班领导", is_public=False)
    unit = world.requester(world.hospital)
    post = queries.public_post(unit, world.bureau.pk)
    assert post is not None
    assert (post.name, post.phone) == ("值班台", "0579-0000000")
    assert queries.posts(unit, world.bureau.pk).count() == 1
    assert not queries.shifts(unit, bureau_id=world.bureau.pk).exists()
    with pytest.raises(NotFound):
        queries.shift(unit, shift.pk)
    other = make_world("other")
    assert queries.public_post(other.requester(other.hospital), world.bureau.pk) is None


def test_a_public_post_needs_its_telephone(world: World) -> None:
    with pytest.raises(Invalid, match="REQUIRED"):
        make_duty_post(world, phone="")
    post = make_duty_post(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(post).objects.filter(pk=post.pk).update(phone="")
    with pytest.raises(Conflict, match="POST_TAKEN"):
        make_duty_post(world)
