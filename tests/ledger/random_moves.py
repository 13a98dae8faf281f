"""Moves of every kind at random, as they may happen in a bureau: only what is there is moved."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID, uuid4

from liangcao.foundation.kernel.errors import Refusal
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, NewLot, PostedMove, PostingLine
from liangcao.ledger.models import Balance
from tests.factories.world import NOON, TODAY, World

DAYS = 6
FIRST = TODAY - timedelta(days=DAYS - 1)


class Hazard:
    """A seeded source of moves."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.items = [world.mask, world.n95, world.alcohol]
        self.done: list[PostedMove] = []

    def play(self, count: int) -> None:
        """So many moves, spread over the days; now and then a late entry or a reversal."""
        for number in range(count):
            day = FIRST + timedelta(days=number * DAYS // count)
            roll = self.dice.random()
            if roll < 0.3:
                self._come_in(day)
            elif roll < 0.37 and day > FIRST:
                self._come_in(day, late=1)
            elif roll < 0.47 and self.done:
                self._reverse(day)
            else:
                self._move_on(day)

    def _post(self, kind: str, line: PostingLine, day: date, late: int = 0, lots: tuple[NewLot, ...] = ()) -> None:
        at = NOON + (day - TODAY)
        reason = "昨天漏记" if late else ""
        self.done.append(
            self.world.post(
                kind, line, at=at, business_date=day - timedelta(days=late), late_reason=reason, new_lots=lots
            )
        )

    def _come_in(self, day: date, late: int = 0) -> None:
        world, lot = self.world, uuid4()
        store = self.dice.choice([world.store, world.second_store])
        where = self.dice.choice(
            [
                AccountRef("store", store.pk),
                AccountRef("quarantine", store.pk),
                AccountRef("recipient", 0, world.town.pk),
            ]
        )
        source = self.dice.choice(["gift", "purchase", "opening"])
        new = NewLot(lot, self.dice.choice(self.items).pk, source, f"JZ-{lot.hex[:6]}#1", no_lot_reason="散装")
        line = PostingLine(lot, world.outside(world.donor), where, self.dice.randint(1, 900))
        self._post("direct" if where.kind == "recipient" else "receipt", line, day, late, (new,))

    def _reverse(self, day: date) -> None:
        try:
            made = ledger.reverse_move(
                move_id=self.dice.choice(self.done).id, reason="多记", by=self.world.system,
                at=NOON + (day - TODAY), client_id=uuid4(),
            )  # fmt: skip
        except Refusal:
            return  # Moved on, reversed before, or itself a reversal: nothing happened.
        self.done.append(made)

    def _move_on(self, day: date) -> None:
        held = list(Balance.objects.filter(quantity__gt=0).exclude(kind__in=["loss", "consumed"]).order_by("pk"))
        if not held:
            return
        row = self.dice.choice(held)
        account = row.account
        source = AccountRef(account.kind, account.store_id, account.party_id)
        kind, target = self.dice.choice(self._ways(source))
        line = PostingLine(UUID(str(row.lot_id)), source, target, self.dice.randint(1, row.quantity))
        self._post(kind, line, day)

    def _ways(self, source: AccountRef) -> list[tuple[str, AccountRef]]:
        world, store, party = self.world, source.store_id, source.party_id or self.world.hospital.pk
        other = (world.second_store if store == world.store.pk else world.store).pk
        transit, loss = AccountRef("transit", store, party), AccountRef("loss", store)
        return {
            "store": [
                ("issue", transit), ("reservation", AccountRef("reserved", store, party)), ("loss", loss),
                ("transfer", AccountRef("store", other)), ("inspection", AccountRef("quarantine", store)),
                ("return", world.outside(world.donor)),
            ],
            "reserved": [("issue", transit), ("release", AccountRef("store", store))],
            "quarantine": [("inspection", AccountRef("store", store)), ("loss", loss)],
            "transit": [
                ("delivery", AccountRef("recipient", 0, party)), ("settlement", AccountRef("store", store)),
                ("settlement", loss),
            ],
            "recipient": [
                ("return", AccountRef("store", world.store.pk)), ("issue", AccountRef("consumed", 0, party)),
            ],
        }[source.kind]  # fmt: skip
