"""Tasks: given in one line, ended by whose they are, with what became of them for ever in their events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.clock import day_end
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.operations.duty import actions, notices, queries
from liangcao.operations.duty.models import Task, TaskEvent
from liangcao.reference.parties.actions import end_appointment
from tests.factories.duty import HOUR, Colleague, make_colleague, make_task
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


def reassign(task: Task, who: Colleague, by: Actor, **more: Any) -> Task:
    told = {"reason": "到外地提货", "at": NOON, "client_id": uuid4()} | more
    return actions.reassign_task(task_id=task.pk, owner_id=who.person.pk, by=by, **told)


def test_reassign_task_refuses(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    task, stranger = make_task(world, first), make_world("other")
    with pytest.raises(Forbidden, match="NOT_YOUR_TASK"):
        reassign(task, second, world.actor("auditor"))
    with pytest.raises(NotFound):
        reassign(task, second, stranger.actor("leader"))
    with pytest.raises(NotFound):
        reassign(task, second, world.requester(world.hospital))
    with pytest.raises(Conflict, match="TASK_SAME_OWNER"):
        reassign(task, first, first.actor)
    with pytest.raises(Invalid, match="PERSON_NOT_APPOINTED"):
        reassign(task, make_colleague(stranger, "外局人"), first.actor)
    left = make_colleague(world, "已离任", valid_until=TODAY - timedelta(days=10))
    with pytest.raises(Invalid, match="PERSON_NOT_APPOINTED"):
        reassign(task, left, first.actor)
    with pytest.raises(Invalid, match="REASON_MISSING"):
        reassign(task, second, first.actor, reason=" ")
    for ended, reason in ((actions.complete_task, ""), (actions.cancel_task, "不用了")):
        over = make_task(world, first)
        ended(task_id=over.pk, reason=reason, by=first.actor, at=NOON, client_id=uuid4())
        with pytest.raises(Conflict, match="STATE_CONFLICT"):
            reassign(over, second, first.actor)
    assert Task.objects.get(pk=task.pk).owner == first.person
    assert [event.kind for event in queries.events_of(world.system, task.pk)] == ["given"]


def test_a_task_is_passed_on_by_owner_giver_and_who_may_give(world: World) -> None:
    first, second, auditor = (
        make_colleague(world, "甲"),
        make_colleague(world, "乙"),
        make_colleague(world, "审", "auditor"),
    )
    task, key = make_task(world, first), uuid4()
    due = task.due_at
    assert reassign(task, auditor, world.actor("buyer"), client_id=key).owner == auditor.person
    assert reassign(task, auditor, world.actor("buyer"), client_id=key).owner == auditor.person
    assert reassign(task, second, auditor.actor).due_at == due
    assert not queries.own_tasks(first.actor, bureau_id=world.bureau.pk)
    assert queries.own_tasks(second.actor, bureau_id=world.bureau.pk).get() == task
    events = [(event.kind, event.owner.name) for event in queries.events_of(world.system, task.pk)]
    assert events == [("given", "甲"), ("reassigned", "审"), ("reassigned", "乙")]
    entry = JournalEntry.objects.filter(action="reassign_task").latest("pk")
    assert (entry.before, entry.after) == ({"owner_id": auditor.person.pk}, {"owner_id": second.person.pk})


def test_both_owners_of_a_task_passed_on_are_told_but_not_who_does_it(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    held = reassign(make_task(world, first), second, first.actor)
    event, boss = held.events.latest("pk"), world.actor("leader")
    told, off = notices.passed_on(held, event, by=boss), notices.taken_off(held, event, first.person, by=boss)
    assert told is not None
    assert off is not None
    assert (told.user_id, off.user_id) == (second.actor.user_id, first.actor.user_id)
    assert told.key != off.key
    assert "联系示例口罩厂" not in told.zh + off.zh
    assert notices.taken_off(held, event, first.person, by=first.actor) is None
    assert notices.passed_on(held, event, by=second.actor) is None


def test_a_past_day_names_the_owner_of_that_day(world: World) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    task = make_task(world, first, due_at=NOON + timedelta(days=3))
    reassign(task, second, first.actor, at=NOON + timedelta(days=1))
    days = [day_end(TODAY), day_end(TODAY + timedelta(days=1))]
    found = [queries.tasks_as_of(world.actor("leader"), world.bureau.pk, before=day).get() for day in days]
    assert [(row.state, row.owner_then) for row in found] == [("given", "甲"), ("reassigned", "乙")]


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
