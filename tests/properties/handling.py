"""What happens to goods that are in the house, on their way out, and on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from liangcao.ledger import actions as ledger
from liangcao.ledger.actions.recalling import mark_recalled
from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.operations.dispatch import actions as dispatch
from tests.properties.checking import BACK, FEW, GONE, PICK, CheckedBook

ODD = st.one_of(FEW, FEW, FEW, st.sampled_from([0, -3, 1.5, 10**9]))


class HandlingRules(CheckedBook):
    """Transfers, inspections, facts, reservations, issues with late ones, reversals, deliveries to the end."""

    def __init__(self) -> None:
        super().__init__()
        self.deliveries: list[Any] = []
        self.plain_moves: list[UUID] = []

    def _post(self, kind: str, lines: list[PostingLine], back: int = 0, reason: str = "漏记") -> None:
        """A move that has no action of its own above the ledger, entered `back` days late."""
        day = self.today - timedelta(days=back)
        late_reason = reason if back else ""
        named = [self.line(row.lot_id, row.source, row.target, row.quantity) for row in lines]
        moved: PostedMove | None = self.step(
            lambda key: ledger.post_move(
                book_id=self.world.book.pk, kind=kind, business_date=day, lines=lines, cause_kind="test",
                cause_ref="t", late_reason=late_reason, client_id=key, by=self.world.system, at=self.at,
            ),
            refusal=self.model.refusal_of(named, day, self.today, late_reason),
            lines=named,
            is_claimed=False,
        )  # fmt: skip
        if moved is not None:
            self.plain_moves.append(moved.id)

    def _reserved(self, store: AccountRef) -> AccountRef:
        return AccountRef("reserved", store.store_id, self.world.hospital.pk)

    def _chosen(self, pick: int, *refs: AccountRef) -> tuple[UUID, AccountRef]:
        """A lot of these accounts, or any lot in the first of them: what is not there is refused."""
        found = self.lots_in(*refs)
        if found:
            lot, ref, _ = found[pick % len(found)]
            return lot, ref
        return self._any_lot(pick), refs[0]

    def _any_lot(self, pick: int) -> UUID:
        return UUID(sorted(self.model.lots)[pick % len(self.model.lots)])

    @rule(
        rows=st.lists(st.tuples(PICK, ODD), min_size=1, max_size=3), same=st.sampled_from([False, False, False, True])
    )
    def transfer(self, rows: list[tuple[int, Any]], *, same: bool) -> None:
        """调拨, several lines, perhaps twice the same lot."""
        one, other = self.stores
        lot_rows = [(self._chosen(pick, one)[0], quantity) for pick, quantity in rows]
        to = one if same else other
        named = [self.line(lot, one, to, quantity) for lot, quantity in lot_rows]
        moved = self.step(
            lambda key: ledger.transfer(
                book_id=self.world.book.pk, from_store_id=one.store_id, to_store_id=to.store_id, lines=lot_rows,
                reason="就近", client_id=key, **self.who("storekeeper"),
            ),
            # One sentence for the document, before any of its lines is looked at.
            refusal="SAME_ACCOUNT" if same else self.model.refusal_of(named, self.today, self.today, ""),
            lines=named,
        )  # fmt: skip
        if moved is not None:
            self.plain_moves.append(moved.id)

    @rule(pick=PICK, quantity=ODD, passed=st.booleans())
    def inspect(self, pick: int, quantity: Any, *, passed: bool) -> None:
        """检验: out of quarantine into the store, or written off."""
        waiting = [AccountRef("quarantine", store.store_id) for store in self.stores]
        lot, source = self._chosen(pick, *waiting)
        target = AccountRef("store" if passed else "loss", source.store_id)
        named = [self.line(lot, source, target, quantity)]
        self.step(
            lambda key: ledger.inspect_lot(
                lot_id=lot, store_id=source.store_id, quantity=quantity, outcome="passed" if passed else "rejected",
                reason="抽检", client_id=key, **self.who("inspector"),
            ),
            refusal=self.model.refusal_of(named, self.today, self.today, ""),
            lines=named,
        )  # fmt: skip

    @rule(pick=PICK, value=st.sampled_from(["yes", "no", "no", "是"]))
    def freeze(self, pick: int, value: str) -> None:
        """冻结 and back."""
        lot = self._any_lot(pick)
        self.step(
            lambda key: ledger.record_fact(
                lot_id=lot, fact="frozen", value=value, reason="抽检", client_id=key, **self.who("storekeeper")
            ),
            refusal="FACT_INVALID" if value == "是" else "",
            lines=[],
        )

    @rule(pick=PICK, value=st.sampled_from(["yes", "no", "no"]))
    def recall(self, pick: int, value: str) -> None:
        """召回 and its end, as the ledger keeps them: the document and the holders are those of operations."""
        lot = self._any_lot(pick)
        self.step(
            lambda key: mark_recalled(
                book_id=self.world.book.pk, lot_ids=[lot], is_recalled=value == "yes", cause_ref="ZH-1",
                reason="不合格", client_id=key, by=self.world.system, at=self.at,
            ),
            refusal="",
            lines=[],
            is_claimed=False,
        )  # fmt: skip

    @rule(pick=PICK, quantity=ODD)
    def reserve(self, pick: int, quantity: Any) -> None:
        """预留 for the hospital."""
        lot, store = self._chosen(pick, *self.stores)
        self._post("reservation", [PostingLine(lot, store, self._reserved(store), quantity)])

    @rule(pick=PICK, quantity=FEW)
    def release(self, pick: int, quantity: int) -> None:
        """释放 what is reserved."""
        lot, held = self._chosen(pick, *[self._reserved(store) for store in self.stores])
        self._post("release", [PostingLine(lot, held, AccountRef("store", held.store_id), quantity)])

    @rule(pick=PICK, quantity=FEW, back=BACK, reason=st.sampled_from(["漏记", "漏记", ""]), reserved=st.booleans())
    def issue(self, pick: int, quantity: int, back: int, reason: str, *, reserved: bool) -> None:
        """出库, also entered late: of what is free, or of what is reserved."""
        places = [self._reserved(store) if reserved else store for store in self.stores]
        lot, source = self._chosen(pick, *places)
        transit = AccountRef("transit", source.store_id, self.world.hospital.pk)
        self._post("issue", [PostingLine(lot, source, transit, quantity)], back, reason)

    @rule(pick=PICK, quantity=FEW)
    def give_back(self, pick: int, quantity: int) -> None:
        """退回 from the unit into its lot."""
        lot, source = self._chosen(pick, AccountRef("recipient", 0, self.world.hospital.pk))
        self._post("return", [PostingLine(lot, source, self.stores[0], quantity)])

    @precondition(lambda self: self.plain_moves)
    @rule(pick=PICK, part=st.one_of(st.none(), FEW))
    def reverse(self, pick: int, part: int | None) -> None:
        """冲红 of a move, whole or a part of its first line."""
        move = self.plain_moves[pick % len(self.plain_moves)]
        [record] = [record for record in self.model.records if record["id"] == str(move)]
        left, rows = self.model.left_of(record), {row[0]: row for row in record["postings"]}
        wanted = left if part is None else {1: part}
        refusal: Any = ""
        if part is not None and part > left.get(1, 0):
            refusal = "REVERSAL_TOO_LARGE"
        elif not left:
            refusal = "NOTHING_TO_REVERSE"
        else:
            back = [(rows[n][1], rows[n][5], rows[n][4], quantity) for n, quantity in sorted(wanted.items())]
            refusal = GONE if self.model.is_short(back) else ""
        self.step(
            lambda key: ledger.reverse_move(
                move_id=move, reason="记错", lines=None if part is None else {1: part}, client_id=key,
                by=self.world.system, at=self.at,
            ),
            refusal=refusal,
            is_claimed=False,
        )  # fmt: skip

    # --- deliveries

    @rule(quantity=ODD, second=st.booleans(), is_suit=st.sampled_from([False, False, True]))
    def issue_at_once(self, quantity: Any, *, second: bool, is_suit: bool) -> None:
        """先发后补: the lots are chosen by the product, soonest expiry first."""
        world, store = self.world, self.stores[1 if second else 0]
        item = world.suit if is_suit else world.mask
        free = self.model.free(item.code, self.name(store), self.today)
        fits = type(quantity) is int and 1 <= quantity <= free
        delivery = self.step(
            lambda key: dispatch.emergency_issue(
                bureau_id=world.bureau.pk, store_id=store.store_id, organisation_id=world.hospital.pk,
                lines=[(item.pk, quantity)], leader="组长甲", reason="夜间急需", limit_note="仅此一次", client_id=key,
                **self.who("storekeeper"),
            ),
            refusal="" if fits else {"STOCK_SHORT", "QUANTITY_INVALID"},
        )  # fmt: skip
        if delivery is not None:
            assert sum(row[6] for row in self.model.records[-1]["postings"]) == quantity
            self.deliveries.append(delivery)

    @precondition(lambda self: self.deliveries)
    @rule(pick=PICK, short=st.integers(0, 5), damaged=st.integers(0, 5), more=st.sampled_from([0, 0, 0, 1, -1]))
    def confirm(self, pick: int, short: int, damaged: int, more: int) -> None:
        """签收 by the unit, whole, short or damaged; only what was sent, and only once."""
        delivery = self.deliveries[pick % len(self.deliveries)]
        delivery.refresh_from_db()
        rows = list(delivery.lines.order_by("line"))
        said = []
        for row in rows:
            missing, broken = min(short, row.quantity), min(damaged, max(row.quantity - short, 0))
            good = row.quantity - missing - broken + more
            said.append(
                dispatch.ReceiptConfirmation(row.pk, good, missing, broken, "途中" if missing or broken else "")
            )
        refusal: Any = ""
        if delivery.status != "in_transit":
            refusal = "STATE_CONFLICT"
        elif more:
            refusal = {"MORE_THAN_SENT", "RECEIPT_INCOMPLETE", "QUANTITY_INVALID"}
        self.step(
            lambda key: dispatch.confirm_delivery(
                delivery_id=delivery.pk, lines=said, signed_name="示例收货人", client_id=key, at=self.at,
                by=self.world.requester(self.world.hospital),
            ),
            refusal=refusal,
        )  # fmt: skip

    @precondition(lambda self: self.deliveries)
    @rule(pick=PICK, outcome=st.sampled_from(["returned", "quarantine", "lost", "gone"]))
    def settle(self, pick: int, outcome: str) -> None:
        """差异处理 of what was short or damaged."""
        delivery = self.deliveries[pick % len(self.deliveries)]
        delivery.refresh_from_db()
        open_rows = [row for row in delivery.lines.all() if row.quantity_short or row.quantity_damaged]
        refusal: Any = ""
        if delivery.status != "signed":
            refusal = "STATE_CONFLICT"
        elif not open_rows:
            refusal = {"NO_DIFFERENCE", "STATE_CONFLICT"}
        elif outcome == "gone":
            refusal = "OUTCOME_INVALID"
        given = [dispatch.SettledDifference(row.pk, outcome) for row in open_rows]
        self.step(
            lambda key: dispatch.settle_difference(
                delivery_id=delivery.pk, lines=given, reason="途中破损", client_id=key, **self.who("storekeeper")
            ),
            refusal=refusal,
        )
