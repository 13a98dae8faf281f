"""The balances of an earlier day, or as the book knew them at an earlier place of its chain, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.models import Balance, Posting


def balances_then(
    actor: Actor,
    bureau_id: int,
    *,
    day: date | None,
    seq: int | None = None,
    kinds: Iterable[str] = (),
    item_id: int | None = None,
    lot_id: UUID | None = None,
    store_id: int | None = None,
    party_id: int | None = None,
) -> QuerySet[Balance]:
    """Balances with account, lot and item, and in `held` what they came to at 24:00 of `day` by business date, as the
    chain stood at `seq` (none: as it stands); those that came to 0 are left out. No order is set.

    What stands there now less what came in since, plus what went out. A row of the balances stays when it has come to
    0, and its key grows, so the rows can be paged like those of now while the book goes on.
    """
    wanted = {
        "kind__in": list(kinds) or None,
        "item_id": item_id,
        "lot_id": lot_id,
        "account__store_id": store_id,
        "account__party_id": party_id,
    }
    rows = Balance.objects.visible_to(actor).filter(
        book__bureau_id=bureau_id, **{name: value for name, value in wanted.items() if value is not None}
    )
    held: Any = F("quantity") - _moved(actor, _since(day, seq))
    if day is not None and seq is None:
        # Most balances have not moved since a day that is not long ago; their postings need not be read.
        held = Case(When(moved_on__lte=day, then=F("quantity")), default=held, output_field=BigIntegerField())
    return rows.annotate(held=held).exclude(held=0).select_related("account__store", "account__party", "lot", "item")


def _since(day: date | None, seq: int | None) -> Q:
    """Postings that do not count yet: of a later day, or recorded later."""
    since = Q(pk__in=[])
    if day is not None:
        since |= Q(move__business_date__gt=day)
    if seq is not None:
        since |= Q(move__seq__gt=seq)
    return since


def _moved(actor: Actor, since: Q) -> Coalesce:
    """What `since` brought into the account of a balance, of its lot, less what it took out.

    Found by the lot alone: the database may not go by the account, for that of a store has most postings of the book.
    """
    change = Case(
        When(target=OuterRef("account"), then=F("quantity")),
        When(source=OuterRef("account"), then=-F("quantity")),
        default=Value(0),
    )
    rows = Posting.objects.visible_to(actor).filter(since, lot=OuterRef("lot")).order_by()
    total = rows.values("lot").annotate(total=Sum(change)).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=BigIntegerField())
