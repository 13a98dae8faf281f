"""The rows behind registers and figures: holdings at the end of a day, and entries as they count in a flow.

Everything here can be asked as the book knew it: `seq` leaves out what the chain took in later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum

from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.entries import NONE_ID
from liangcao.ledger.kinds import IN_FLOWS, AccountKind, counts_backwards, flows_of
from liangcao.ledger.models import Balance, DayChange, LotFact, Posting, StockAccount
from liangcao.ledger.queries import book_id_of

HELD = frozenset({AccountKind.RECEIVING, AccountKind.STORE, AccountKind.QUARANTINE, AccountKind.RESERVED})


@dataclass(frozen=True)
class Holding:
    """Pieces of one item in the accounts of one kind, store and party at the end of a day; of one lot when asked so."""

    item_id: int
    kind: str
    store_id: int
    party_id: int
    lot_id: UUID | None
    quantity: int


def holdings_at(
    actor: Actor,
    bureau_id: int,
    *,
    day: date,
    kinds: Iterable[str],
    store_id: int | None = None,
    party_id: int | None = None,
    by_lot: bool = False,
    seq: int | None = None,
) -> list[Holding]:
    """What accounts of these kinds held at 24:00 of `day`, by business date, less what was recorded after `seq`.

    Parties are told apart only with `party_id` or `by_lot`; such a reading goes from the balances of now back through
    every posting since. Any other adds up the changes of the days and takes as long in a large book as in a small one.
    """
    wanted = _Wanted(actor, bureau_id, list(kinds), store_id, party_id, by_lot)
    postings = Posting.objects.visible_to(actor).filter(book__bureau_id=bureau_id)
    if by_lot or party_id is not None:
        held = _held_now(wanted)
        _take_back(held, postings.filter(move__business_date__gt=day), wanted)
    else:
        held = _held_by_changes(wanted, day)
    if seq is not None:
        _take_back(held, postings.filter(move__seq__gt=seq, move__business_date__lte=day), wanted)
    return [
        Holding(*key, quantity)
        for key, quantity in sorted(held.items(), key=lambda kv: tuple(map(str, kv[0])))
        if quantity
    ]


@dataclass(frozen=True)
class _Wanted:
    """Which accounts count, for whom, and whether parties and lots are told apart."""

    actor: Actor
    bureau_id: int
    kinds: list[str]
    store_id: int | None
    party_id: int | None
    by_lot: bool

    @property
    def by_party(self) -> bool:
        """Whether the rows name the party."""
        return self.by_lot or self.party_id is not None

    def accounts(self, rows: QuerySet[Any], side: str) -> QuerySet[Any]:
        """The rows whose account on this side counts."""
        rows = rows.filter(**{f"{side}__kind__in": self.kinds})
        if self.store_id is not None:
            rows = rows.filter(**{f"{side}__store_id": self.store_id})
        if self.party_id is not None:
            rows = rows.filter(**{f"{side}__party_id": self.party_id})
        if self.actor.narrowed_grants:
            # A posting is seen when one of its sides is; the other side may be a store that is not.
            rows = rows.filter(**{f"{side}__in": StockAccount.objects.visible_to(self.actor)})
        return rows


_Held = dict[tuple[int, str, int, int, UUID | None], int]


def _held_by_changes(wanted: _Wanted, day: date) -> _Held:
    rows = DayChange.objects.visible_to(wanted.actor).filter(
        book__bureau_id=wanted.bureau_id, kind__in=wanted.kinds, business_date__lte=day
    )
    if wanted.store_id is not None:
        rows = rows.filter(store_id=wanted.store_id)
    summed = rows.values_list("item_id", "kind", "store_id").annotate(total=Sum("quantity")).order_by()
    return defaultdict(int, {(item, kind, store, NONE_ID, None): total for item, kind, store, total in summed})


def _held_now(wanted: _Wanted) -> _Held:
    held: _Held = defaultdict(int)
    now = Balance.objects.visible_to(wanted.actor).filter(book__bureau_id=wanted.bureau_id, kind__in=wanted.kinds)
    _fold(held, now.exclude(quantity=0), "account", "item_id", wanted, sign=1)
    return held


def _take_back(held: _Held, moved: QuerySet[Posting], wanted: _Wanted) -> None:
    """As if these postings had not been."""
    _fold(held, moved, "target", "lot__item_id", wanted, sign=-1)
    _fold(held, moved, "source", "lot__item_id", wanted, sign=1)


def _fold(held: _Held, rows: QuerySet[Any], side: str, item: str, wanted: _Wanted, *, sign: int) -> None:
    party = [f"{side}__party_id"] if wanted.by_party else []
    lot = ["lot_id"] if wanted.by_lot else []
    names = [item, f"{side}__kind", f"{side}__store_id", *party, *lot]
    for item_id, kind, store, *rest in (
        wanted.accounts(rows, side).values_list(*names).annotate(total=Sum("quantity")).order_by()
    ):
        key = item_id, kind, store, rest[0] if party else NONE_ID, rest[1] if lot else None
        held[key] += sign * rest[-1]


Account = tuple[str, int, int]  # kind, store, party
Place = tuple[date, int, int]  # business date, seq, line: the order of the book's registers


@dataclass(frozen=True)
class FlowEntry:
    """One posting as it counts in one flow; `quantity` is below zero for a reversal. `store_id` and `party_id` are the
    store it counts for and the unit on the other side (0 = none). `reverses` is the number of the reversed document."""

    flow: str
    move_id: UUID
    number: str
    move_kind: str
    seq: int
    line: int
    business_date: date
    recorded_at: datetime
    actor_name: str
    cause_kind: str
    cause_ref: str
    reason: str
    late_reason: str
    reverses: str
    lot_id: UUID
    lot_code: str
    maker_lot: str
    expires_on: date | None
    source_kind: str
    source_ref: str
    item_id: int
    source: Account
    target: Account
    store_id: int
    party_id: int
    quantity: int

    @property
    def place(self) -> Place:
        """Where it stands in the order of registers."""
        return self.business_date, self.seq, self.line


@dataclass(frozen=True)
class FlowSum:
    """Postings between two accounts as they count in one flow, added up. A store or party that nobody asked for is
    0."""

    flow: str
    item_id: int
    source: Account
    target: Account
    quantity: int
    rows: int


@dataclass(frozen=True)
class Cut:
    """Which postings count: of an item, a store, a party, a period, and as the chain stood at `seq`."""

    item_id: int | None = None
    store_id: int | None = None
    party_id: int | None = None
    from_: date | None = None
    to: date | None = None
    seq: int | None = None

    def postings(self, actor: Actor, bureau_id: int) -> QuerySet[Posting]:
        """The postings in scope that may count; store and party are looked at when it is known which side counts."""
        book = book_id_of(actor, bureau_id)
        wanted = {
            "book_id": book,
            "move__book_id": book,
            "lot__item_id": self.item_id,
            "move__business_date__gte": self.from_,
            "move__business_date__lte": self.to,
            "move__seq__lte": self.seq,
        }
        rows = Posting.objects.visible_to(actor)
        if self.party_id is not None:
            rows = rows.filter(Q(source__party_id=self.party_id) | Q(target__party_id=self.party_id))
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})

    def sides(
        self, chosen: set[str], source: Account, target: Account, lot_source_kind: str, *, is_reversal: bool
    ) -> Iterator[tuple[str, int, int, int]]:
        """(flow, sign, store, party) for each chosen flow in which a posting between two accounts counts."""
        first, second, sign = source, target, 1
        if counts_backwards(source[0], target[0], is_reversal=is_reversal):
            first, second, sign = target, source, -1
        for flow, side in flows_of(first[0], second[0], lot_source_kind):
            counted, other = (first, second) if side == 0 else (second, first)
            party = other[2] if other[2] != NONE_ID else counted[2]
            if (
                (not chosen or flow in chosen)
                and self.store_id in (None, counted[1])
                and self.party_id in (None, party)
            ):
                yield flow, sign, counted[1], party


_HEAD = (
    "move_id", "move__number", "move__kind", "move__seq", "line", "move__business_date", "move__recorded_at",
    "move__actor_name", "move__cause_kind", "move__cause_ref", "move__reason", "move__late_reason",
    "move__reverses__number", "lot_id", "lot__code", "lot__maker_lot", "lot__expires_on", "lot__source_kind",
    "lot__source_ref", "lot__item_id",
)  # fmt: skip
_REVERSES, _LOT_SOURCE = _HEAD.index("move__reverses__number"), _HEAD.index("lot__source_kind")
# Rows that the engine is asked for at a time: few enough for a first page, enough for an export.
_AT_ONCE = 250
_ACCOUNTS = (
    "source__kind", "source__store_id", "source__party_id", "target__kind", "target__store_id", "target__party_id",
)  # fmt: skip


def entries(
    actor: Actor,
    bureau_id: int,
    *,
    flows: Iterable[str] = (),
    item_id: int | None = None,
    store_id: int | None = None,
    party_id: int | None = None,
    from_: date | None = None,
    to: date | None = None,
    seq: int | None = None,
    after: Place | None = None,
    before: Place | None = None,
) -> Iterator[FlowEntry]:
    """Entries in the order of business date, seq and line, streamed; with `before` those before it, the nearest
    first. Their sum is the day totals' sum for the same filters."""
    cut = Cut(item_id, store_id, party_id, from_, to, seq)
    rows, chosen = cut.postings(actor, bureau_id), set(flows)
    if chosen and chosen <= set(IN_FLOWS):
        rows = rows.filter(Q(source__kind=AccountKind.OUTSIDE) | Q(target__kind=AccountKind.OUTSIDE))
    order = ("move__business_date", "move__seq", "line")
    if after is not None:
        rows = rows.filter(_beyond(after, "gt"))
    if before is not None:
        rows = rows.filter(_beyond(before, "lt"))
        order = ("-move__business_date", "-move__seq", "-line")
    for row in rows.order_by(*order).values_list(*_HEAD, *_ACCOUNTS, "quantity").iterator(chunk_size=_AT_ONCE):
        yield from _flow_entries(row, cut, chosen)


