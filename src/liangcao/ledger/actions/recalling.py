"""召回: the lot facts of a recall, for any number of lots in one move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date as day_of
from liangcao.ledger.actions.moves import post_draft
from liangcao.ledger.entries import MoveDraft, NewFact, PostedMove


@transaction.atomic
def mark_recalled(
    *,
    book_id: int,
    lot_ids: Iterable[UUID],
    is_recalled: bool,
    cause_ref: str,
    reason: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PostedMove:
    """Record that lots are recalled, or no longer are. The lots are locked alone meanwhile: an issue that is being
    posted comes before the recall or is refused by it.

    The caller's action has checked the appointment and claimed `client_id`. Raises LotNotFound.
    """
    value = "yes" if is_recalled else "no"
    facts = tuple(NewFact(lot_id, "recalled", value, reason) for lot_id in sorted(set(lot_ids)))
    draft = MoveDraft(
        book_id=book_id,
        client_id=client_id,
        kind="fact",
        business_date=day_of(at),
        lines=(),
        cause_kind="recall",
        cause_ref=cause_ref,
        reason=reason,
        new_facts=facts,
    )
    return post_draft(draft, by=by, at=at)
