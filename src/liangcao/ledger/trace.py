"""追溯: from a source to every holder and back, with quantities that add up.

“一包方便面、一个口罩从哪里来,分配到了哪里都记得清清楚楚” (淄博高新区, 13 February 2020).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.kinds import ACCOUNT_NAMES, AccountKind
from liangcao.ledger.models import Lot, Move, Posting, StockAccount
from liangcao.reference.parties.models import Organisation


@dataclass(frozen=True)
class Node:
    """A place in the drawing: an account, with what it holds now of the traced lots."""

    account_id: int
    kind: str
    name: str
    store_id: int
    party_id: int
    quantity: int


@dataclass(frozen=True)
class Band:
    """So many pieces from one place to another over these moves (reversed pieces counted off)."""

    source_id: int
    target_id: int
    quantity: int
    moves: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class ItemTrace:
    """The trace of one item: what came, and where it is; `came` equals the sum of `held`."""

    item_id: int
    item_code: str
    item_name: str
    unit: str
    came: int
    held: dict[str, int]
    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]

    @property
    def adds_up(self) -> bool:
        """Every piece that came is at exactly one place."""
        return self.came == sum(self.held.values())


@dataclass(frozen=True)
class Trace:
    """The answer to “where did this come from, where did it go”."""

    ref: str
    title: str
    lots: tuple[Lot, ...]
    items: tuple[ItemTrace, ...]
    postings: tuple[Posting, ...] = field(repr=False, default=())
    # The unit, when one was asked for: then the way back to its sources is of interest too (ledger/received.py).
    party: Organisation | None = None


def trace_lots(actor: Actor, lot_ids: Iterable[UUID], *, ref: str, title: str) -> Trace:
    """Trace these lots together. Raises NotFound when none of them is in scope."""
    lots = list(
        Lot.objects.visible_to(actor)
        .filter(pk__in=set(lot_ids))
        .select_related("item", "book")
        .order_by("arrived_on", "code")
    )
    if not lots:
        raise NotFound(f"没有可追溯的批次:{ref}", f"Nothing to trace for {ref}")
    rows = list(
        Posting.objects.visible_to(actor)
        .filter(lot_id__in=[lot.pk for lot in lots])
        .select_related("move", "source__store", "source__party", "target__store", "target__party", "lot__item")
        .order_by("move__seq", "line")
    )
    items = []
    for item_id in dict.fromkeys(lot.item_id for lot in lots):
        items.append(
            _trace_item(
                next(lot for lot in lots if lot.item_id == item_id), [r for r in rows if r.lot.item_id == item_id]
            )
        )
    return Trace(ref, title, tuple(lots), tuple(items), tuple(rows))


def _trace_item(example: Lot, rows: list[Posting]) -> ItemTrace:
    accounts = {row.source_id: row.source for row in rows} | {row.target_id: row.target for row in rows}
    held: dict[int, int] = defaultdict(int)
    for row in rows:
        held[row.source_id] -= row.quantity
        held[row.target_id] += row.quantity
    by_kind: dict[str, int] = defaultdict(int)
    for account_id, quantity in held.items():
        if accounts[account_id].kind != AccountKind.OUTSIDE and quantity:
            by_kind[accounts[account_id].kind] += quantity
    came = -sum(quantity for pk, quantity in held.items() if accounts[pk].kind == AccountKind.OUTSIDE)
    order = list(ACCOUNT_NAMES)
    nodes = sorted(
        (_node(a, held[a.pk]) for a in accounts.values()), key=lambda n: (order.index(n.kind), n.name, n.account_id)
    )
    item = example.item
    return ItemTrace(
        item.pk, item.code, item.name, item.base_unit, came, dict(by_kind), tuple(nodes), tuple(_bands(rows))
    )


def _node(account: StockAccount, quantity: int) -> Node:
    names = [str(part) for part, used in ((account.store, account.store_id), (account.party, account.party_id)) if used]
    return Node(account.pk, account.kind, " → ".join(names), account.store_id, account.party_id, quantity)


def _bands(rows: list[Posting]) -> list[Band]:
    """Net pieces between each pair of places: what went back by reversal or return is counted off the way out."""
    quantity: dict[tuple[int, int], int] = defaultdict(int)
    moves: dict[tuple[int, int], dict[UUID, str]] = defaultdict(dict)
    for row in rows:
        forth, back = (row.source_id, row.target_id), (row.target_id, row.source_id)
        way, sign = (back, -1) if back in quantity else (forth, 1)
        quantity[way] += sign * row.quantity
        moves[way][row.move_id] = row.move.number
    return [
        # More came back than went this way (goods that had come by another one): the band points back.
        Band(*((source, target) if total > 0 else (target, source)), abs(total), tuple(moves[source, target].items()))
        for (source, target), total in quantity.items()
        if total
    ]


def lots_of_source(actor: Actor, bureau_id: int, source_ref: str) -> list[UUID]:
    """Lots that came in from a source document (number) or one of its lines (number#line)."""
    rows = _lots(actor, bureau_id)
    named = {"source_ref": source_ref} if "#" in source_ref else {"source_ref__startswith": source_ref + "#"}
    return list(rows.filter(**named).values_list("pk", flat=True))


def lots_of_move(actor: Actor, move: Move) -> list[UUID]:
    """Lots that a move made or touched."""
    return list(Posting.objects.visible_to(actor).filter(move=move).values_list("lot_id", flat=True).distinct())


def lots_of_cause(actor: Actor, bureau_id: int, *, cause_kind: str, cause_ref: str) -> list[UUID]:
    """Lots touched by the moves of one document of another module (a delivery, a plan)."""
    rows = _postings(actor, bureau_id).filter(move__cause_kind=cause_kind, move__cause_ref=cause_ref)
    return list(rows.values_list("lot_id", flat=True).distinct())


def lots_of_party(actor: Actor, party_id: int) -> list[UUID]:
    """Lots that reached a unit, or came from it."""
    rows = Posting.objects.visible_to(actor)
    reached = rows.filter(target__party_id=party_id, target__kind=AccountKind.RECIPIENT).values_list(
        "lot_id", flat=True
    )
    came = rows.filter(source__party_id=party_id, source__kind=AccountKind.OUTSIDE).values_list("lot_id", flat=True)
    return list(set(reached) | set(came))


def trace(actor: Actor, bureau_id: int, ref: str) -> Trace:
    """Trace what `ref` names in a bureau's book: a lot (code or id), a move, a source or its line, a unit (by code).

    Numbers and codes are unique within one book only, so another bureau's are never mixed in. Raises NotFound.
    """
    ref = ref.strip()
    for find, title in ((_lot_named, "批次"), (_move_named, "单据"), (lots_of_source, "来源"), (_party_named, "单位")):
        lot_ids = find(actor, bureau_id, ref)
        if lot_ids:
            found = trace_lots(actor, lot_ids, ref=ref, title=title)
            return replace(found, party=_unit_in(found, ref)) if find is _party_named else found
    raise NotFound(
        f"没有找到“{ref}”。可输入批次、单据号、来源单号或单位编码",
        f'Nothing called "{ref}". Enter a lot, a document number, a source number or a unit\'s code',
        field="ref",
    )


def _lots(actor: Actor, bureau_id: int) -> QuerySet[Lot]:
    return Lot.objects.visible_to(actor).filter(book__bureau_id=bureau_id)


def _postings(actor: Actor, bureau_id: int) -> QuerySet[Posting]:
    return Posting.objects.visible_to(actor).filter(book__bureau_id=bureau_id)


def _lot_named(actor: Actor, bureau_id: int, ref: str) -> list[UUID]:
    rows = _lots(actor, bureau_id)
    found = list(rows.filter(code=ref).values_list("pk", flat=True))
    try:
        return found or list(rows.filter(pk=UUID(ref)).values_list("pk", flat=True))
    except ValueError:
        return found


def _move_named(actor: Actor, bureau_id: int, ref: str) -> list[UUID]:
    found = Move.objects.visible_to(actor).filter(book__bureau_id=bureau_id, number=ref).first()
    return lots_of_move(actor, found) if found else []


def _party_named(actor: Actor, bureau_id: int, ref: str) -> list[UUID]:
    rows = _postings(actor, bureau_id).filter(target__kind=AccountKind.RECIPIENT, target__party__code=ref)
    return list(set(rows.values_list("lot_id", flat=True)))


def _unit_in(found: Trace, code: str) -> Organisation | None:
    """The unit of this code among those that the traced goods reached."""
    reached = (row.target for row in found.postings if row.target.kind == AccountKind.RECIPIENT)
    return next((account.party for account in reached if account.party.code == code), None)
