"""The balances of an earlier day, or as the book knew them at an earlier place of its chain, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
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
    since = _since(day, seq)
    held = F("quantity") - _moved(actor, "target", since) + _moved(actor, "source", since)
    return rows.annotate(held=held).exclude(held=0).select_related("account__store", "account__party", "lot", "item")


def _since(day: date | None, seq: int | None) -> Q:
    """Postings that do not count yet: of a later day, or recorded later."""
    since = Q(pk__in=[])
    if day is not None:
        since |= Q(move__business_date__gt=day)
    if seq is not None:
        since |= Q(move__seq__gt=seq)
    return since


def _moved(actor: Actor, side: str, since: Q) -> Coalesce:
    """What `since` moved into (target) or out of (source) the account of a balance, of its lot."""
    rows = Posting.objects.visible_to(actor).filter(since, lot=OuterRef("lot"), **{side: OuterRef("account")})
    total = rows.order_by().values(side).annotate(total=Sum("quantity")).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=BigIntegerField())
