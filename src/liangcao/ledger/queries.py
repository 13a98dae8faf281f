"""Reads of the ledger. Everybody above reads through here; rows come as querysets or frozen values, always in scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.entries import PostedMove
from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.models import Balance, Book, DayTotal, Lot, LotFact, Move, Posting, StockAccount
from liangcao.ledger.posting import posted
from liangcao.ledger.refusals import LotNotFound, MoveNotFound
from liangcao.ledger.state import Fact, latest_facts

# As many lots as are looked up at once with ease.
FEW_LOTS = 500
HELD_KINDS = (AccountKind.RECEIVING, AccountKind.STORE, AccountKind.QUARANTINE, AccountKind.RESERVED)


def book_of(actor: Actor, bureau_id: int) -> Book:
    """The book of a bureau in scope. Raises NotFound."""
    found = Book.objects.visible_to(actor).filter(bureau_id=bureau_id).first()
    if found is None:
        raise NotFound("本局还没有台账,请先建账", "The bureau has no book yet; open one first", field="book")
    return found


def bureaus_with_a_book() -> list[int]:
    """The bureaus whose books the program proves, each by itself."""
    return list(Book.objects.order_by("bureau_id").values_list("bureau_id", flat=True))


def book_id_of(actor: Actor, bureau_id: int) -> int:
    """The id of a bureau's book, 0 where none is in scope.

    Long readings ask for rows by this number: behind the join from book to bureau the database does not see that an
    index has them in the order of the page, and sorts the whole book.
    """
    return Book.objects.visible_to(actor).filter(bureau_id=bureau_id).values_list("pk", flat=True).first() or 0


def books(actor: Actor) -> QuerySet[Book]:
    """All books in scope with their bureaus."""
    return Book.objects.visible_to(actor).select_related("bureau")


@dataclass(frozen=True)
class FreeStock:
    """A free quantity: one lot in one store, not reserved, not expired, not frozen."""

    item_id: int
    store_id: int
    lot_id: UUID
    lot_code: str
    expires_on: date | None
    earmark_party_id: int | None
    quantity: int


def free_stock(
    actor: Actor, bureau_id: int, *, on: date, item_ids: Iterable[int] | None = None, store_id: int | None = None
) -> list[FreeStock]:
    """What can be planned or issued on a day, by item, then FEFO: soonest expiry first, then oldest arrival, then lot
    code."""
    rows = Balance.objects.visible_to(actor).filter(book__bureau_id=bureau_id, kind=AccountKind.STORE, quantity__gt=0)
    if item_ids is not None:
        rows = rows.filter(item_id__in=set(item_ids))
    if store_id is not None:
        rows = rows.filter(account__store_id=store_id)
    # As bare values: a book of many stores has ten thousand of them.
    told = ("item_id", "account__store_id", "lot_id", "lot__code", "lot__expires_on", "quantity", "lot__arrived_on")
    held = list(rows.values_list(*told))
    facts = latest_facts([row[2] for row in held])
    usable = []
    for item, store, lot, code, expires, quantity, arrived in held:
        known = facts.get(lot, {})
        corrected, earmark = known.get("expires_on"), known.get("earmark")
        expires_on = date.fromisoformat(corrected.value) if corrected and corrected.value else expires
        if _is_stopped(known) or (expires_on is not None and expires_on < on):
            continue
        party = int(earmark.value) if earmark and earmark.value else None
        usable.append((arrived, FreeStock(item, store, lot, code, expires_on, party, quantity)))
    usable.sort(key=lambda r: (r[1].item_id, r[1].expires_on or date.max, r[0], r[1].lot_code, r[1].store_id))
    return [row for _, row in usable]


def _is_stopped(facts: dict[str, Fact]) -> bool:
    return any(facts[name].value == "yes" for name in ("frozen", "recalled") if name in facts)


@dataclass(frozen=True)
class ItemStock:
    """Where the pieces of one item are now, in base units."""

    item_id: int
    store: int
    reserved: int
    quarantine: int
    receiving: int
    transit: int
    expiring: int

    @property
    def on_hand(self) -> int:
        """Everything that lies in our stores, reserved and in quarantine included."""
        return self.store + self.reserved + self.quarantine + self.receiving


def stock_by_item(
    actor: Actor, bureau_id: int, *, on: date, store_id: int | None = None, item_ids: Iterable[int] | None = None
) -> dict[int, ItemStock]:
    """item → where its pieces are. `expiring` counts what lies in store and ends within 30 days of `on`."""
    rows = _balances(actor, bureau_id, store_id, item_ids).filter(kind__in=[*HELD_KINDS, AccountKind.TRANSIT])
    sums: dict[int, dict[str, int]] = {}
    for item_id, kind, total in rows.values_list("item_id", "kind").annotate(Sum("quantity")):
        sums.setdefault(item_id, {})[kind] = total
    expiring = _expiring(actor, rows.filter(kind__in=HELD_KINDS), until=on + timedelta(days=30))
    return {
        item_id: ItemStock(
            item_id,
            store=held.get("store", 0),
            reserved=held.get("reserved", 0),
            quarantine=held.get("quarantine", 0),
            receiving=held.get("receiving", 0),
            transit=held.get("transit", 0),
            expiring=expiring.get(item_id, 0),
        )
        for item_id, held in sums.items()
    }


def _expiring(actor: Actor, held: QuerySet[Balance], *, until: date) -> dict[int, int]:
    """item → pieces that end by a day. A corrected date counts instead of the lot's own."""
    corrected: dict[UUID, str] = {}
    facts = LotFact.objects.visible_to(actor).filter(fact="expires_on").order_by("id")
    corrected.update(facts.values_list("lot_id", "value"))
    sums: dict[int, int] = dict(
        held.filter(lot__expires_on__lte=until)
        .exclude(lot_id__in=corrected)
        .values_list("item_id")
        .annotate(Sum("quantity"))
    )
    soon = [lot_id for lot_id, value in corrected.items() if value and value <= until.isoformat()]
    for item_id, quantity in held.filter(lot_id__in=soon).values_list("item_id", "quantity"):
        sums[item_id] = sums.get(item_id, 0) + quantity
    return sums


