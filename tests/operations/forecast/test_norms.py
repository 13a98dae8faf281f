"""Norms and need events: refusals first, then which norm counts on a day, and what the database keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.operations.forecast import actions, norms
from liangcao.operations.forecast.models import NeedEvent, Norm
from tests.factories.forecast import event_of, make_need_event, make_norm
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refused(kind: type[Refusal], do: Any) -> Refusal:
    with pytest.raises(kind) as told:
        do()
    return told.value


def retire(world: World, held: Norm, **more: Any) -> Norm:
    given = {"reason": "文件已废止", "by": world.actor("coordinator"), "at": NOON, "client_id": uuid4()} | more
    return actions.retire_norm(norm_id=held.pk, **given)


def test_all_problems_of_a_norm_at_once(world: World) -> None:
    told = refused(
        Invalid,
        lambda: make_norm(
            world, item_id=999_999, kind="donor", per="cat", quantity=0, every=0, source=" ",
            valid_from=TODAY.replace(year=1900),
        ),
    )  # fmt: skip
    assert sorted(problem.code for problem in told.problems) == [
        "DAY_INVALID", "ITEM_UNKNOWN", "KIND_UNKNOWN", "PER_UNKNOWN", "QUANTITY_INVALID", "QUANTITY_INVALID",
        "REQUIRED",
    ]  # fmt: skip
    assert refused(Forbidden, lambda: make_norm(world, by=world.actor("allocator"))).code == "FORBIDDEN"
    assert not Norm.objects.exists()


def test_the_latest_norm_that_has_begun_counts(world: World) -> None:
    old = make_norm(world, valid_from=TODAY - 5 * DAY)
    new = make_norm(world, quantity=3, every=2, valid_from=TODAY)
    make_norm(world, quantity=9, valid_from=TODAY + DAY)
    assert refused(Conflict, lambda: make_norm(world)).code == "NORM_KNOWN"

    def counting() -> Norm:
        return norms.in_force(world.system, world.bureau.pk, on=TODAY)[world.mask.pk, "enterprise"]

    assert counting() == new
    assert new.a_day(101) == 152
    retire(world, new)
    assert counting() == old
    assert refused(Conflict, lambda: retire(world, new)).code == "STATE_CONFLICT"
    assert refused(Invalid, lambda: retire(world, old, reason=" ")).code == "REASON_MISSING"
    make_norm(world)


def test_once_for_the_same_id_and_only_in_scope(world: World) -> None:
    key = uuid4()
    assert make_norm(world, client_id=key) == make_norm(world, client_id=key)
    held = Norm.objects.get()
    elsewhere = make_world("nancheng")
    assert refused(NotFound, lambda: norms.norm_by_id(elsewhere.actor("leader"), held.pk)).code == "NOT_FOUND"
    event = make_need_event(world)
    assert refused(NotFound, lambda: norms.need_event_by_id(elsewhere.actor("leader"), event.pk)).code == "NOT_FOUND"


def test_what_nobody_told_is_no_number(world: World) -> None:
    make_norm(world)
    found = norms.in_force(world.system, world.bureau.pk, on=TODAY)
    world.enterprise.headcount = None
    assert norms.norm_for(found, world.enterprise, world.mask.pk) is None
    world.enterprise.headcount = 40
    assert norms.norm_for(found, world.enterprise, world.mask.pk) == 40
    assert norms.norm_for(found, world.hospital, world.mask.pk) is None


def test_events_are_refused_changed_and_cancelled(world: World) -> None:
    told = refused(
        Invalid,
        lambda: make_need_event(world, occasion="party", headcount=0, reason=" ", organisation_id=999_999, units=0),
    )
    assert sorted(problem.code for problem in told.problems) == [
        "HEADCOUNT_INVALID", "HEADCOUNT_INVALID", "OCCASION_UNKNOWN", "ORGANISATION_UNKNOWN", "REASON_MISSING",
    ]  # fmt: skip
    for given, code in (
        ({"organisation_id": None}, "KIND_UNKNOWN"),
        ({"organisation_id": world.donor.pk}, "KIND_UNKNOWN"),
        ({"organisation_id": None, "kind": "school", "region_id": 999_999}, "REGION_UNKNOWN"),
    ):
        assert refused(Invalid, lambda given=given: make_need_event(world, **given)).code == code  # type: ignore[misc]
    first = make_need_event(world)
    known: dict[str, Any] = {"by": world.actor("allocator"), "at": NOON}
    second = actions.change_need_event(
        event_id=first.pk, event=event_of(world, headcount=300, reason="增加一条线"), client_id=uuid4(), **known
    )
    first.refresh_from_db()
    assert (second.follows, first.ended_reason, first.ended_by) == (first, "增加一条线", known["by"].name)
    again = lambda: actions.cancel_need_event(event_id=first.pk, reason="不复工", client_id=uuid4(), **known)  # noqa: E731
    assert refused(Conflict, again).code == "STATE_CONFLICT"
    actions.cancel_need_event(event_id=second.pk, reason="不复工", client_id=uuid4(), **known)
    assert not NeedEvent.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("change", [{"quantity": 5}, {"source": "改"}])
def test_the_database_keeps_a_norm_as_it_was_said(world: World, change: dict[str, Any]) -> None:
    held = make_norm(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Norm.objects.filter(pk=held.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        held.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Norm.objects.filter(pk=held.pk).update(ended_at=NOON)
