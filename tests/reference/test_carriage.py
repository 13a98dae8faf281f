"""What goods weigh, and when units and stores are open: told, refused, kept by the database."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Forbidden, Invalid, NotFound
from liangcao.reference.catalog.actions import set_carriage
from liangcao.reference.parties.actions import set_delivery_hours, set_store_hours
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def weigh(world: World, role: str = "coordinator", **more: Any) -> Any:
    told = {"item_id": world.n95.pk, "weight_grams": 8, "volume_ml": 60, "is_cold": False} | more
    return set_carriage(**{"by": world.actor(role), "at": NOON, "client_id": uuid4()} | told)


def test_weight_volume_and_cold_are_told_and_stand_in_the_journal() -> None:
    world = make_world()
    item = weigh(world, is_cold=True)
    item.refresh_from_db()
    assert (item.weight_grams, item.volume_ml, item.is_cold) == (8, 60, True)
    line = JournalEntry.objects.filter(action="set_carriage").latest("pk")
    assert line.after == {"weight_grams": 8, "volume_ml": 60, "kept_cold": True}
    assert weigh(world, weight_grams=None, volume_ml=None).weight_grams is None


def test_impossible_weights_are_refused_together() -> None:
    world = make_world()
    with pytest.raises(Invalid) as caught:
        weigh(world, weight_grams=0, volume_ml=-1)
    assert [refusal.field for refusal in caught.value.problems] == ["weight_grams", "volume_ml"]
    with pytest.raises(Forbidden):
        weigh(world, role="storekeeper")
    with pytest.raises(NotFound):
        weigh(world, item_id=999_999)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(world.n95).objects.filter(pk=world.n95.pk).update(weight_grams=0)


@pytest.mark.parametrize(
    ("hours", "code"), [((time(8), None), "HOURS_HALF"), ((None, time(8)), "HOURS_HALF"), ((time(17), time(8)), "HOURS_REVERSED")]
)  # fmt: skip
def test_hours_are_whole_and_in_order(hours: Any, code: str) -> None:
    world = make_world()
    told = {
        "opens_at": hours[0],
        "closes_at": hours[1],
        "by": world.actor("coordinator"),
        "at": NOON,
        "client_id": uuid4(),
    }
    with pytest.raises(Invalid) as caught:
        set_delivery_hours(organisation_id=world.town.pk, **told)
    assert caught.value.code == code
    with pytest.raises(Invalid):
        set_store_hours(store_id=world.store.pk, **told)
    for row in (world.town, world.store):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(opens_at=hours[0], closes_at=hours[1])


def test_the_same_act_twice_is_one() -> None:
    world, key = make_world(), uuid4()
    for _again in range(2):
        told = set_delivery_hours(
            organisation_id=world.town.pk, opens_at=time(8), closes_at=time(17, 30), service_minutes=20,
            by=world.actor("coordinator"), at=NOON, client_id=key,
        )  # fmt: skip
    assert told.service_minutes == 20
    assert JournalEntry.objects.filter(action="set_delivery_hours").count() == 1