def _beyond(place: Place, way: str) -> Q:
    day, seq, line = place
    same_move = Q(**{"move__business_date": day, "move__seq": seq, f"line__{way}": line})
    same_day = Q(**{"move__business_date": day, f"move__seq__{way}": seq})
    return Q(**{f"move__business_date__{way}": day}) | same_day | same_move


def _flow_entries(row: tuple, cut: Cut, chosen: set[str]) -> Iterator[FlowEntry]:  # type: ignore[type-arg]
    head, (s_kind, s_store, s_party, t_kind, t_store, t_party, quantity) = list(row[: len(_HEAD)]), row[len(_HEAD) :]
    source, target = (s_kind, s_store, s_party), (t_kind, t_store, t_party)
    head[_REVERSES] = head[_REVERSES] or ""
    sides = cut.sides(chosen, source, target, head[_LOT_SOURCE], is_reversal=bool(head[_REVERSES]))
    for flow, sign, store, party in sides:
        yield FlowEntry(flow, *head, source, target, store, party, sign * quantity)  # type: ignore[call-arg]


def flow_sums(actor: Actor, bureau_id: int, *, flows: Iterable[str], cut: Cut) -> Iterator[FlowSum]:
    """What `entries` would list, added up by the database: a few rows, however many entries there are."""
    chosen = set(flows)
    store = ("source__store_id", "target__store_id") if cut.store_id is not None else ()
    party = ("source__party_id", "target__party_id") if cut.party_id is not None else ()
    kinds = ("source__kind", "target__kind", "lot__source_kind", "lot__item_id", "is_reversal")
    rows = cut.postings(actor, bureau_id).annotate(is_reversal=_IS_REVERSAL).values(*kinds, *store, *party)
    for row in rows.annotate(total=Sum("quantity"), rows=Count("pk")).order_by():
        source, target = (
            (row[f"{side}__kind"], row.get(f"{side}__store_id", NONE_ID), row.get(f"{side}__party_id", NONE_ID))
            for side in ("source", "target")
        )
        for flow, sign, _store, _party in cut.sides(
            chosen, source, target, row["lot__source_kind"], is_reversal=bool(row["is_reversal"])
        ):
            yield FlowSum(flow, row["lot__item_id"], source, target, sign * row["total"], row["rows"])


