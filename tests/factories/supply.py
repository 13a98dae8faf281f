"""Sources and receipts made through actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from liangcao.operations.supply import actions
from liangcao.operations.supply.inputs import ReceiptLineInput, ReversalInput, SourceLineInput
from liangcao.operations.supply.models import Receipt, ReceiptLine, ReceiptReversal, Source, SourceLine
from liangcao.reference.catalog.models import Item
from tests.factories.world import NOON, World


def make_source(
    world: World, *announced: tuple[Item, int | None], kind: str = "gift", at: datetime = NOON, **more: Any
) -> Source:
    """A source with (item, quantity) lines, a gift of 1,000 masks unless said otherwise."""
    lines = [SourceLineInput(item.pk, quantity) for item, quantity in announced or [(world.mask, 1_000)]]
    arguments = {
        "counterparty_id": world.donor.pk,
        "lines": lines,
        "by": world.actor("gift_clerk"),
        "client_id": uuid4(),
    } | more
    return actions.announce_source(bureau_id=world.bureau.pk, kind=kind, at=at, **arguments)


def make_source_line(world: World, quantity: int | None = 1_000) -> SourceLine:
    """The only line of a source of masks."""
    return make_source(world, (world.mask, quantity)).lines.get()


def make_receipt(
    world: World, source: Source | None = None, *arrived: tuple[int, int], at: datetime = NOON, **more: Any
) -> Receipt:
    """Receive (good, damaged) of each line of a source, 1,000 good masks of a new one unless said otherwise."""
    source = source or make_source(world)
    if "lines" not in more:
        rows = zip(source.lines.order_by("line"), arrived or [(1_000, 0)], strict=True)
        more["lines"] = [ReceiptLineInput(line.pk, line.item_id, good, damaged) for line, (good, damaged) in rows]
    arguments = {"store_id": world.store.pk, "by": world.actor("storekeeper"), "client_id": uuid4()} | more
    return actions.receive_source(source_id=source.pk, at=at, **arguments)


def make_receipt_line(world: World, good: int = 1_000, damaged: int = 0) -> ReceiptLine:
    """The only line of a receipt of masks."""
    return make_receipt(world, None, (good, damaged)).lines.get()


def reverse(world: World, receipt: Receipt, *taken: ReversalInput, at: datetime = NOON, **more: Any) -> Receipt:
    """Take back a receipt, whole unless lines are given."""
    arguments = {
        "reason": "数量登记有误",
        "lines": taken or None,
        "by": world.actor("storekeeper"),
        "client_id": uuid4(),
    } | more
    return actions.reverse_receipt(receipt_id=receipt.pk, at=at, **arguments)


def make_receipt_reversal(world: World, line: ReceiptLine, good: int) -> ReceiptReversal:
    """A part of a receipt line taken back."""
    reverse(world, line.receipt, ReversalInput(line.pk, good))
    return line.reversals.get()
