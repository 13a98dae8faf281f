"""What stands against the need: pieces that may be issued today, and what is still to come, by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.ledger.queries import free_stock
from liangcao.operations.supply.models import ReceiptLine, SourceLine
from liangcao.operations.supply.queries import EXPECTED, with_arrivals


@dataclass
class Coming:
    """What is announced of an item, in base units. `waiting`: here, and not signed for yet. `by_day`: by the day it
    is expected. `undated`: nobody said when. `untold` counts announcements without a number."""

    waiting: int = 0
    by_day: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    undated: int = 0
    untold: int = 0

    @property
    def whole(self) -> int:
        """All of it, whenever it comes."""
        return min(self.waiting + sum(self.by_day.values()) + self.undated, QUANTITY_MAX)

    def until(self, day: date, *, today: date) -> tuple[int, int]:
        """(pieces that are promised for a day up to this one, and these with all that may come as well: what nobody
        gave a day, and what is late already)."""
        dated = sum(pieces for each, pieces in self.by_day.items() if today <= each <= day)
        late = sum(pieces for each, pieces in self.by_day.items() if each < today)
        sure = self.waiting + dated
        return sure, sure + self.undated + late


def free_by_item(actor: Actor, bureau_id: int, *, at: datetime, item_ids: Iterable[int]) -> dict[int, int]:
    """item → what may be issued today."""
    found: dict[int, int] = defaultdict(int)
    for lot in free_stock(actor, bureau_id, on=business_date(at), item_ids=list(item_ids)):
        found[lot.item_id] += lot.quantity
    return dict(found)


def coming(actor: Actor, bureau_id: int, item_ids: Iterable[int]) -> dict[int, Coming]:
    """item → what is announced and not arrived, or arrived and waiting for signatures."""
    lines = with_arrivals(
        SourceLine.objects.visible_to(actor).filter(source__bureau_id=bureau_id, item_id__in=set(item_ids))
    ).order_by()
    found: dict[int, Coming] = defaultdict(Coming)
    expected = lines.filter(source__status__in=EXPECTED, added_on_arrival=False)
    for line in expected.select_related("source"):
        missing: int | None = line.quantity_missing  # type: ignore[attr-defined]
        day = line.source.expected_date
        held = found[line.item_id]
        if missing is None:
            held.untold += 1
        elif day is None:
            held.undated += missing
        else:
            held.by_day[day] += missing
    for item_id, good, taken in _waiting(actor, bureau_id, item_ids):
        found[item_id].waiting += good - taken
    return dict(found)


def _waiting(actor: Actor, bureau_id: int, item_ids: Iterable[int]) -> QuerySet[Any, tuple[int, int, int]]:
    """(item, good ones, of these taken back) of what arrived and may not be given out before it is signed for."""
    rows = ReceiptLine.objects.visible_to(actor).filter(
        receipt__source__bureau_id=bureau_id, receipt__status="waiting", receipt__release=None,
        source_line__item_id__in=set(item_ids),
    )  # fmt: skip
    taken = Coalesce(Sum("reversals__quantity_good"), 0)
    found = rows.exclude(needs="").order_by().annotate(taken=taken)
    return found.values_list("source_line__item_id", "quantity_good", "taken")