def _balances(actor: Actor, bureau_id: int, store_id: int | None, item_ids: Iterable[int] | None) -> QuerySet[Balance]:
    rows = Balance.objects.visible_to(actor).filter(book__bureau_id=bureau_id).exclude(quantity=0)
    if store_id is not None:
        rows = rows.filter(account__store_id=store_id)
    return rows if item_ids is None else rows.filter(item_id__in=set(item_ids))


def balances(
    actor: Actor,
    bureau_id: int,
    *,
    kinds: Iterable[str] = (),
    item_id: int | None = None,
    lot_id: UUID | None = None,
    store_id: int | None = None,
    party_id: int | None = None,
) -> QuerySet[Balance]:
    """Balances that are not 0, with account, lot and item; no order is set."""
    rows = _balances(actor, bureau_id, store_id, None if item_id is None else [item_id])
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if lot_id is not None:
        rows = rows.filter(lot_id=lot_id)
    if party_id is not None:
        rows = rows.filter(account__party_id=party_id)
    return rows.select_related("account__store", "account__party", "lot", "item")


def held_for_parties(
    actor: Actor, bureau_id: int, *, item_ids: Iterable[int] | None = None
) -> dict[tuple[int, int], int]:
    """(party, item) → what is reserved for or on its way to the party: it counts as stock of the party in a plan."""
    rows = _balances(actor, bureau_id, None, item_ids).filter(kind__in=[AccountKind.RESERVED, AccountKind.TRANSIT])
    grouped = rows.values_list("account__party_id", "item_id").annotate(Sum("quantity"))
    return {(party_id, item_id): total for party_id, item_id, total in grouped}


def lots(actor: Actor, bureau_id: int, *, item_id: int | None = None, search: str = "") -> QuerySet[Lot]:
    """Lots in scope with their items; no order is set."""
    rows = Lot.objects.visible_to(actor).filter(book__bureau_id=bureau_id).select_related("item", "move")
    if item_id is not None:
        rows = rows.filter(item_id=item_id)
    if search:
        rows = rows.filter(Q(code__icontains=search) | Q(maker_lot__icontains=search) | Q(source_ref__icontains=search))
    return rows


def lot(actor: Actor, lot_id: UUID) -> Lot:
    """One lot in scope with its item and book. Raises LotNotFound."""
    found = Lot.objects.visible_to(actor).select_related("item", "book", "move").filter(pk=lot_id).first()
    if found is None:
        raise LotNotFound(str(lot_id))
    return found


def facts_of(actor: Actor, lot_id: UUID) -> QuerySet[LotFact]:
    """The facts of a lot, oldest first, with the moves that recorded them."""
    return LotFact.objects.visible_to(actor).filter(lot_id=lot_id).select_related("move").order_by("id")


def known_of(actor: Actor, lot_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """lot → the latest value of each fact that was recorded of it."""
    known: dict[UUID, dict[str, str]] = {}
    facts = LotFact.objects.visible_to(actor).filter(lot_id__in=set(lot_ids)).order_by("id")
    for lot_id, fact, value in facts.values_list("lot_id", "fact", "value"):
        known.setdefault(lot_id, {})[fact] = value
    return known


def moves(
    actor: Actor,
    bureau_id: int,
    *,
    kind: str = "",
    from_: date | None = None,
    to: date | None = None,
    cause_kind: str = "",
    cause_ref: str = "",
) -> QuerySet[Move]:
    """Moves of a book, newest first (page by seq)."""
    rows = Move.objects.visible_to(actor).filter(book_id=book_id_of(actor, bureau_id))
    wanted = {
        "kind": kind,
        "business_date__gte": from_,
        "business_date__lte": to,
        "cause_kind": cause_kind,
        "cause_ref": cause_ref,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value}).order_by("-seq")


def move(actor: Actor, move_id: UUID) -> Move:
    """One move in scope with its book. Raises MoveNotFound."""
    found = Move.objects.visible_to(actor).select_related("book", "reverses").filter(pk=move_id).first()
    if found is None:
        raise MoveNotFound(str(move_id))
    return found


