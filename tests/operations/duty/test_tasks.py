"""Tasks: given in one line, ended by whose they are, with what became of them for ever in their events."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from liangcao.foundation.kernel.clock import day_end
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.operations.duty import actions, queries
from liangcao.operations.duty.models import Task, TaskEvent
from liangcao.reference.parties.actions import end_appointment
from tests.factories.duty import HOUR, make_colleague, make_task
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": "  "}, "REQUIRED"),
        ({"text": "长" * 301}, "TEXT_TOO_LONG"),
        ({"text": "甲\u202e乙"}, "TEXT_INVALID"),
        ({"due_at": NOON}, "DUE_PAST"),
        ({"due_at": NOON + timedelta(days=500)}, "DUE_TOO_FAR"),
        ({"source": "rumour"}, "TASK_SOURCE_UNKNOWN"),
        ({"page": "//elsewhere.example/x"}, "PAGE_INVALID"),
        ({"page": "https://elsewhere.example/"}, "PAGE_INVALID"),
    ],
    ids=["blank", "long", "turning", "past", "far", "source", "other-host", "address"],
)
def test_give_task_refuses(world: World, given: dict, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        make_task(world, **given)
    assert not Task.objects.exists()


def test_give_task_is_for_the_desk_and_to_a_colleague(world: World) -> None:
    who, stranger = make_colleague(world, "甲"), make_world("other")
    with pytest.raises(Forbidden):
        make_task(world, who, by=world.actor("auditor"))
    with pytest.raises(NotFound):
        make_task(world, who, by=stranger.actor("coordinator"))
    with pytest.raises(Invalid, match="PERSON_NOT_APPOINTED"):
        make_task(world, make_colleague(stranger, "外局人"))
    with pytest.raises(Forbidden):
        make_task(world, who, by=world.requester(world.hospital))
    held = who.person.appointments.get()
    end_appointment(appointment_id=held.pk, last_day=None, reason="", by=world.actor("administrator"), at=NOON)
    with pytest.raises(Invalid, match="PERSON_NOT_APPOINTED"):
        make_task(world, who)


def test_a_task_of_another_bureau_is_not_there(world: World) -> None:
    task, stranger = make_task(world), make_world("other")
    for actor in (stranger.actor("leader"), world.requester(world.hospital)):
        assert not queries.tasks(actor, bureau_id=world.bureau.pk).exists()
        with pytest.raises(NotFound):
            queries.task(actor, task.pk)
        with pytest.raises(NotFound):
            actions.complete_task(task_id=task.pk, by=actor, at=NOON, client_id=uuid4())


def test_a_task_waits_for_its_owner_and_is_overdue_after_its_moment(world: World) -> None:
    who, other = make_colleague(world, "甲"), make_colleague(world, "乙")
    make_task(world, who)
    due = make_task(world, who, due_at=NOON + HOUR)
    found = queries.waiting(who.actor, bureau_id=world.bureau.pk, at=NOON + 2 * HOUR)
    assert [(group.kind, group.count, group.is_overdue) for group in found] == [
        ("task_overdue", 1, True),
        ("task", 1, False),
    ]
    assert found[0].due_at == due.due_at
    assert not queries.waiting(other.actor, bureau_id=world.bureau.pk, at=NOON)


def test_only_owner_giver_and_who_keeps_the_roster_end_a_task(world: World) -> None:
    who, other = make_colleague(world, "甲"), make_colleague(world, "乙")
    task = make_task(world, who, by=make_colleague(world, "丙", "allocator").actor)
    with pytest.raises(Forbidden, match="NOT_YOUR_TASK"):
        actions.complete_task(task_id=task.pk, by=other.actor, at=NOON, client_id=uuid4())
    with pytest.raises(Invalid, match="REASON_MISSING"):
        actions.cancel_task(task_id=task.pk, reason="", by=world.actor("leader"), at=NOON, client_id=uuid4())
    done = actions.complete_task(task_id=task.pk, reason="已联系", by=who.actor, at=NOON, client_id=uuid4())
    assert (done.status, done.ended_at) == ("done", NOON)
    with pytest.raises(Conflict, match="STATE_CONFLICT"):
        actions.cancel_task(task_id=task.pk, reason="不用了", by=who.actor, at=NOON, client_id=uuid4())


def test_a_task_opened_again_needs_a_moment_that_has_not_passed(world: World) -> None:
    who = make_colleague(world, "甲")
    task = make_task(world, who)
    later = NOON + timedelta(days=1)
    actions.cancel_task(task_id=task.pk, reason="对方已停产", by=who.actor, at=NOON, client_id=uuid4())
    with pytest.raises(Invalid, match="DUE_PAST"):
        actions.reopen_task(task_id=task.pk, reason="又恢复了", by=who.actor, at=later, client_id=uuid4())
    again = actions.reopen_task(
        task_id=task.pk, reason="又恢复了", due_at=later + HOUR, by=who.actor, at=later, client_id=uuid4()
    )
    assert (again.status, again.ended_at, again.due_at) == ("open", None, later + HOUR)
    kinds = [event.kind for event in queries.events_of(world.system, task.pk)]
    assert kinds == ["given", "cancelled", "reopened"]


def test_a_past_day_stays_as_it_was(world: World) -> None:
    who = make_colleague(world, "甲")
    task = make_task(world, who)
    actions.complete_task(task_id=task.pk, by=who.actor, at=NOON + HOUR, client_id=uuid4())
    later = NOON + timedelta(days=1)
    actions.reopen_task(
        task_id=task.pk, reason="再查一次", due_at=later + HOUR, by=who.actor, at=later, client_id=uuid4()
    )
    then = queries.tasks_as_of(world.actor("leader"), world.bureau.pk, before=day_end(TODAY)).get()
    assert (then.state, then.due_then) == ("done", NOON + 6 * HOUR)
    assert not queries.tasks_as_of(world.actor("leader"), world.bureau.pk, before=NOON).exists()


def test_give_task_twice_with_one_id_gives_one(world: World) -> None:
    who, key = make_colleague(world, "甲"), uuid4()
    told = {
        "bureau_id": world.bureau.pk, "text": "催货", "owner_id": who.person.pk, "due_at": NOON + HOUR,
        "by": world.actor("leader"), "client_id": key,
    }  # fmt: skip
    assert actions.give_task(**told, at=NOON).pk == actions.give_task(**told, at=NOON + HOUR / 2).pk
    assert Task.objects.count() == TaskEvent.objects.count() == 1


def test_the_database_keeps_events_and_states_of_tasks(world: World) -> None:
    task = make_task(world)
    event = task.events.get()
    for wrong in ({"status": "done"}, {"status": "lost"}, {"source": "rumour"}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(**wrong)
    for act in (lambda: TaskEvent.objects.filter(pk=event.pk).update(by="别人"), event.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
