"""Counts, write-offs, the day close, and everything that must change nothing: repeated requests and wrong people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from liangcao.foundation.kernel.errors import KeyReused
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef
from liangcao.operations.stocktaking import actions as stocktaking
from liangcao.operations.stocktaking.inputs import WriteOffInput
from tests.factories.stocktaking import act, counted_to_the_end, open_sheet
from tests.properties.arrivals import ArrivalRules
from tests.properties.checking import FEW, PICK, outcome, plain
from tests.properties.handling import HandlingRules

SHEET_DAYS = 7


class LedgerMachine(ArrivalRules, HandlingRules):
    """All kinds of moves over two stores, two units and two items, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.write_offs: list[tuple[Any, list[Any]]] = []
        self.sheet: Any = None

    # --- time

    @rule(hours=st.sampled_from([1, 5, 24, 24, 72]))
    def time_goes_on(self, hours: int) -> None:
        """The clock; business dates end at 24:00 in Shanghai."""
        self.at += timedelta(hours=hours)

    @rule(back=st.integers(0, 3))
    def close_day(self, back: int) -> None:
        """封账 of a day and all open ones before it."""
        day = self.today - timedelta(days=back)
        sealed = self.model.sealed
        refusal = ""
        if sealed is not None and day <= sealed:
            refusal = "DAY_SEALED"
        elif day == self.today:
            refusal = "DAY_NOT_OVER"
        elif sealed is None and day < min(record["business_date"] for record in self.model.records):
            refusal = "DAY_BEFORE_BOOK"
        seals = self.step(
            lambda key: ledger.seal_day(
                bureau_id=self.world.bureau.pk, day=day, with_earlier=True, client_id=key, **self.who("leader")
            ),
            refusal=refusal,
            lines=[],
        )
        if seals is not None:
            self.model.sealed = day

    # --- write-offs

    @rule(pick=PICK, quantity=FEW, damaged=st.booleans())
    def ask_write_off(self, pick: int, quantity: int, *, damaged: bool) -> None:
        """报损 is asked for; nothing moves yet."""
        kind = "quarantine" if damaged else "store"
        lot, place = self._chosen(pick, *[AccountRef(kind, store.store_id) for store in self.stores])
        held = self.model.held[self.name(place), str(lot)]
        asked = self.step(
            lambda key: stocktaking.ask_write_off(
                bureau_id=self.world.bureau.pk, store_id=place.store_id, cause="damaged", reason="受潮",
                lines=[WriteOffInput(lot, quantity, kind)], client_id=key, **self.who("storekeeper"),
            ),
            refusal="" if held >= quantity else {"STOCK_SHORT", "NOT_FOUND"},
            lines=[],
        )  # fmt: skip
        if asked is not None:
            target = AccountRef("loss", place.store_id)
            self.write_offs.append((asked, [self.line(lot, place, target, quantity)]))

    @precondition(lambda self: self.write_offs)
    @rule(pick=PICK, role=st.sampled_from(["leader", "leader", "storekeeper"]))
    def approve_write_off(self, pick: int, role: str) -> None:
        """Approved by another person than who asked; refused when the goods have gone meanwhile."""
        asked, lines = self.write_offs[pick % len(self.write_offs)]
        asked.refresh_from_db()
        refusal: Any = self.model.refusal_of(lines, self.today, self.today, "")
        if role == "storekeeper":
            refusal = "FORBIDDEN"
        elif asked.status != "asked":
            refusal = "STATE_CONFLICT"
        self.step(
            lambda key: stocktaking.approve_write_off(write_off_id=asked.pk, client_id=key, **self.who(role)),
            refusal=refusal,
            lines=lines,
        )

    # --- counts

    @precondition(lambda self: self.sheet is None and self.lots_in(self.stores[0]))
    @rule(pick=PICK, off=st.integers(-6, 6))
    def count(self, pick: int, off: int) -> None:
        """盘点 up to the first signature: one line differs, or none."""
        self.at += timedelta(seconds=1)
        sheet = open_sheet(self.world, at=self.at, client_id=self.new_id())
        lines = list(sheet.lines.order_by("line"))
        quantities = {line.line: line.quantity_frozen for line in lines}
        chosen = lines[pick % len(lines)].line
        quantities[chosen] = max(quantities[chosen] + off, 0)
        counted_to_the_end(self.world, sheet, quantities, at=self.at)
        sheet.refresh_from_db()
        self.sheet = (
            sheet,
            self.at,
            lines[pick % len(lines)],
            quantities[chosen] - lines[pick % len(lines)].quantity_frozen,
        )

    @precondition(lambda self: self.sheet is not None)
    @rule()
    def confirm_count(self) -> None:
        """The second signature: missing pieces go to loss if they are still there, found ones become a lot."""
        sheet, at, line, variance = self.sheet
        place = AccountRef(line.place, self.world.store.pk)
        refusal, lines = "", None
        if self.at + timedelta(seconds=1) - at > timedelta(days=SHEET_DAYS):
            refusal = "COUNT_TOO_OLD"
        elif variance < 0:
            lines = [self.line(line.lot_id, place, AccountRef("loss", place.store_id), -variance)]
            refusal = self.model.refusal_of(lines, self.today, self.today, "")
        elif variance == 0:
            lines = []
        self.step(
            lambda key: stocktaking.confirm_count(sheet_id=sheet.pk, client_id=key, **self.who("leader")),
            refusal=refusal,
            lines=lines,
        )
        if refusal:
            act(stocktaking.cancel_count, self.world, sheet, role="leader", at=self.at, reason="重来")
        self.sheet = None

    # --- what must change nothing

    @precondition(lambda self: self.calls)
    @rule(pick=PICK)
    def send_again(self, pick: int) -> None:
        """The same id and the same body: the same answer, and nothing is written."""
        sent = self.calls[pick % len(self.calls)]
        before = self._head()
        refused, answer = outcome(sent.call, sent.client_id)
        # A move that no action above the ledger claimed is refused by its id, or because its goods are gone.
        assert (refused is None) == sent.is_claimed, refused
        if sent.is_claimed:
            assert plain(answer) == sent.answer
        assert self._head() == before

    @precondition(lambda self: any(sent.is_claimed for sent in self.calls))
    @rule(pick=PICK)
    def send_other(self, pick: int) -> None:
        """A used id with another body is refused."""
        claimed = [sent for sent in self.calls if sent.is_claimed]
        before = self._head()
        with pytest.raises(KeyReused):
            ledger.record_fact(
                lot_id=UUID(sorted(self.model.lots)[0]), fact="frozen", value="no", reason="另一件事",
                client_id=claimed[pick % len(claimed)].client_id, **self.who("storekeeper"),
            )  # fmt: skip
        assert self._head() == before

    @rule(pick=PICK, quantity=FEW)
    def meddle(self, pick: int, quantity: int) -> None:
        """Who has no right to it moves nothing: a reader here, a keeper of another bureau."""
        lot, source = self._chosen(pick, *self.stores)
        other = self.stores[1] if source == self.stores[0] else self.stores[0]
        for by, refusal in ((self.world.actor("auditor"), "FORBIDDEN"), (self.stranger, "NOT_FOUND")):
            self.step(
                lambda key, by=by: ledger.transfer(  # type: ignore[misc]
                    book_id=self.world.book.pk, from_store_id=source.store_id, to_store_id=other.store_id,
                    lines=[(lot, quantity)], reason="试试", client_id=key, by=by, at=self.at,
                ),
                refusal=refusal,
            )  # fmt: skip
