"""How goods come in, are taken back and go back: real actions, with what the model says must come of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from liangcao.ledger.entries import AccountRef
from liangcao.operations.supply import actions as supply
from liangcao.operations.supply.inputs import PieceInput, ReceiptLineInput, ReversalInput, SourceLineInput
from tests.properties.checking import BACK, FEW, GONE, PICK, CheckedBook


class ArrivalRules(CheckedBook):
    """Receipts, late ones too, direct deliveries, reversals of receipts, returns to the source."""

    def __init__(self) -> None:
        super().__init__()
        self.receipts: list[Any] = []

    # --- goods come in

    @initialize()
    def first_goods(self) -> None:
        """Something to move from the start."""
        self.receive(good=30, damaged=5, is_suit=False, back=2, second=False, ends=None)

    @rule(
        good=st.integers(0, 60), damaged=st.integers(0, 9), is_suit=st.booleans(), back=BACK, second=st.booleans(),
        ends=st.sampled_from([None, -1, 3, 90]),
    )  # fmt: skip
    def receive(self, *, good: int, damaged: int, is_suit: bool, back: int, second: bool, ends: int | None) -> None:
        """收货: nobody announced it; today or entered late."""
        world, day = self.world, self.today - timedelta(days=back)
        item = world.suit if is_suit else world.mask
        line = ReceiptLineInput(
            None, item.pk, good, damaged, no_lot_reason="散装", reason="破损" if damaged else "",
            expires_on=self.today + timedelta(days=ends) if ends is not None else None,
        )  # fmt: skip
        wanted = self.model.refusal_of([], day, self.today, "漏记") or None
        receipt = self.step(
            lambda key: supply.receive_unannounced(
                bureau_id=world.bureau.pk, kind="gift", counterparty_id=world.donor.pk, lines=[line],
                store_id=(world.second_store if second else world.store).pk, business_date=day,
                late_reason="漏记" if back else "", client_id=key, **self.who("storekeeper"),
            ),
            refusal=wanted if good + damaged and (ends is None or ends >= 0) else None,
        )  # fmt: skip
        if receipt is not None:
            self.receipts.append(receipt)

    @rule(quantity=FEW)
    def receive_directly(self, quantity: int) -> None:
        """直达: goods that never see our store."""
        world = self.world
        source = supply.announce_source(
            bureau_id=world.bureau.pk, kind="gift", counterparty_id=world.donor.pk, client_id=self.new_id(),
            lines=[SourceLineInput(world.mask.pk, quantity)], **self.who("gift_clerk"),
        )  # fmt: skip
        self.step(
            lambda key: supply.receive_direct(
                source_id=source.pk, recipient_id=world.hospital.pk, signed_by="示例收货人", client_id=key,
                lines=[ReceiptLineInput(None, world.mask.pk, quantity, no_lot_reason="直达")],
                **self.who("storekeeper"),
            ),
            refusal="",
        )  # fmt: skip

    @precondition(lambda self: self.receipts)
    @rule(pick=PICK, part=st.one_of(st.none(), st.tuples(st.integers(0, 30), st.integers(0, 5))))
    def take_back(self, pick: int, part: tuple[int, int] | None) -> None:
        """冲红 a receipt, whole or in part: exactly as long as its goods lie where it put them."""
        receipt = self.receipts[pick % len(self.receipts)]
        lines = None
        if part is not None:
            lines = [ReversalInput(receipt.lines.get().pk, *part)]
        self.step(
            lambda key: supply.reverse_receipt(
                receipt_id=receipt.pk, reason="记错", lines=lines, client_id=key, **self.who("storekeeper")
            ),
            refusal=self._take_back_refusal(receipt, part),
        )

    def _take_back_refusal(self, receipt: Any, part: tuple[int, int] | None) -> Collection[str]:
        [record] = [record for record in self.model.records if record["id"] == str(receipt.move_id)]
        left = self.model.left_of(record)
        if not left:
            return "ALREADY_REVERSED"
        if part is None:
            wanted = left
        elif not any(part):
            return "LINES_EMPTY"
        else:
            wanted = self._parts_by_posting(receipt, part)
            if any(wanted.get(line, 0) > left.get(line, 0) for line in wanted):
                return "REVERSAL_TOO_LARGE"
        rows = {row[0]: row for row in record["postings"]}
        short = any(self.model.held[rows[n][5], rows[n][1]] < quantity for n, quantity in wanted.items())
        return GONE if short else ""

    @staticmethod
    def _parts_by_posting(receipt: Any, part: tuple[int, int]) -> dict[int, int]:
        row = receipt.lines.get()
        wanted: dict[int, int] = {}
        for number, quantity in zip((row.posting_good, row.posting_damaged), part, strict=True):
            if quantity:
                wanted[number or 0] = wanted.get(number or 0, 0) + quantity
        return wanted

    @precondition(lambda self: self.receipts)
    @rule(pick=PICK, quantity=FEW)
    def send_back(self, pick: int, quantity: int) -> None:
        """退回来源: what lies in quarantine."""
        receipt = self.receipts[pick % len(self.receipts)]
        line = receipt.lines.get()
        there = AccountRef("quarantine", receipt.store_id)
        held = self.model.held[self.name(there), str(line.lot_id)]
        whole = self._take_back_refusal(receipt, None) == "ALREADY_REVERSED"
        self.step(
            lambda key: supply.send_back(
                receipt_id=receipt.pk, lines=[PieceInput(line.pk, quantity)], reason="不合格", client_id=key,
                **self.who("storekeeper"),
            ),
            refusal=None if whole or held < quantity else "",
            lines=[self.line(line.lot_id, there, self.world.outside(self.world.donor), quantity)],
        )  # fmt: skip
