"""A hand-over is frozen when it is signed, and taken by somebody else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from liangcao.foundation.kernel.chain import canonical, digest
from liangcao.foundation.kernel.errors import Conflict, Forbidden, NotFound
from liangcao.operations.duty import actions, queries
from liangcao.operations.duty.models import HandOver
from tests.factories.duty import HOUR, make_colleague, make_duty_post, make_duty_shift, make_hand_over, make_task
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def take(hand_over: HandOver, who: object) -> HandOver:
    return actions.take_over(hand_over_id=hand_over.pk, by=who, at=NOON + 9 * HOUR, client_id=uuid4())  # type: ignore[arg-type]


def test_signed_over_to_the_next_shift_and_frozen(world: World) -> None:
    first, second, third = (make_colleague(world, name) for name in "甲乙丙")
    post = make_duty_post(world)
    shift = make_duty_shift(world, post, first)
    make_duty_shift(world, post, second, starts_at=shift.ends_at)
    task = make_task(world, third)
    made = make_hand_over(world, shift, first)
    assert made.next_shift is not None
    assert made.next_shift.person == second.person
    assert made.content_digest == digest(canonical(made.content))
    name, content, _ = queries.hand_over_file(world.actor("leader"), made.pk)
    assert content[:2] == b"PK"
    assert made.number in name
    actions.complete_task(task_id=task.pk, by=third.actor, at=NOON + 9 * HOUR, client_id=uuid4())
    frozen = queries.hand_over(world.actor("leader"), made.pk)
    rows = {part["key"]: part["rows"] for part in frozen.content["sections"]}
    assert rows["tasks"][0]["number"] == task.number
    for stranger in (first.actor, third.actor):
        with pytest.raises(Forbidden):
            take(made, stranger)
    taken = take(made, second.actor)
    assert (taken.status, taken.taken_by) == ("taken", "乙")
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        take(made, second.actor)


def test_nobody_takes_his_own_hand_over(world: World) -> None:
    leader = make_colleague(world, "组长", "leader")
    made = make_hand_over(world, make_duty_shift(world, who=leader), leader)
    assert made.next_shift is None
    with pytest.raises(Forbidden, match="TAKES_OWN_HAND_OVER"):
        take(made, leader.actor)
    assert take(made, make_colleague(world, "乙").actor).status == "taken"


def test_a_shift_is_handed_over_once_by_whose_it_is_after_it_began(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    shift = make_duty_shift(world, who=first)
    with pytest.raises(Forbidden, match="NOT_YOUR_SHIFT"):
        make_hand_over(world, shift, second)
    with pytest.raises(Conflict, match="SHIFT_NOT_BEGUN"):
        make_hand_over(world, shift, first, at=NOON - HOUR)
    make_hand_over(world, shift, first)
    with pytest.raises(Conflict, match="HANDED_OVER"):
        make_hand_over(world, shift, first)


def test_the_same_person_next_hands_nothing_over(world: World) -> None:
    post, first = make_duty_post(world), make_colleague(world, "甲")
    shift = make_duty_shift(world, post, first)
    make_duty_shift(world, post, first, starts_at=shift.ends_at)
    with pytest.raises(Conflict, match="SAME_PERSON_NEXT"):
        make_hand_over(world, shift, first)


def test_the_database_keeps_a_hand_over_as_it_was_signed(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    made = make_hand_over(world, make_duty_shift(world, who=first), first)
    held = HandOver.objects.filter(pk=made.pk)
    for wrong in (
        {"note": "改过"}, {"content": {}}, {"content_digest": "0" * 64}, {"signed_by": "别人"}, {"status": "taken"},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            held.update(**wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        held.delete()
    take(made, second.actor)
    with pytest.raises(DatabaseError), transaction.atomic():
        held.update(taken_at=NOON)


def test_a_hand_over_of_another_bureau_is_not_there(world: World) -> None:
    first = make_colleague(world, "甲")
    made = make_hand_over(world, make_duty_shift(world, who=first), first)
    stranger = make_world("other")
    for actor in (stranger.actor("leader"), world.requester(world.hospital)):
        with pytest.raises(NotFound):
            queries.hand_over(actor, made.pk)
        with pytest.raises(NotFound):
            take(made, actor)
