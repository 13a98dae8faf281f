"""The rows behind registers and figures: holdings at the end of a day, and entries as they count in a flow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.entries import NONE_ID
from liangcao.ledger.kinds import IN_FLOWS, AccountKind, counts_backwards, flows_of
from liangcao.ledger.models import Balance, Posting


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
    actor: Actor, bureau_id: int, *, day: date, kinds: Iterable[str], store_id: int | None = None, by_lot: bool = False
) -> list[Holding]:
    """What accounts of these kinds held at 24:00 of `day`, by business date: the balances of now less what moved
    since."""
    wanted = list(kinds)
    held: dict[tuple[int, str, int, int, UUID | None], int] = defaultdict(int)
    now = Balance.objects.visible_to(actor).filter(book__bureau_id=bureau_id, kind__in=wanted).exclude(quantity=0)
    later = Posting.objects.visible_to(actor).filter(book__bureau_id=bureau_id, move__business_date__gt=day)
    _fold(held, now, "account", "item_id", wanted, store_id, by_lot, sign=1)
    _fold(held, later, "target", "lot__item_id", wanted, store_id, by_lot, sign=-1)
    _fold(held, later, "source", "lot__item_id", wanted, store_id, by_lot, sign=1)
    return [
        Holding(*key, quantity)
        for key, quantity in sorted(held.items(), key=lambda kv: tuple(map(str, kv[0])))
        if quantity
    ]


def _fold(
    held: dict[tuple[int, str, int, int, UUID | None], int],
    rows: QuerySet[Balance] | QuerySet[Posting],
    side: str,
    item: str,
    kinds: list[str],
    store_id: int | None,
    by_lot: bool,
    *,
    sign: int,
) -> None:
    rows = rows.filter(**{f"{side}__kind__in": kinds})
    if store_id is not None:
        rows = rows.filter(**{f"{side}__store_id": store_id})
    names = [item, f"{side}__kind", f"{side}__store_id", f"{side}__party_id", *(["lot_id"] if by_lot else [])]
    for item_id, kind, store, party, *rest in rows.values_list(*names).annotate(total=Sum("quantity")).order_by():
        lot = rest[0] if by_lot else None
        held[item_id, kind, store, party, lot] += sign * rest[-1]


@dataclass(frozen=True)
class FlowEntry:
    """One posting as it counts in one flow; `quantity` is below zero for a reversal. `store_id` and `party_id` are the
    store it counts for and the unit on the other side (0 = none)."""

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
    lot_id: UUID
    lot_code: str
    maker_lot: str
    expires_on: date | None
    source_kind: str
    source_ref: str
    item_id: int
    source: tuple[str, int, int]
    target: tuple[str, int, int]
    store_id: int
    party_id: int
    quantity: int


_COLUMNS = (
    "move_id", "move__number", "move__kind", "move__seq", "line", "move__business_date", "move__recorded_at",
    "move__actor_name", "move__cause_kind", "move__cause_ref", "move__reason", "lot_id", "lot__code", "lot__maker_lot",
    "lot__expires_on", "lot__source_kind", "lot__source_ref", "lot__item_id", "source__kind", "source__store_id",
    "source__party_id", "target__kind", "target__store_id", "target__party_id", "quantity", "move__reverses_id",
)  # fmt: skip


def entries(
    actor: Actor,
    bureau_id: int,
    *,
    flows: Iterable[str] = (),
    item_id: int | None = None,
    store_id: int | None = None,
    from_: date | None = None,
    to: date | None = None,
) -> Iterator[FlowEntry]:
    """Entries in the order of business date, seq and line, streamed. Their sum is the day totals' sum for the same
    filters."""
    rows = Posting.objects.visible_to(actor).filter(book__bureau_id=bureau_id)
    wanted = {"lot__item_id": item_id, "move__business_date__gte": from_, "move__business_date__lte": to}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    chosen = set(flows)
    if chosen and chosen <= set(IN_FLOWS):
        rows = rows.filter(Q(source__kind=AccountKind.OUTSIDE) | Q(target__kind=AccountKind.OUTSIDE))
    ordered = rows.order_by("move__business_date", "move__seq", "line").values_list(*_COLUMNS)
    for row in ordered.iterator(chunk_size=2000):
        yield from _flow_entries(row, chosen, store_id)


def _flow_entries(row: tuple, chosen: set[str], store_id: int | None) -> Iterator[FlowEntry]:  # type: ignore[type-arg]
    *head, s_kind, s_store, s_party, t_kind, t_store, t_party, quantity, reverses = row
    source, target, sign = (s_kind, s_store, s_party), (t_kind, t_store, t_party), 1
    first, second = source, target
    if counts_backwards(s_kind, t_kind, is_reversal=bool(reverses)):
        first, second, sign = target, source, -1
    for flow, side in flows_of(first[0], second[0], head[15]):
        counted, other = (first, second) if side == 0 else (second, first)
        if (chosen and flow not in chosen) or (store_id is not None and counted[1] != store_id):
            continue
        party = other[2] if other[2] != NONE_ID else counted[2]
        place = (source, target, counted[1], party)
        yield FlowEntry(flow, *head, *place, sign * quantity)  # type: ignore[call-arg]


def totals(rows: Iterable[FlowEntry]) -> dict[tuple[str, int], int]:
    """(flow, item) → sum of entries."""
    summed: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        summed[row.flow, row.item_id] += row.quantity
    return dict(summed)
