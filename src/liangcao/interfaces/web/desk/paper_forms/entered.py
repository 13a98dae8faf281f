"""Documents that say which paper they were entered from. Its number stands in their note or reason, where whoever
entered them could change it: a help against entering twice, no proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.demand import queries as demand
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.supply import queries as supply

MOST = 20


@dataclass(frozen=True)
class Entered:
    """A document of a paper."""

    word: str
    number: str
    url: str
    by: str
    at: datetime


def entered_from(actor: Actor, bureau_id: int, number: str) -> list[Entered]:
    """What the actor may see of it, in the order of the goods' way."""
    in_note = Q(note__contains=number)
    return [
        *_rows(
            demand.requisitions(actor, bureau_id=bureau_id),
            in_note,
            _("申领单"),
            "requisition",
            "submitted_by",
            "submitted_at",
        ),
        *_rows(
            supply.sources(actor, bureau_id=bureau_id), in_note, _("来源单"), "source", "announced_by", "announced_at"
        ),
        *_rows(
            supply.receipts(actor, bureau_id=bureau_id), in_note, _("入库单"), "receipt", "received_by", "received_at"
        ),
        *_rows(
            dispatch.deliveries(actor, bureau_id=bureau_id),
            Q(emergency_reason__contains=number),
            _("发放单"),
            "delivery",
            "prepared_by",
            "prepared_at",
        ),
    ]


def _rows(rows: QuerySet[Any], where: Q, word: str, page: str, by: str, at: str) -> list[Entered]:
    return [
        Entered(word, row.number, reverse(page, args=[row.pk]), getattr(row, by), getattr(row, at))
        for row in rows.filter(where).order_by("pk")[:MOST]
    ]
