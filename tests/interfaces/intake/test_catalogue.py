"""The catalogue of the installation, as the reader of texts gets it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.interfaces.intake.catalogue import catalogue_of
from liangcao.reference.catalog import actions
from tests.factories.aliases import make_item_alias
from tests.factories.world import NOON, World

pytestmark = pytest.mark.django_db


def test_the_reader_knows_them_in_three_queries(world: World, django_assert_num_queries: Any) -> None:
    actor = world.actor("counter")
    held = make_item_alias(world, alias="蓝罩子")
    with django_assert_num_queries(3):
        catalogue = catalogue_of(actor)
    found, is_certain = catalogue.match("蓝 罩子")
    assert (found[0].code, found[0].score, is_certain) == (world.mask.code, 1.0, True)
    assert catalogue.entries[world.mask.code].base_unit == world.mask.base_unit
    actions.end_alias(alias_id=held.pk, reason="看错", by=world.actor("coordinator"), at=NOON, client_id=uuid4())
    assert catalogue_of(actor).match("蓝罩子")[1] is False
