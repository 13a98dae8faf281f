"""The checklist of a day close: what of the day is still open. It warns; the seal says how much there was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import day_end
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.dispatch.flow import DELIVERY_FLOW
from liangcao.operations.supply import queries as supply
from liangcao.oversight.watch.queries import turns

SHOWN = 5


@dataclass(frozen=True)
class Open:
    """One line of the list: how many documents of this kind are open, and the first few as (number, page, id)."""

    key: str
    zh: str
    en: str
    count: int
    first: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Checklist:
    """What is open of a day."""

    lines: list[Open]

    @property
    def counts(self) -> dict[str, int]:
        """key → how many, as the seal says it."""
        return {line.key: line.count for line in self.lines}

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.counts.values())


def checklist(actor: Actor, bureau_id: int, *, day: date, at: datetime) -> Checklist:
    """What began on `day` or before and is open at `at`. Raises Forbidden, NotFound."""
    guard.check(actor, "view", "seal", bureau_id=bureau_id)
    with snapshot():
        return Checklist(list(_lines(actor, bureau_id, min(day_end(day), at))))


def _lines(actor: Actor, bureau_id: int, until: datetime) -> Iterator[Open]:
    deliveries = dispatch.deliveries(actor, bureau_id=bureau_id).filter(prepared_at__lt=until)
    yield _line(
        "deliveries", "未签收的配送单", "deliveries not signed for",
        deliveries.filter(status__in=turns(DELIVERY_FLOW)).order_by("pk"), _delivery,
    )  # fmt: skip
    yield _line(
        "differences", "未处理的签收差异", "differences not settled",
        dispatch.deliveries(actor, bureau_id=bureau_id, with_difference=True)
        .filter(prepared_at__lt=until).order_by("pk"), _delivery,
    )  # fmt: skip
    yield _line(
        "receipts", "签字不全的入库单", "receipts that lack signatures",
        supply.receipts(actor, bureau_id=bureau_id, status="waiting")
        .filter(received_at__lt=until).order_by("pk"), _receipt,
    )  # fmt: skip
    yield _line(
        "papers", "应急出库待补手续", "emergency issues that owe papers",
        dispatch.papers_owing(actor, bureau_id=bureau_id).filter(prepared_at__lt=until).order_by("pk"), _delivery,
    )  # fmt: skip
    yield _line(
        "releases", "先行放行待补签字", "early releases that owe signatures",
        supply.papers_owing(actor, bureau_id=bureau_id)
        .filter(receipt__received_at__lt=until).order_by("pk"), _release,
    )  # fmt: skip


def _line(key: str, zh: str, en: str, rows: QuerySet[Any], shape: Callable[[Any], tuple[str, str, int]]) -> Open:
    return Open(key, zh, en, rows.count(), [shape(row) for row in rows[:SHOWN]])


def _delivery(row: Any) -> tuple[str, str, int]:
    return row.number, "delivery", row.pk


def _receipt(row: Any) -> tuple[str, str, int]:
    return row.number, "receipt", row.pk


def _release(row: Any) -> tuple[str, str, int]:
    return row.receipt.number, "receipt", row.receipt_id
