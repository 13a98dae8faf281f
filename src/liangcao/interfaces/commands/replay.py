"""`liangcao replay FOLDER`: stock cards of the OpenLMIS shape, posted through the ledger; prints the balances."""

from __future__ import annotations

import argparse
import hashlib
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, UUID, uuid5

from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.commands import database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.stock_cards import StockCards, StockLine, read_stock_cards
from liangcao.interfaces.commands.words import in_words

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor
    from liangcao.ledger.entries import NewLot, PostingLine

LOADER = "卡片重放"
# What the lines of one card become, in the order in which a day's moves are posted.
STEPS = ("receipt", "count", "issue")
Row = tuple[str, date, int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        help=in_words(
            "含 stock_cards.csv 和 stock_card_line_items.csv 的文件夹",
            "a folder with stock_cards.csv and stock_card_line_items.csv",
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Read the whole folder first; then post it in one transaction, or nothing; then print what the ledger holds."""
    cards = read_stock_cards(args.folder)
    database.start()
    database.migrate()
    rows = replay(cards)
    if args.json:
        for card, day, held in rows:
            print_json({"stockcardid": card, "occurreddate": day.isoformat(), "stockonhand": held})
    else:
        counted = len({card for card, _, _ in rows})
        print(
            in_words(
                f"已重放 {counted:,} 张卡片、{len(cards.lines):,} 行,得出 {len(rows):,} 个结存",
                f"Replayed {counted:,} cards and {len(cards.lines):,} lines: {len(rows):,} balances",
            )
        )
    return 0


def replay(cards: StockCards) -> list[Row]:
    """(card, day, balance at the end of that day) for each card and day with a line, in this order.

    The folder gets a book of its own, named by its content: the same folder again changes nothing and says the same.
    """
    from django.db import transaction

    from liangcao.foundation.identity.actor import Actor
    from liangcao.ledger.holdings import running_balances

    if not cards.lines:
        return []
    with transaction.atomic():
        bureau_id, is_new = _book_for(cards)
        by = Actor.system(LOADER, bureau_id)
        if is_new:
            _Replay(cards, bureau_id, by).post()
        held = running_balances(by, bureau_id)
    changes: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for card, day, total in held:
        changes[card].append((day, total))
    return list(_balances(cards, changes))


def _balances(cards: StockCards, changes: dict[str, list[tuple[date, int]]]) -> Iterator[Row]:
    """The balance of each day that has a line: that of the last day up to it on which the card moved."""
    for card, days in sorted(cards.days().items()):
        moved = deque(sorted(changes.get(card, [])))
        held = 0
        for day in sorted(days):
            while moved and moved[0][0] <= day:
                held = moved.popleft()[1]
            yield card, day, held


def _book_for(cards: StockCards) -> tuple[int, bool]:
    """The bureau of this folder's book, and whether it was made now."""
    from liangcao.foundation.identity.actor import Actor
    from liangcao.interfaces.commands.shipped import rows
    from liangcao.ledger.actions import open_book
    from liangcao.reference.parties import actions as parties
    from liangcao.reference.parties import queries

    code = f"HF-{cards.digest[:12]}"
    everywhere = Actor.system(LOADER, 0)
    found = queries.bureaus(everywhere).filter(code=code).first()
    if found is not None:
        return found.pk, False
    first = next(rows("liangcao.reference.parties", "data", "regions.csv"))
    parties.load_regions([{**first, "is_official": first["is_official"] == "1"}])
    at = moment_of(cards.lines[0].occurred_on)
    bureau = parties.add_bureau(
        code=code,
        name=f"重放 {cards.digest[:12]}",
        name_en=f"Replay {cards.digest[:12]}",
        region=queries.regions(everywhere).get(code=first["code"]),
        by_name=LOADER,
        at=at,
    )
    open_book(bureau_id=bureau.pk, by=Actor.system(LOADER, bureau.pk), at=at)
    return bureau.pk, True


def moment_of(day: date) -> datetime:
    """When the lines of a day are posted: at its noon, so that the card's date is the ledger's."""
    from liangcao.foundation.kernel.clock import LOCAL

    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


@dataclass
class _Held:
    """The lots of one card that still hold something, oldest first, as they will be when the day is posted."""

    lots: deque[list[Any]] = field(default_factory=deque)
    total: int = 0

    def take(self, quantity: int) -> Iterator[tuple[UUID, int]]:
        """First in, first out."""
        self.total -= quantity
        while quantity:
            first = self.lots[0]
            part = min(quantity, first[1])
            first[1] -= part
            quantity -= part
            yield first[0], part
            if not first[1]:
                self.lots.popleft()

    def add(self, lot_id: UUID, quantity: int) -> None:
        """A lot of its own for what came in together."""
        self.lots.append([lot_id, quantity])
        self.total += quantity


@dataclass
class _Draft:
    """A move in the making."""

    lines: list[PostingLine] = field(default_factory=list)
    lots: list[NewLot] = field(default_factory=list)


class _Replay:
    """Posts all lines: a day's receipts, counts and issues are a move each, as long as no card needs another order."""

    def __init__(self, cards: StockCards, bureau_id: int, by: Actor) -> None:
        from liangcao.ledger.queries import book_of
        from liangcao.reference.parties.actions import own_organisation

        self.cards, self.by = cards, by
        self.at = moment_of(cards.lines[0].occurred_on)
        self.book_id = book_of(by, bureau_id).pk
        self.party_id = own_organisation(bureau_id=bureau_id, by=by, at=self.at).pk
        self.stores = self._stores(bureau_id)
        self.items = self._items()
        self.held: dict[str, _Held] = defaultdict(_Held)
        self.moves = 0

    def post(self) -> None:
        """Day by day, in the order of the lines."""
        for day, found in groupby(self.cards.lines, key=lambda line: line.occurred_on):
            for step, lines in _layers(list(found)):
                self._post_step(day, step, lines)

    def _post_step(self, day: date, step: str, lines: Sequence[StockLine]) -> None:
        from liangcao.ledger.actions import post_move

        draft = _Draft()
        for line in lines:
            self._add(draft, line)
        if not draft.lines:
            return
        self.moves += 1
        post_move(
            book_id=self.book_id,
            kind=step,
            business_date=day,
            lines=draft.lines,
            new_lots=draft.lots,
            cause_kind="replay",
            cause_ref=self.cards.digest[:12],
            by=self.by,
            at=moment_of(day),
            client_id=self._id(f"move{self.moves}"),
        )

    def _add(self, draft: _Draft, line: StockLine) -> None:
        """What a line does to its card. A count posts its variance; nothing to move posts nothing."""
        held = self.held[line.card]
        change = line.quantity - held.total if line.is_count else line.change
        if change > 0:
            self._come_in(draft, line, change)
        elif change < 0:
            if -change > held.total:
                raise CardShort(line, held.total)
            self._go_out(draft, line, -change)

    def _come_in(self, draft: _Draft, line: StockLine, quantity: int) -> None:
        from liangcao.ledger.entries import AccountRef, NewLot, PostingLine

        card = self.cards.cards[line.card]
        lot = NewLot(
            id=self._id(f"lot{line.row}"),
            item_id=self.items[card.item],
            source_kind="found" if line.is_count else "allotment",
            source_ref=line.card,
            maker_lot=card.lot,
            no_lot_reason="" if card.lot else "卡片未记批号",
        )
        draft.lots.append(lot)
        store = AccountRef("store", self.stores[card.store])
        draft.lines.append(PostingLine(lot.id, AccountRef("outside", party_id=self.party_id), store, quantity))
        self.held[line.card].add(lot.id, quantity)

    def _go_out(self, draft: _Draft, line: StockLine, quantity: int) -> None:
        """A shortage and what was damaged, lost or expired goes to loss; the rest is issued and signed for."""
        from liangcao.ledger.entries import AccountRef, PostingLine

        store_id = self.stores[self.cards.cards[line.card].store]
        ways = ["loss"] if line.is_count or line.is_loss else ["transit", "recipient"]
        places = {
            "store": AccountRef("store", store_id),
            "loss": AccountRef("loss", store_id),
            "transit": AccountRef("transit", store_id, self.party_id),
            "recipient": AccountRef("recipient", party_id=self.party_id),
        }
        for lot_id, part in self.held[line.card].take(quantity):
            for source, target in zip(["store", *ways], ways, strict=False):
                draft.lines.append(PostingLine(lot_id, places[source], places[target], part))

    def _stores(self, bureau_id: int) -> dict[str, int]:
        from liangcao.reference.parties.actions import add_store

        made = {}
        for number, name in enumerate(sorted({card.store for card in self.cards.cards.values()}), start=1):
            store = add_store(
                bureau_id=bureau_id, code=f"C{number:03}", name=f"仓库 {name[:50]}", by=self.by, at=self.at
            )
            made[name] = store.pk
        return made

    def _items(self) -> dict[str, int]:
        from liangcao.reference.catalog import actions, queries

        wanted = {card.item: f"HF-{_short(card.item)}" for card in self.cards.cards.values()}
        known = dict(queries.items(self.by).filter(code__in=wanted.values()).values_list("code", "pk"))
        if len(known) < len(wanted):
            category = actions.add_category(
                code="replayed", name="重放的物资", name_en="Replayed goods", by=self.by, at=self.at
            )
        for name, code in sorted(wanted.items()):
            if code not in known:
                item = actions.add_item(
                    code=code, name=f"重放物资 {name[:40]} {code[3:]}", name_en=f"Replayed {name[:40]}",
                    base_unit="件", base_unit_en="piece", category=category, by=self.by, at=self.at,
                )  # fmt: skip
                known[code] = item.pk
        return {name: known[code] for name, code in wanted.items()}

    def _id(self, name: str) -> UUID:
        return uuid5(NAMESPACE_OID, f"liangcao replay {self.cards.digest} {name}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _layers(lines: Sequence[StockLine]) -> list[tuple[str, list[StockLine]]]:
    """The lines of a day as few moves: each line goes into the first move of its kind that is not before the last line
    of its card."""
    layers: dict[int, list[StockLine]] = defaultdict(list)
    last: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.quantity == 0 and not line.is_count:
            continue
        place = STEPS.index(line.step)
        place += -(-max(last[line.card] - place, 0) // len(STEPS)) * len(STEPS)
        last[line.card] = place
        layers[place].append(line)
    return [(STEPS[place % len(STEPS)], found) for place, found in sorted(layers.items())]


class CardShort(Conflict):
    """A card would go below zero."""

    def __init__(self, line: StockLine, held: int) -> None:
        super().__init__(
            "CARD_SHORT",
            f"stock_card_line_items.csv 第 {line.row} 行:卡片 {line.card} 在 {line.occurred_on} 只有 {held:,},"
            f"不能出 {line.quantity:,}",
            f"stock_card_line_items.csv row {line.row}: card {line.card} holds {held:,} on {line.occurred_on}, "
            f"{line.quantity:,} cannot go out",
            row=line.row,
        )
