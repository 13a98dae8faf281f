"""Sources and receipts made through actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Refusal
from liangcao.ledger.models import Balance
from liangcao.operations.supply import actions
from liangcao.operations.supply.inputs import (
    FindingInput,
    PieceInput,
    ReceiptLineInput,
    ReversalInput,
    SourceLineInput,
)
from liangcao.operations.supply.models import (
    Receipt,
    ReceiptFinding,
    ReceiptLine,
    ReceiptOutcome,
    ReceiptRelease,
    ReceiptReturn,
    ReceiptReversal,
    ReceiptSignature,
    Source,
    SourceLine,
)
from liangcao.reference.catalog import actions as catalog
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


def ask_for_signatures(world: World, *kinds: str) -> None:
    """From now on a receipt of the world's goods needs these signatures besides the store's."""
    catalog.set_receipt_signatures(
        category_code="test", signatures=["store", *kinds], by=world.system, at=NOON, client_id=uuid4()
    )


def make_waiting_receipt(world: World, good: int = 100, damaged: int = 0, **more: Any) -> Receipt:
    """A receipt of masks whose quality and count are owing."""
    ask_for_signatures(world, "quality", "count")
    source = make_source(world, (world.mask, good + damaged))
    return make_receipt(world, source, (good, damaged), **more)


SIGNERS = {"quality": "inspector", "count": "counter"}


def findings_of(receipt: Receipt, kind: str, number: int, rejected: int = 0) -> list[FindingInput]:
    """`number` counted, or passed with `rejected`, on the first line."""
    line = receipt.lines.order_by("line")[0].pk
    if kind == "count":
        return [FindingInput(line, quantity_counted=number)]
    reason = "耳带开裂" if rejected else ""
    return [FindingInput(line, quantity_passed=number, quantity_rejected=rejected, reason=reason)]


def sign(
    world: World, receipt: Receipt, kind: str, number: int, rejected: int = 0, at: datetime = NOON, **more: Any
) -> Receipt:
    """Quality or count signs for the first line."""
    arguments = {
        "by": world.actor(SIGNERS.get(kind, "inspector")),
        "client_id": uuid4(),
        "findings": findings_of(receipt, kind, number, rejected),
    } | more
    return actions.sign_receipt(receipt_id=receipt.pk, kind=kind, at=at, **arguments)


def make_receipt_signature(world: World) -> ReceiptSignature:
    """The count's signature on a receipt that waits."""
    receipt = make_waiting_receipt(world)
    sign(world, receipt, "count", 98)
    return receipt.signatures.get(kind="count")


def make_receipt_finding(world: World) -> ReceiptFinding:
    """What the count found."""
    return make_receipt_signature(world).findings.get()


def make_receipt_outcome(world: World) -> ReceiptOutcome:
    """78 of 100 accepted: 20 rejected, 2 not there."""
    receipt = make_waiting_receipt(world)
    sign(world, receipt, "quality", 80, 20)
    sign(world, receipt, "count", 98)
    return receipt.lines.get().outcome


def let_go(world: World, receipt: Receipt, number: int, at: datetime = NOON, **more: Any) -> Receipt:
    """Release pieces of the first line on the leader's word."""
    arguments = {
        "leader": "组长甲", "reason": "医院凌晨断货", "limit_note": "仅此一批", "by": world.actor("leader"),
        "client_id": uuid4(), "lines": [PieceInput(receipt.lines.get().pk, number)],
    } | more  # fmt: skip
    return actions.release_early(receipt_id=receipt.pk, at=at, **arguments)


def make_receipt_release(world: World) -> ReceiptRelease:
    """60 of 100 let go before inspection."""
    receipt = make_waiting_receipt(world)
    let_go(world, receipt, 60)
    return receipt.release


def give_back(world: World, receipt: Receipt, number: int, **more: Any) -> Receipt:
    """Send pieces of the first line back to the source."""
    arguments = {
        "reason": "质检不合格", "by": world.actor("storekeeper"), "client_id": uuid4(), "at": NOON,
        "lines": [PieceInput(receipt.lines.get().pk, number)],
    } | more  # fmt: skip
    return actions.send_back(receipt_id=receipt.pk, **arguments)


def make_receipt_return(world: World) -> ReceiptReturn:
    """20 rejected pieces that went back."""
    receipt = make_receipt_outcome(world).receipt_line.receipt
    give_back(world, receipt, 20)
    return receipt.lines.get().returns.get()


def held(world: World) -> dict[str, int]:
    """Pieces by kind of account, those without any left out."""
    sums: dict[str, int] = {}
    for kind, quantity in Balance.objects.filter(book=world.book).values_list("kind", "quantity"):
        sums[kind] = sums.get(kind, 0) + quantity
    return {kind: total for kind, total in sums.items() if total and kind != "outside"}


def code_of(act) -> str:  # type: ignore[no-untyped-def]
    """The code of the refusal, which says its sentence in both languages."""
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.message("zh-hans") != refused.value.message("en")
    assert refused.value.status in (400, 403, 404, 409)
    return str(refused.value.code)
