"""Editions: frozen once, never changed, each with the difference to the last."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.chain import canonical, digest
from liangcao.foundation.kernel.clock import day_end
from liangcao.foundation.kernel.errors import Forbidden, Invalid, KeyReused, NotFound
from liangcao.oversight.briefing import actions, queries
from liangcao.oversight.briefing.models import Edition
from tests.factories.supply import reverse
from tests.factories.world import TODAY, World, make_world
from tests.oversight.briefing.day import EVENING, play

pytestmark = pytest.mark.django_db
NEXT_MORNING = EVENING + timedelta(hours=14)


@pytest.fixture
def world() -> World:
    return make_world()


def freeze(world: World, **more: Any) -> Edition:
    arguments = {"day": TODAY, "by": world.actor("leader"), "at": EVENING, "client_id": uuid4()} | more
    return actions.freeze_edition(bureau_id=world.bureau.pk, **arguments)


def test_only_coordinator_and_leader_freeze(world: World) -> None:
    with pytest.raises(Forbidden):
        freeze(world, by=world.actor("storekeeper"))
    with pytest.raises(NotFound):
        freeze(world, by=Actor(user_id=1, name="外人", grants=(Grant("leader", world.bureau.pk + 1),)))


def test_a_day_ahead_and_a_long_note_are_refused(world: World) -> None:
    with pytest.raises(Invalid) as told:
        freeze(world, day=TODAY + timedelta(days=1))
    assert told.value.code == "DATE_IN_FUTURE"
    with pytest.raises(Invalid) as told:
        freeze(world, note="字" * 2001)
    assert told.value.code == "TEXT_TOO_LONG"
    assert not Edition.objects.exists()


def test_an_edition_keeps_figures_texts_and_files(world: World) -> None:
    play(world)
    edition = freeze(world, note="先保一线")
    assert (edition.revision, edition.cutoff_at, edition.previous) == (1, EVENING, None)
    assert edition.emergency_id == world.emergency.pk
    assert edition.figures_digest == digest(canonical(edition.figures))
    assert "先保一线" in edition.text_zh
    assert "briefing on emergency supplies" in edition.text_en
    for ending in ("docx", "xlsx"):
        name, content, _ = queries.edition_file(world.actor("auditor"), edition.pk, ending)
        assert name.endswith(f"(第1版).{ending}")
        assert digest(content) == (edition.word if ending == "docx" else edition.excel).digest


def test_after_midnight_the_cutoff_is_24_hours(world: World) -> None:
    assert freeze(world, at=NEXT_MORNING).cutoff_at == day_end(TODAY)


def test_the_same_request_twice_is_one_edition(world: World) -> None:
    key = uuid4()
    assert freeze(world, client_id=key) == freeze(world, client_id=key)
    with pytest.raises(KeyReused):
        freeze(world, client_id=key, note="另一份")
    assert Edition.objects.count() == 1


def test_nothing_new_is_not_frozen_again(world: World) -> None:
    play(world)
    freeze(world)
    with pytest.raises(actions.EditionUnchanged) as told:
        freeze(world)
    assert told.value.code == "EDITION_UNCHANGED"
    assert freeze(world, note="补充一句").revision == 2


def test_a_later_edition_shows_the_difference(world: World) -> None:
    made = play(world)
    first = freeze(world)
    reverse(world, made["gift_receipt"], at=EVENING)
    second = freeze(world, at=NEXT_MORNING)
    assert (second.revision, second.previous) == (2, first)
    changes = {change.key: (change.before, change.after) for change in queries.edition_changes(second)}
    assert changes["gift.T-mask.total"] == (14_500, 0)
    assert changes["gift.T-mask.day"] == (14_500, 0)
    assert "捐赠入库:一次性医用口罩(累计):1.45万只 → 0只(-1.45万只)" in second.text_zh
    assert first.figures != second.figures
    assert queries.edition(world.actor("auditor"), first.pk).text_zh == first.text_zh


def test_the_next_day_is_compared_without_the_figures_of_the_day(world: World) -> None:
    play(world)
    freeze(world)
    world.put_in(world.mask, 100, at=NEXT_MORNING)
    edition = freeze(world, day=TODAY + timedelta(days=1), at=NEXT_MORNING)
    keys = {change.key for change in queries.edition_changes(edition)}
    assert {"gift.T-mask.total", "in_stock.T-mask", "free.T-mask"} <= keys
    assert not [key for key in keys if key.endswith(".day")]


def test_editions_are_append_only(world: World) -> None:
    edition = freeze(world)
    for sql in ("UPDATE briefing_edition SET note = 'x'", "DELETE FROM briefing_edition"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Edition.objects.get() == edition


def test_another_bureau_sees_none(world: World) -> None:
    edition = freeze(world)
    other = make_world("beicheng")
    assert not queries.editions(other.actor("leader"), world.bureau.pk).exists()
    with pytest.raises(NotFound):
        queries.edition(other.actor("leader"), edition.pk)
    with pytest.raises(NotFound):
        queries.edition_file(other.actor("leader"), edition.pk, "docx")
