"""What a bar code means is said once, by name, and ended when it was wrong."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.reference.catalog import actions
from liangcao.reference.catalog.models import ItemIdentifier
from liangcao.reference.catalog.queries import identifier_in_force, identifiers_of
from tests.factories.labels import BOX, PIECE, make_item_identifier
from tests.factories.world import NOON, World

pytestmark = pytest.mark.django_db


def end(world: World, held: ItemIdentifier, role: str = "coordinator", reason: str = "看错箱规") -> ItemIdentifier:
    return actions.end_identifier(
        identifier_id=held.pk, reason=reason, by=world.actor(role), at=NOON, client_id=uuid4()
    )


@pytest.mark.parametrize(
    ("code", "issuer", "identifier"),
    [
        ("(01)16901234567899(10)A1(17)220630", "gtin", BOX),
        ("6901234567892", "gtin", PIECE),
        ("MA.156.M0.100761.21234561.L20220117", "ma", "MA.156.M0.100761.21234561"),
        ("81234567890123456789", "ahm", "81234567890123456789"),
    ],
)
def test_a_code_is_remembered_with_who_said_so(world: World, code: str, issuer: str, identifier: str) -> None:
    make_item_identifier(world, world.n95, code, quantity=480)
    held = identifier_in_force(world.actor("counter"), issuer, identifier)
    assert held is not None
    assert (held.item, held.quantity, held.added_by) == (world.n95, 480, "storekeeper 甲")
    entry = JournalEntry.objects.get(action="add_identifier")
    assert (entry.object_ref, entry.after["quantity"]) == ("T-n95", 480)


def test_the_same_said_again_changes_nothing(world: World) -> None:
    key = uuid4()
    first = make_item_identifier(world, client_id=key)
    assert make_item_identifier(world, client_id=key) == first
    assert make_item_identifier(world) == first
    assert JournalEntry.objects.filter(action="add_identifier").count() == 1


def test_one_code_means_one_item(world: World) -> None:
    make_item_identifier(world)
    with pytest.raises(Conflict) as refused:
        make_item_identifier(world, world.n95)
    assert refused.value.code == "IDENTIFIER_TAKEN"
    assert "storekeeper 甲" in refused.value.zh
    assert "一次性医用口罩" in refused.value.zh
    with pytest.raises(Conflict):
        make_item_identifier(world, quantity=10)


def test_a_wrong_one_is_ended_and_said_anew(world: World) -> None:
    held = make_item_identifier(world)
    assert end(world, held).ended_by == "coordinator 甲"
    again = make_item_identifier(world, world.n95)
    assert [row.pk for row in identifiers_of(world.system, world.mask.pk)] == [held.pk]
    assert identifier_in_force(world.system, "gtin", PIECE) == again
    with pytest.raises(Conflict) as refused:
        end(world, held)
    assert refused.value.code == "IDENTIFIER_ENDED"


def test_what_is_refused(world: World) -> None:
    held = make_item_identifier(world)
    refusals = [
        (lambda: make_item_identifier(world, code="6901234567893"), Invalid, "CHECK_DIGIT_WRONG"),
        (lambda: make_item_identifier(world, code="1722063010LOT9"), Invalid, "CODE_FOREIGN"),
        (lambda: make_item_identifier(world, code="RK20200203-1"), Invalid, "CODE_FOREIGN"),
        (lambda: make_item_identifier(world, quantity=0), Invalid, "QUANTITY_INVALID"),
        (lambda: make_item_identifier(world, by=world.actor("leader")), Forbidden, "FORBIDDEN"),
        (lambda: end(world, held, reason=" "), Invalid, "REASON_MISSING"),
        (lambda: end(world, held, role="storekeeper"), Forbidden, "FORBIDDEN"),
        (lambda: end(world, ItemIdentifier(pk=0)), NotFound, "NOT_FOUND"),
    ]
    for act, kind, code in refusals:
        with pytest.raises(kind) as refused:
            act()
        assert refused.value.code == code


def test_the_database_holds_one_meaning_and_whole_endings(world: World) -> None:
    held = make_item_identifier(world)
    for change in ({"ended_by": "某人"}, {"identifier": ""}, {"issuer": "xx"}, {"added_by": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemIdentifier.objects.filter(pk=held.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemIdentifier.objects.create(
            issuer="gtin", identifier=PIECE, item=world.n95, quantity=1, added_by="某人", added_at=NOON
        )
