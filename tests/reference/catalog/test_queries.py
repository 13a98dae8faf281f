"""Units that people and pages name are read in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import in_base_units

if TYPE_CHECKING:
    from tests.factories.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def mask(world: World) -> Item:
    """A mask with an English name and unit."""
    world.mask.name_en, world.mask.base_unit_en = "Medical mask", "piece"
    world.mask.save()
    return world.mask


def test_a_unit_that_is_not_known_is_refused_in_the_readers_words(mask: Item) -> None:
    with pytest.raises(Invalid) as caught:
        in_base_units(mask, 3, "tray")
    assert caught.value.zh == "“一次性医用口罩”的单位“tray”无换算关系;可用单位:只、箱、包"
    assert caught.value.en == 'the unit "tray" of "Medical mask" has no conversion; units: piece, 箱, 包'


@pytest.mark.parametrize("unit", ["", "base", "只", "piece", "pieces"])
def test_the_base_unit_in_either_language(mask: Item, unit: str) -> None:
    assert in_base_units(mask, 3, unit) == 3


def test_counted_says_pieces(mask: Item) -> None:
    assert (mask.counted(1), mask.counted(1240)) == ("1 piece", "1,240 pieces")
    assert Item(name="碘伏", base_unit="瓶").counted(2) == "2 瓶"
