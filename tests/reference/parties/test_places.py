"""Where organisations and stores stand: both degrees or neither, within the earth, kept by the database too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.kernel.errors import Forbidden, Invalid, NotFound
from liangcao.reference.parties import actions
from liangcao.reference.parties.models import Organisation, Store
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
HERE = {"latitude": Decimal("28.8956"), "longitude": Decimal("120.0363")}


def edit(world: World, **more: Any) -> Organisation:
    told = {"name": world.town.name, "by": world.actor("coordinator"), "at": NOON, "client_id": uuid4()} | more
    return actions.edit_organisation(organisation_id=world.town.pk, **told)


def test_an_organisation_is_placed_and_the_journal_says_where() -> None:
    world = make_world()
    edit(world, **HERE)
    world.town.refresh_from_db()
    assert (world.town.latitude, world.town.longitude) == (Decimal("28.895600"), Decimal("120.036300"))
    from liangcao.foundation.journal.models import JournalEntry

    assert (
        JournalEntry.objects.filter(action="edit_organisation").latest("pk").after["place"] == "28.895600, 120.036300"
    )


@pytest.mark.parametrize(
    ("place", "code", "field"),
    [
        ({"latitude": Decimal("28.9")}, "PLACE_HALF", "longitude"),
        ({"longitude": Decimal(120)}, "PLACE_HALF", "latitude"),
        ({"latitude": Decimal("120.0363"), "longitude": Decimal("28.8956")}, "PLACE_OUT_OF_RANGE", "latitude"),
        ({"latitude": Decimal(0), "longitude": Decimal("180.1")}, "PLACE_OUT_OF_RANGE", "latitude"),
    ],
)
def test_half_a_place_and_a_swapped_one_are_refused(place: dict[str, Any], code: str, field: str) -> None:
    world = make_world()
    with pytest.raises(Invalid) as caught:
        edit(world, **place)
    assert (caught.value.code, caught.value.field) == (code, field)
    with pytest.raises(Invalid):
        actions.add_store(
            bureau_id=world.bureau.pk, code="S9", name="九号库", by=world.actor("administrator"), at=NOON, **place
        )


def test_the_database_holds_no_half_place() -> None:
    world = make_world()
    for row in (world.town, world.store):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(latitude=Decimal(1))


def test_a_store_is_placed_by_who_may_and_only_there() -> None:
    world, key = make_world(), uuid4()
    told = {"store_id": world.store.pk, **HERE, "at": NOON}
    with pytest.raises(Forbidden):
        actions.place_store(**told, by=world.actor("storekeeper"), client_id=uuid4())
    with pytest.raises(NotFound):
        actions.place_store(**told, by=make_world("other").actor("coordinator"), client_id=uuid4())
    for _again in range(2):
        actions.place_store(**told, by=world.actor("coordinator"), client_id=key)
    assert Store.objects.get(pk=world.store.pk).longitude == Decimal("120.036300")
