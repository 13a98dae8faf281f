"""All stale lines of a unit at one tap, and who is told that they went stale: refusals first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.jobs.models import Job
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound
from liangcao.foundation.outbox.listeners import add_webhook
from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.inputs import ConfirmationInput
from liangcao.operations.demand.jobs import announce_stale_needs
from liangcao.operations.demand.models import Requisition, RequisitionLine
from tests.factories.demand import approve, make_fulfilment, make_requisition, make_requisition_line
from tests.factories.world import NOON, World

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=4)


def two_lines(world: World) -> list[RequisitionLine]:
    made = approve(world, make_requisition(world, None, (world.mask, 1_000), (world.n95, 200)))
    return list(made.lines.order_by("line"))


def confirm(world: World, lines: list[ConfirmationInput], **more: object) -> list[RequisitionLine]:
    arguments: dict = {"by": world.requester(world.hospital), "client_id": uuid4(), "at": LATER} | more
    return actions.confirm_requisition_lines(organisation_id=world.hospital.pk, lines=lines, **arguments)


def test_refusals(world: World) -> None:
    first, second = two_lines(world)
    foreign = make_requisition_line(world, world.second_hospital)
    with pytest.raises(Invalid) as caught:
        confirm(world, [])
    assert caught.value.code == "LINES_EMPTY"
    with pytest.raises(Invalid) as caught:
        confirm(world, [ConfirmationInput(first.pk)] * 2)
    assert caught.value.code == "LINE_TWICE"
    with pytest.raises(NotFound):
        confirm(world, [ConfirmationInput(first.pk), ConfirmationInput(foreign.pk)])
    with pytest.raises(NotFound):
        confirm(world, [ConfirmationInput(first.pk)], by=world.requester(world.second_hospital))
    with pytest.raises(Forbidden):
        confirm(world, [ConfirmationInput(first.pk)], by=world.actor("storekeeper"))
    with pytest.raises(Invalid) as caught:
        confirm(world, [ConfirmationInput(first.pk, -1), ConfirmationInput(second.pk, 5, 1_000_000_000)])
    assert [(problem.row, problem.field) for problem in caught.value.problems] == [(1, "on_hand"), (2, "daily_use")]
    assert queries.stale_lines(world.system, world.bureau.pk, at=LATER).count() == 3


def test_all_at_once_with_the_stock_that_is_known(world: World) -> None:
    first, second = two_lines(world)
    key, lines = uuid4(), [ConfirmationInput(second.pk, on_hand=7), ConfirmationInput(first.pk)]
    assert [line.pk for line in confirm(world, lines, client_id=key)] == [first.pk, second.pk]
    assert [line.pk for line in confirm(world, lines, client_id=key)] == [first.pk, second.pk]
    with pytest.raises(KeyReused):
        confirm(world, lines[:1], client_id=key)
    second.refresh_from_db()
    assert (second.on_hand, second.confirmed_at) == (7, LATER)
    assert not queries.stale_lines(world.system, world.bureau.pk, at=LATER).exists()
    assert Requisition.objects.get(pk=first.requisition_id).version == second.version


def test_what_arrived_meanwhile_is_passed_over(world: World) -> None:
    first, second = two_lines(world)
    make_fulfilment(world, first, "delivered", 1_000)
    lines = [ConfirmationInput(first.pk), ConfirmationInput(second.pk)]
    assert [line.pk for line in confirm(world, lines)] == [second.pk]
    with pytest.raises(Conflict) as caught:
        confirm(world, lines[:1])
    assert caught.value.code == "NOTHING_TO_CONFIRM"


def test_unit_is_told_once_a_day_that_needs_went_stale(world: World) -> None:
    two_lines(world)
    told = Job.objects.filter(kind="spread_notice", payload__page="portal_confirmation")
    announce_stale_needs(payload={}, at=LATER)
    assert not told.exists(), "nobody asked to be told"
    add_webhook(
        bureau_id=world.bureau.pk, organisation_id=None, url="https://hooks.example.cn/", at=NOON,
        by=world.actor("administrator"), client_id=uuid4(),
    )  # fmt: skip
    announce_stale_needs(payload={}, at=NOON + timedelta(days=2))
    assert not told.exists()
    for _ in range(2):
        announce_stale_needs(payload={}, at=LATER)
    assert [job.payload["organisation_id"] for job in told] == [world.hospital.pk]
    announce_stale_needs(payload={}, at=NOON + timedelta(days=30))
    assert told.count() == 1