def move_by_number(actor: Actor, bureau_id: int, number: str) -> Move | None:
    """The move with this number in a bureau's book, or None."""
    return Move.objects.visible_to(actor).filter(book__bureau_id=bureau_id, number=number).first()


def posted_by_key(actor: Actor, key: UUID) -> PostedMove:
    """What became of a client-made id. Raises MoveNotFound."""
    return posted(move(actor, key))


def postings(
    actor: Actor,
    bureau_id: int,
    *,
    move_id: UUID | None = None,
    lot_id: UUID | None = None,
    item_id: int | None = None,
    store_id: int | None = None,
    party_id: int | None = None,
    from_: date | None = None,
    to: date | None = None,
) -> QuerySet[Posting]:
    """Postings with move, lot, item and both accounts; newest move first, lines in order."""
    book = book_id_of(actor, bureau_id)
    rows: QuerySet[Posting] = Posting.objects.visible_to(actor).filter(book_id=book)
    wanted = {
        # Of one document or lot there are few; all others are read along the book.
        "move__book_id": book if move_id is None and lot_id is None else None,
        "move_id": move_id,
        "lot_id": lot_id,
        "lot__item_id": item_id,
        "move__business_date__gte": from_,
        "move__business_date__lte": to,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if store_id is not None:
        rows = through_store(actor, bureau_id, rows, store__pk=store_id)
    if party_id is not None:
        rows = rows.filter(Q(source__party_id=party_id) | Q(target__party_id=party_id))
    related = rows.select_related(
        "move", "lot__item", "source__store", "source__party", "target__store", "target__party"
    )
    return related.order_by("-move__seq", "line")


def through_store(actor: Actor, bureau_id: int, rows: QuerySet[Posting], **store: Any) -> QuerySet[Posting]:
    """The postings of `rows` into or out of a store (`store__pk` or `store__code`).

    The newest of a busy store are near the end of the book. Those of a quiet one may be anywhere in it, and are found
    by the few lots that ever lay there.
    """
    accounts = StockAccount.objects.visible_to(actor).filter(book__bureau_id=bureau_id, **store)
    lots = list(
        Balance.objects.visible_to(actor).filter(account__in=accounts).values_list("lot_id", flat=True)[: FEW_LOTS + 1]
    )
    if len(lots) <= FEW_LOTS:
        rows = rows.filter(lot_id__in=set(lots))
    return rows.filter(Q(source__in=accounts) | Q(target__in=accounts))


def flow_totals(
    actor: Actor, bureau_id: int, *, from_: date | None = None, to: date | None = None, store_id: int | None = None
) -> dict[tuple[str, int], int]:
    """(flow, item) → signed quantity over business dates `from_` to `to`, both included. From the day totals."""
    rows = DayTotal.objects.visible_to(actor).filter(book__bureau_id=bureau_id)
    wanted = {"business_date__gte": from_, "business_date__lte": to, "store_id": store_id}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return {(flow, item): total for flow, item, total in rows.values_list("flow", "item_id").annotate(Sum("quantity"))}


def flow_days(actor: Actor, bureau_id: int, *, flow: str, item_id: int | None = None) -> dict[date, int]:
    """business date → quantity of one flow, for a line of days."""
    rows = DayTotal.objects.visible_to(actor).filter(book__bureau_id=bureau_id, flow=flow)
    if item_id is not None:
        rows = rows.filter(item_id=item_id)
    return dict(rows.values_list("business_date").annotate(Sum("quantity")).order_by("business_date"))


def received_by_source(actor: Actor, bureau_id: int, source_refs: Iterable[str]) -> dict[str, int]:
    """source_ref → pieces that came in from it and were not reversed or sent back."""
    rows = Balance.objects.visible_to(actor).filter(
        book__bureau_id=bureau_id, kind=AccountKind.OUTSIDE, lot__source_ref__in=set(source_refs)
    )
    return {ref: -total for ref, total in rows.values_list("lot__source_ref").annotate(Sum("quantity"))}


def received_lots(actor: Actor, bureau_id: int, lot_ids: Iterable[UUID]) -> dict[UUID, int]:
    """lot → pieces that came in with it and were not reversed or sent back."""
    rows = Balance.objects.visible_to(actor).filter(
        book__bureau_id=bureau_id, kind=AccountKind.OUTSIDE, lot_id__in=set(lot_ids)
    )
    return {lot_id: -total for lot_id, total in rows.values_list("lot_id").annotate(Sum("quantity"))}


def last_recorded_at(actor: Actor, bureau_id: int) -> datetime | None:
    """When the book was last written."""
    return (
        Book.objects.visible_to(actor).filter(bureau_id=bureau_id).values_list("head__recorded_at", flat=True).first()
    )


def idle_lots(actor: Actor, bureau_id: int, *, since: date) -> QuerySet[Balance]:
    """What lies in store and has not moved since before `since` (不积压), longest first."""
    return balances(actor, bureau_id, kinds=[AccountKind.STORE]).filter(moved_on__lt=since).order_by("moved_on")