_IS_REVERSAL = ExpressionWrapper(Q(move__reverses__isnull=False), output_field=BooleanField())


@dataclass
class Throughput:
    """What came into and what left a stock in a period; a reversal takes away where the first posting added."""

    came: int = 0
    left: int = 0


def stock_flows(actor: Actor, bureau_id: int, *, cut: Cut) -> dict[tuple[int, int], Throughput]:
    """(store, item) → what came and left, by accounts and not by flows: opening + came - left = closing must hold.

    Under store 0 stands what went straight from a source to a unit: it came and left in one. With a party: what the
    party has signed for, under store 0; a store is then not asked for.
    """
    moved: dict[tuple[int, int], Throughput] = defaultdict(Throughput)
    rows = cut.postings(actor, bureau_id).annotate(is_reversal=_IS_REVERSAL)
    grouped = rows.values_list(*_ACCOUNTS, "lot__item_id", "is_reversal").annotate(total=Sum("quantity")).order_by()
    for s_kind, s_store, s_party, t_kind, t_store, t_party, item, is_reversal, total in grouped:
        first, second, quantity = (s_kind, s_store, s_party), (t_kind, t_store, t_party), total
        if is_reversal:
            first, second, quantity = second, first, -total
        left, came = _stock_of(first, cut), _stock_of(second, cut)
        is_direct = (first[0], second[0]) == (AccountKind.OUTSIDE, AccountKind.RECIPIENT)
        if is_direct and cut.store_id is None and cut.party_id is None:
            left = came = NONE_ID
        elif left == came:
            continue
        if came is not None:
            moved[came, item].came += quantity
        if left is not None:
            moved[left, item].left += quantity
    return dict(moved)


def _stock_of(account: Account, cut: Cut) -> int | None:
    """The store whose stock an account is part of, None when it is none of ours; a party's own stock is 0."""
    kind, store, party = account
    if cut.party_id is not None:
        return NONE_ID if (kind, party) == (AccountKind.RECIPIENT, cut.party_id) else None
    return store if kind in HELD and cut.store_id in (None, store) else None


def totals(rows: Iterable[FlowEntry]) -> dict[tuple[str, int], int]:
    """(flow, item) → sum of entries."""
    summed: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        summed[row.flow, row.item_id] += row.quantity
    return dict(summed)


def corrections(actor: Actor, bureau_id: int, *, fact: str, seq: int | None = None) -> dict[UUID, str]:
    """lot → the corrected date or maker's lot, as it was known at `seq`."""
    rows = LotFact.objects.visible_to(actor).filter(book__bureau_id=bureau_id, fact=fact)
    if seq is not None:
        rows = rows.filter(move__seq__lte=seq)
    return dict(rows.order_by("id").values_list("lot_id", "value"))
