"""A shortage becomes a task: refusals first, then one open task an item, then when the gap is closed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.jobs.models import Job
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused
from liangcao.foundation.outbox.listeners import add_webhook
from liangcao.operations.allocation import actions
from liangcao.operations.allocation.models import Replenishment
from liangcao.operations.allocation.shortages import shortage, shortages, suggested
from liangcao.operations.duty.actions import cancel_task, complete_task, reopen_task
from liangcao.operations.duty.models import Task
from tests.factories.allocation import ask, make_replenishment
from tests.factories.duty import make_colleague
from tests.factories.supply import make_source
from tests.factories.world import NOON, World, make_world

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestStarting:
    def test_refusals(self, world: World) -> None:
        with pytest.raises(Conflict) as caught:
            make_replenishment(world, item_id=world.n95.pk)
        assert caught.value.code == "NO_SHORTAGE"
        for role in ("storekeeper", "duty_officer", "auditor"):
            with pytest.raises(Forbidden):
                make_replenishment(world, by=world.actor(role))
        for given, code in (
            ({"item_id": 999_999}, "ITEM_UNKNOWN"),
            ({"quantity": 0}, "QUANTITY_INVALID"),
            ({"due_at": NOON - HOUR}, "DUE_PAST"),
            ({"owner_id": 999_999}, "PERSON_NOT_APPOINTED"),
        ):
            with pytest.raises(Invalid) as refused:
                make_replenishment(world, **given)  # type: ignore[arg-type]
            assert refused.value.code == code
        assert not Task.objects.exists()

    def test_gap_counts_what_is_free_and_what_is_to_come(self, world: World) -> None:
        ask(world, world.hospital, 1_000)
        ask(world, world.second_hospital, None)
        world.put_in(world.mask, 300)
        make_source(world, (world.mask, 205))
        make_source(world, (world.mask, None))
        found = shortage(world.system, world.bureau.pk, world.mask, at=NOON)
        assert (found.open, found.unknown, found.free, found.coming, found.coming_unknown) == (1_000, 1, 300, 205, 1)
        assert found.gap == 495
        made = make_replenishment(world)
        assert (made.quantity_gap, made.quantity_suggested, made.met_at) == (495, 500, None)
        assert made.task.text == "补货“一次性医用口罩”:缺口 495 只,建议筹措 500 只"

    def test_one_open_task_for_an_item(self, world: World) -> None:
        key = uuid4()
        first = make_replenishment(world, client_id=key, quantity=700)
        assert first.quantity_suggested == 700
        assert make_replenishment(world, by=world.actor("allocator")).pk == first.pk
        with pytest.raises(KeyReused):
            make_replenishment(world, client_id=key, quantity=701)
        assert Task.objects.count() == 1
        [row] = shortages(world.system, world.bureau.pk, at=NOON)
        assert row.replenishment == first

    def test_after_its_end_a_new_one_and_the_old_one_stays_ended(self, world: World) -> None:
        first = make_replenishment(world)
        by = world.actor("coordinator")
        cancel_task(task_id=first.task_id, reason="误建", by=by, at=NOON, client_id=uuid4())
        second = make_replenishment(world)
        assert second.pk != first.pk
        with pytest.raises(Conflict) as caught:
            reopen_task(task_id=first.task_id, reason="还要办", by=by, at=NOON, client_id=uuid4())
        assert caught.value.code == "TASK_SUBJECT_OPEN"
        assert second.task.number in caught.value.zh

    def test_the_database_keeps_one_open_task_a_subject(self, world: World) -> None:
        first = make_replenishment(world)
        values = {field.attname: getattr(first.task, field.attname) for field in Task._meta.concrete_fields}
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.create(**values | {"id": None, "number": "JB-2", "client_id": uuid4()})


@pytest.mark.django_db
class TestTheGap:
    def test_task_learns_when_the_gap_is_closed_and_when_it_opens_again(self, world: World) -> None:
        buyer = make_colleague(world, "采购员示例", "buyer")
        held = make_replenishment(world, buyer)
        add_webhook(
            bureau_id=world.bureau.pk, organisation_id=None, url="https://hooks.example.cn/", at=NOON,
            by=world.actor("administrator"), client_id=uuid4(),
        )  # fmt: skip
        told = {"bureau_id": world.bureau.pk, "by": world.system}
        assert actions.note_gaps(**told, at=NOON + HOUR) == 0
        make_source(world, (world.mask, 1_000))
        assert actions.note_gaps(**told, at=NOON + 2 * HOUR) == 1
        assert actions.note_gaps(**told, at=NOON + 3 * HOUR) == 0
        held.refresh_from_db()
        assert held.met_at == NOON + 2 * HOUR
        notices = Job.objects.filter(kind="spread_notice", payload__page="task", payload__act="end")
        assert [job.payload["user_id"] for job in notices] == [buyer.actor.user_id]
        ask(world, world.second_hospital, 1)
        assert actions.note_gaps(**told, at=NOON + 4 * HOUR) == 1
        held.refresh_from_db()
        assert held.met_at is None

    def test_ended_tasks_are_left_alone(self, world: World) -> None:
        held = make_replenishment(world)
        complete_task(task_id=held.task_id, by=world.actor("coordinator"), at=NOON, client_id=uuid4())
        world.put_in(world.mask, 5_000)
        assert actions.note_gaps(bureau_id=world.bureau.pk, by=world.system, at=NOON + HOUR) == 0

    def test_an_item_nobody_asks_for_any_more_still_shows_its_task(self, world: World) -> None:
        held = make_replenishment(world)
        for requisition in world.bureau.requisition_set.all():
            requisition.lines.update(status="withdrawn")
        [row] = shortages(world.system, world.bureau.pk, at=NOON)
        assert (row.open, row.gap, row.replenishment) == (0, 0, held)


@pytest.mark.parametrize(
    ("gap", "packs", "expected"), [(0, [480], 0), (1, [480, 50], 50), (51, [480, 50], 100), (7, [], 7), (7, [1], 7)]
)
def test_suggestion_is_the_gap_in_whole_packs(gap: int, packs: list[int], expected: int) -> None:
    assert suggested(gap, packs) == expected


def test_givers_at_once_make_one_task(run_together) -> None:  # type: ignore[no-untyped-def]
    world = make_world()
    ask(world, world.hospital, 1_000)
    buyer = make_colleague(world, "采购员示例", "buyer")
    outcomes = run_together([lambda: make_replenishment(world, buyer)] * 4)
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert len({outcome.value.pk for outcome in outcomes}) == 1
    assert (Replenishment.objects.count(), Task.objects.count()) == (1, 1)
