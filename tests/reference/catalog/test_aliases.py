"""What people call an item is said once, by name, and ended when it was wrong."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.reference.catalog import actions, queries
from liangcao.reference.catalog.models import ItemAlias
from tests.factories.aliases import make_item_alias
from tests.factories.world import NOON, World

pytestmark = pytest.mark.django_db


def end(world: World, held: ItemAlias, role: str = "coordinator", reason: str = "看错等级") -> ItemAlias:
    return actions.end_alias(alias_id=held.pk, reason=reason, by=world.actor(role), at=NOON, client_id=uuid4())


def test_who_may_not_is_refused(world: World) -> None:
    with pytest.raises(Forbidden):
        make_item_alias(world, by=world.actor("leader"))
    with pytest.raises(Forbidden):
        end(world, make_item_alias(world), "storekeeper")


@pytest.mark.parametrize(
    ("alias", "code"),
    [
        ("", "REQUIRED"),
        ("  ", "REQUIRED"),
        ("(。)", "ALIAS_EMPTY"),
        ("口" * 81, "TEXT_TOO_LONG"),
        ("口\x00罩", "TEXT_INVALID"),
    ],
)
def test_an_alias_is_words(world: World, alias: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_item_alias(world, alias=alias)
    assert refused.value.code == code
    assert not ItemAlias.objects.exists()


def test_an_item_is_of_the_catalogue_and_a_note_is_short(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_alias(item_id=0, alias="蓝口罩", by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    assert refused.value.code == "ITEM_UNKNOWN"
    with pytest.raises(Invalid):
        make_item_alias(world, note="长" * 201)


def test_the_name_of_another_item_is_no_alias(world: World) -> None:
    for words in (world.n95.name, f" {world.n95.name.replace('(', '（')} ", world.n95.code.lower()):
        with pytest.raises(Conflict) as refused:
            make_item_alias(world, alias=words)
        assert refused.value.code == "ALIAS_IS_A_NAME"
        assert world.n95.name in refused.value.zh
        assert "换一个叫法" in refused.value.zh
    with pytest.raises(Conflict) as refused:
        make_item_alias(world, alias=world.mask.name)
    assert "不用登记" in refused.value.zh


def test_an_alias_means_one_item(world: World) -> None:
    make_item_alias(world, alias="蓝 口罩")
    with pytest.raises(Conflict) as refused:
        make_item_alias(world, world.n95, alias="蓝口罩")
    assert refused.value.code == "ALIAS_TAKEN"
    for told in ("storekeeper 甲", world.mask.name, world.mask.code, "先停用"):
        assert told in refused.value.zh
    assert world.mask.code in refused.value.en


def test_it_is_remembered_with_who_said_so(world: World) -> None:
    held = make_item_alias(world, alias=" 蓝口罩 ", note="市中医院的叫法")
    assert (held.alias, held.key, held.note, held.added_by) == ("蓝口罩", "蓝口罩", "市中医院的叫法", "storekeeper 甲")
    entry = JournalEntry.objects.get(action="add_alias")
    assert (entry.object_ref, entry.after["alias"]) == (world.mask.code, "蓝口罩")


def test_the_same_said_again_changes_nothing(world: World) -> None:
    key = uuid4()
    first = make_item_alias(world, client_id=key)
    assert make_item_alias(world, client_id=key) == first
    assert make_item_alias(world) == first
    assert actions.add_alias(item_id=world.mask.pk, alias="蓝口罩", by=world.actor("coordinator"), at=NOON) == first
    assert JournalEntry.objects.filter(action="add_alias").count() == 1


def test_a_wrong_one_is_ended_once_with_a_reason_and_may_be_said_anew(world: World) -> None:
    held = make_item_alias(world)
    with pytest.raises(Invalid) as refused:
        end(world, held, reason=" ")
    assert refused.value.code == "REASON_MISSING"
    ended = end(world, held)
    assert (ended.ended_by, ended.ended_reason) == ("coordinator 甲", "看错等级")
    assert JournalEntry.objects.get(action="end_alias").reason == "看错等级"
    with pytest.raises(Conflict) as again:
        end(world, held)
    assert again.value.code == "ALIAS_ENDED"
    assert make_item_alias(world, world.n95).item == world.n95
    with pytest.raises(NotFound):
        actions.end_alias(alias_id=0, reason="x", by=world.actor("coordinator"), at=NOON, client_id=uuid4())


def test_ending_sent_twice_answers_twice(world: World) -> None:
    held, key = make_item_alias(world), uuid4()
    for _ in range(2):
        told = actions.end_alias(alias_id=held.pk, reason="看错", by=world.actor("coordinator"), at=NOON, client_id=key)
        assert told.ended_reason == "看错"


@pytest.mark.parametrize(
    "wrong",
    [{"alias": ""}, {"key": ""}, {"added_by": ""}, {"ended_at": NOON}, {"ended_by": "甲"}, {"key": "蓝口罩"}],
)
def test_the_database_holds_it(world: World, wrong: dict[str, Any]) -> None:
    make_item_alias(world)
    row = {"item": world.n95, "alias": "白口罩", "key": "白口罩", "added_by": "甲", "added_at": NOON} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemAlias.objects.create(**row)


def test_items_are_found_by_what_people_call_them_once_each(world: World) -> None:
    actor = world.actor("counter")
    held = make_item_alias(world, alias="（蓝）口罩 N7")
    make_item_alias(world, alias="蓝口罩 乙")
    for words in ("蓝口罩", "蓝 口罩ｎ７", "(蓝)"):
        assert list(queries.items(actor, search=words)) == [world.mask]
    assert not queries.items(actor, search="绿口罩").exists()
    end(world, held)
    assert not queries.items(actor, search="N7").exists()
    assert [row.alias for row in queries.aliases_of(actor, world.mask.pk)] == ["蓝口罩 乙", "（蓝）口罩 N7"]
    assert list(queries.called_so(queries.item_aliases(actor), world.mask.code, with_items=True).order_by("pk")) == [
        held,
        ItemAlias.objects.get(alias="蓝口罩 乙"),
    ]
