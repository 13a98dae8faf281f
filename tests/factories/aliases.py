"""What people call items."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from liangcao.reference.catalog import actions
from liangcao.reference.catalog.models import Item, ItemAlias
from tests.factories.world import NOON, World


def make_item_alias(world: World, item: Item | None = None, alias: str = "蓝口罩", **more: Any) -> ItemAlias:
    """What people call the masks."""
    arguments = {"by": world.actor("storekeeper"), "at": NOON, "client_id": uuid4()} | more
    return actions.add_alias(item_id=(item or world.mask).pk, alias=alias, **arguments)
