"""What is refused is named in words: no Latin word on a Chinese page, the act's code in a field of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.access import access, act_words, acts, field_words, fields, words
from tests.factories.world import World

LATIN = re.compile("[A-Za-z]")
CHINESE = re.compile("[一-鿿]")


@pytest.mark.parametrize("kind", ["objects", "acts", "fields"])
def test_everything_that_access_names_has_words_in_two_languages_and_nothing_else_has(kind: str) -> None:
    named = {
        "objects": set(access()),
        "acts": {action for actions in access().values() for action in actions},
        "fields": {field for columns in fields().values() for field in columns},
    }[kind]
    assert set(words(kind)) == named
    assert [code for code, (zh, en) in words(kind).items() if LATIN.search(zh) or CHINESE.search(en)] == []


def check_act(world: World) -> None:
    guard.check(world.actor("counter"), "view", "invitation", bureau_id=world.bureau.pk)


def check_field(world: World) -> None:
    guard.check_reads(world.actor("counter"), "source", "unit_price", bureau_id=world.bureau.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("check", "act", "told"),
    [
        (check_act, "invitation.view", ("邀请:查看", "Invitation: view")),
        (check_field, "source.unit_price", ("来源的单价", "unit price (source)")),
    ],
)
def test_a_refusal_says_the_act_in_words_and_keeps_its_code(
    world: World, check: Callable[[World], None], act: str, told: tuple[str, str]
) -> None:
    with pytest.raises(guard.NotAllowed) as refused:
        check(world)
    assert refused.value.act == act
    assert told[0] in refused.value.zh
    assert told[1] in refused.value.en
    assert not LATIN.search(refused.value.zh)


def test_acts_and_fields_are_told_as_one() -> None:
    assert act_words("requisition.approve") == ("申领:审核", "Requisition: review")
    assert field_words("ledger", "unit_cost") == ("台账的单位成本", "unit cost (book)")
    assert all(LATIN.search(act_words(act)[0]) is None for act in acts())
