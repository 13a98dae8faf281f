"""Who holds a lot: what lies where now, what came back from units, which other lots are of the same make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.models import Balance, Lot, LotFact, Posting
from liangcao.ledger.refusals import LotNotFound

# Where goods can still be used or given on.
HOLDING = (
    AccountKind.STORE, AccountKind.RESERVED, AccountKind.QUARANTINE, AccountKind.RECEIVING, AccountKind.TRANSIT,
    AccountKind.RECIPIENT,
)  # fmt: skip
# Lots above this number are recalled lot by lot: one move carries a fact for each.
LIKE_MOST = 2_000


def held_of(actor: Actor, bureau_id: int, lot_ids: Iterable[UUID]) -> QuerySet[Balance]:
    """What is held now of these lots, store by store and unit by unit."""
    rows = Balance.objects.visible_to(actor).filter(
        book__bureau_id=bureau_id, lot_id__in=set(lot_ids), kind__in=HOLDING
    )
    return rows.exclude(quantity=0).select_related("account__store", "account__party", "lot", "item")


def held_by_unit(bureau_id: int, organisation_id: int, lot_ids: Iterable[UUID] | None = None) -> dict[UUID, int]:
    """lot → pieces that a unit signed for and still has by the book.

    Without an actor: asked by those who have checked that the reader speaks for the unit, or works at its bureau.
    """
    rows = Balance.objects.filter(
        book__bureau_id=bureau_id, kind=AccountKind.RECIPIENT, account__party_id=organisation_id, quantity__gt=0
    )
    if lot_ids is not None:
        rows = rows.filter(lot_id__in=set(lot_ids))
    return dict(rows.order_by("lot__arrived_on", "lot__code").values_list("lot_id", "quantity"))


def lots_by_id(bureau_id: int, lot_ids: Iterable[UUID]) -> dict[UUID, Lot]:
    """Lots of a bureau's book with their items, for those who know from elsewhere that they may read them."""
    rows = Lot.objects.filter(book__bureau_id=bureau_id, pk__in=set(lot_ids)).select_related("item")
    return {lot.pk: lot for lot in rows}


def lock_lots(bureau_id: int, lot_ids: Iterable[UUID]) -> dict[UUID, Lot]:
    """The same, locked alone until the transaction ends: what their holders have cannot change meanwhile.

    Raises LotNotFound for a lot that this book does not have.
    """
    wanted = set(lot_ids)
    rows = locked(Lot.objects.filter(book__bureau_id=bureau_id), wanted)
    if len(rows) < len(wanted):
        raise LotNotFound(str(min(wanted - {lot.pk for lot in rows})))
    return lots_by_id(bureau_id, wanted)


def came_back(actor: Actor, bureau_id: int, lot_ids: Iterable[UUID], *, after_seq: int) -> dict[tuple[int, UUID], int]:
    """(unit, lot) → pieces that the unit gave back after a place of the chain; reversed returns are counted off."""
    into = (AccountKind.STORE, AccountKind.QUARANTINE)
    rows = Posting.objects.visible_to(actor).filter(
        book__bureau_id=bureau_id, lot_id__in=set(lot_ids), move__seq__gt=after_seq
    )
    found: dict[tuple[int, UUID], int] = defaultdict(int)
    forth = rows.filter(source__kind=AccountKind.RECIPIENT, target__kind__in=into)
    back = rows.filter(target__kind=AccountKind.RECIPIENT, source__kind__in=into)
    for side, sign, moved in (("source", 1, forth), ("target", -1, back)):
        for unit, lot, total in moved.order_by().values_list(f"{side}__party_id", "lot_id").annotate(Sum("quantity")):
            found[unit, lot] += sign * total
    return {key: quantity for key, quantity in found.items() if quantity > 0}


def lots_like(actor: Actor, lot: Lot, basis: str) -> list[Lot]:
    """Lots that a recall means: this one ("lot"), all of its item with its maker's lot number ("maker_lot"), all that
    came in by its source line ("source"). A corrected number counts instead of the lot's own."""
    rows = Lot.objects.visible_to(actor).filter(book_id=lot.book_id, item_id=lot.item_id).select_related("item")
    if basis == "lot":
        return [lot]
    if basis == "source":
        return list(rows.filter(source_ref=lot.source_ref).order_by("arrived_on", "code")[:LIKE_MOST])
    number = maker_lot_of(lot)
    corrected = _corrected(rows)
    named = {lot_id for lot_id, value in corrected.items() if value == number}
    found = rows.filter(Q(maker_lot=number) | Q(pk__in=named)).order_by("arrived_on", "code")[:LIKE_MOST]
    return [each for each in found if number and corrected.get(each.pk, each.maker_lot) == number]


def locked_like(actor: Actor, lot: Lot, basis: str) -> list[Lot]:
    """The lots of `lots_like`, locked alone until the transaction ends: who issues some of them has done so before, or
    waits."""
    return locked(Lot.objects.filter(book_id=lot.book_id), [each.pk for each in lots_like(actor, lot, basis)])


def maker_lot_of(lot: Lot) -> str:
    """The maker's lot number, as last corrected; "" for a lot without one."""
    told = LotFact.objects.filter(lot=lot, fact="maker_lot").order_by("-pk").values_list("value", flat=True).first()
    return told or lot.maker_lot


def _corrected(lots: QuerySet[Lot]) -> dict[UUID, str]:
    facts = LotFact.objects.filter(lot__in=lots, fact="maker_lot").order_by("pk")
    return dict(facts.values_list("lot_id", "value"))


def bookkeeper(actor: Actor, bureau_id: int) -> Actor:
    """The same person with an eye on the whole book: what is his own he may read there, too."""
    return actor.across(bureau_id) if bureau_id in actor.bureau_ids else replace(actor, is_system=True)
