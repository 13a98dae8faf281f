"""What lay where at a place of the chain: read from the postings, so that it is the same whenever it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.models import BookHead, Lot, LotFact, Move, Posting


def running_balances(actor: Actor, bureau_id: int) -> Iterator[tuple[str, date, int]]:
    """(source reference, business date, what of it lay in our stores at the end of that day) for each day on which
    something of it moved."""
    store = AccountKind.STORE
    change = Case(
        When(Q(target__kind=store) & ~Q(source__kind=store), then=F("quantity")),
        When(Q(source__kind=store) & ~Q(target__kind=store), then=-F("quantity")),
        default=Value(0),
    )
    rows = Posting.objects.visible_to(actor).filter(book__bureau_id=bureau_id)
    days = (
        rows.values_list("lot__source_ref", "move__business_date")
        .annotate(change=Sum(change))
        .order_by("lot__source_ref", "move__business_date")
    )
    held: dict[str, int] = defaultdict(int)
    for ref, day, total in days:
        held[ref] += total
        yield ref, day, held[ref]


def seq_now(actor: Actor, bureau_id: int) -> int:
    """How far the chain of a book has come."""
    heads = BookHead.objects.visible_to(actor).filter(book__bureau_id=bureau_id)
    return heads.values_list("seq", flat=True).first() or 0


def seq_at(actor: Actor, bureau_id: int, moment: datetime) -> int:
    """How far the chain of a book had come at a moment."""
    rows = Move.objects.visible_to(actor).filter(book__bureau_id=bureau_id, recorded_at__lte=moment)
    return rows.order_by("-seq").values_list("seq", flat=True).first() or 0


def held_at(
    actor: Actor,
    bureau_id: int,
    *,
    store_id: int,
    seq: int,
    kinds: Iterable[str],
    lot_ids: Iterable[UUID] | None = None,
) -> dict[tuple[UUID, str], int]:
    """(lot, kind of account) → pieces that lay in a store when the chain had come to `seq`; without the zeros."""
    wanted = list(kinds)
    rows = Posting.objects.visible_to(actor).filter(book__bureau_id=bureau_id, move__seq__lte=seq)
    if lot_ids is not None:
        rows = rows.filter(lot_id__in=set(lot_ids))
    held: dict[tuple[UUID, str], int] = defaultdict(int)
    for side, sign in (("target", 1), ("source", -1)):
        here = rows.filter(**{f"{side}__store_id": store_id, f"{side}__kind__in": wanted}).order_by()
        for lot, kind, total in here.values_list("lot_id", f"{side}__kind").annotate(
            total=Coalesce(Sum("quantity"), 0)
        ):
            held[lot, kind] += sign * total
    return {key: quantity for key, quantity in held.items() if quantity}


def lots_here(actor: Actor, bureau_id: int, lot_ids: Iterable[UUID]) -> dict[UUID, Lot]:
    """Lots of a book by id, with their items; those of another book are missing."""
    rows = Lot.objects.visible_to(actor).filter(book__bureau_id=bureau_id, pk__in=set(lot_ids))
    return {lot.pk: lot for lot in rows.select_related("item")}


def facts_by_lot(
    actor: Actor, bureau_id: int, lot_ids: Iterable[UUID], names: Iterable[str]
) -> dict[UUID, dict[str, str]]:
    """lot → fact → its latest value."""
    rows = LotFact.objects.visible_to(actor).filter(
        book__bureau_id=bureau_id, fact__in=list(names), lot_id__in=set(lot_ids)
    )
    latest: dict[UUID, dict[str, str]] = defaultdict(dict)
    for lot_id, fact, value in rows.order_by("id").values_list("lot_id", "fact", "value"):
        latest[lot_id][fact] = value
    return latest


def stopped_lots(actor: Actor, bureau_id: int, lot_ids: Iterable[UUID]) -> dict[int, dict[str, list[str]]]:
    """item → "frozen" and "recalled" → the codes of those of these lots that were stopped so."""
    wanted = set(lot_ids)
    facts = facts_by_lot(actor, bureau_id, wanted, ("frozen", "recalled"))
    stopped: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for lot_id, lot in sorted(lots_here(actor, bureau_id, wanted).items(), key=lambda pair: pair[1].code):
        for fact, value in facts.get(lot_id, {}).items():
            if value == "yes":
                stopped[lot.item_id][fact].append(lot.code)
    return stopped
