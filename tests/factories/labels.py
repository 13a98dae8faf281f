"""Bar codes of items, and the labels of our own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from liangcao.foundation.kernel.codes import OwnLabel, label_link, label_tag
from liangcao.reference.catalog import actions
from liangcao.reference.catalog.models import Item, ItemIdentifier
from tests.factories.world import NOON, World

BOX = "16901234567899"  # a box of the goods whose piece is PIECE
PIECE = "06901234567892"
HOST = "https://liangcao.example"


def make_item_identifier(world: World, item: Item | None = None, code: str = PIECE, **more: Any) -> ItemIdentifier:
    """The masks' own bar code, on the piece."""
    arguments = {"quantity": 1, "by": world.actor("storekeeper"), "at": NOON, "client_id": uuid4()} | more
    return actions.add_identifier(item_id=(item or world.mask).pk, code=code, **arguments)


def label_of(kind: str, row: Any) -> str:
    """What the QR of a lot, delivery or count sheet holds."""
    number, id = (row.code, row.pk) if kind == "lot" else (row.number, row.client_id)
    return label_link(HOST, OwnLabel(kind, number, label_tag(id)))
