"""Reads of stocktaking: sheets, what was counted, write-offs, what ends when, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.ledger import queries as ledger
from liangcao.ledger.holdings import facts_by_lot
from liangcao.operations.stocktaking.flow import PLACE_OF
from liangcao.operations.stocktaking.models import CountEntry, CountLine, CountSheet, WriteOff
from liangcao.operations.stocktaking.rules import OPEN_MOST

DONE = ("counted", "signed", "posted")


@dataclass(frozen=True)
class Counted:
    """A line of a sheet with its entries, oldest round first."""

    line: CountLine
    entries: tuple[CountEntry, ...]

    @property
    def last(self) -> CountEntry | None:
        """The entry that counts."""
        return self.entries[-1] if self.entries else None

    @property
    def variance(self) -> int:
        """Counted less booked at the moment of counting; 0 while nothing was counted."""
        return self.last.quantity - self.last.quantity_book if self.last else 0

    def in_round(self, number: int) -> CountEntry | None:
        """The entry of a round."""
        return next((entry for entry in self.entries if entry.round == number), None)


def sheets(actor: Actor, bureau_id: int) -> QuerySet[CountSheet]:
    """Count sheets in scope with the number of their lines; no order is set."""
    rows = CountSheet.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return rows.select_related("store", "item", "category").annotate(line_count=Count("lines"))


def sheet(actor: Actor, sheet_id: int) -> CountSheet:
    """One sheet in scope. Raises NotFound."""
    rows = CountSheet.objects.visible_to(actor).select_related("store", "item", "category", "bureau", "move")
    found: CountSheet | None = rows.filter(pk=sheet_id).first()
    if found is None:
        raise NotFound("未找到该盘点表,或不在您的范围内", "No such count sheet within your scope", field="sheet")
    return found


def counted(actor: Actor, held: CountSheet) -> list[Counted]:
    """All lines of a sheet with what was counted, in order."""
    lines = CountLine.objects.visible_to(actor).filter(sheet=held).select_related("item", "lot", "resembles")
    entries: dict[int, list[CountEntry]] = {}
    for entry in CountEntry.objects.visible_to(actor).filter(line__sheet=held).order_by("round"):
        entries.setdefault(entry.line_id, []).append(entry)
    return [Counted(line, tuple(entries.get(line.pk, []))) for line in lines.order_by("line")]


def to_count(held: CountSheet, rows: Iterable[Counted]) -> list[Counted]:
    """The lines of the round at hand: in the first all, later those that differed when the round began."""
    if held.round == 1:
        return list(rows)
    return [row for row in rows if _variance_before(row, held.round)]


def _variance_before(row: Counted, number: int) -> int:
    earlier = [entry for entry in row.entries if entry.round < number]
    return earlier[-1].quantity - earlier[-1].quantity_book if earlier else 0


def left_to_count(held: CountSheet, rows: Iterable[Counted]) -> list[Counted]:
    """The lines of the round that nobody has entered yet."""
    return [row for row in to_count(held, rows) if row.in_round(held.round) is None]


def differing(rows: Iterable[Counted]) -> list[Counted]:
    """The lines whose count differs from the book."""
    return [row for row in rows if row.variance]


def shows_book(held: CountSheet) -> bool:
    """Whether the book's quantities may be seen: a count is blind until the round is complete."""
    return held.status in DONE


def write_offs(actor: Actor, bureau_id: int) -> QuerySet[WriteOff]:
    """Write-offs in scope with the number of their lines; no order is set."""
    rows = WriteOff.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return rows.select_related("store").annotate(line_count=Count("lines"))


def write_off(actor: Actor, write_off_id: int) -> WriteOff:
    """One write-off in scope. Raises NotFound."""
    rows = WriteOff.objects.visible_to(actor).select_related("store", "bureau", "move")
    found: WriteOff | None = rows.filter(pk=write_off_id).first()
    if found is None:
        raise NotFound("未找到该报损单,或不在您的范围内", "No such write-off within your scope", field="write_off")
    return found


@dataclass(frozen=True)
class Expiring:
    """Pieces of one lot in one place of a store, with the day on which they end (a corrected one counts)."""

    lot: Any
    item: Any
    store: Any
    place: str
    kind: str
    quantity: int
    expires_on: date
    days: int
    is_stopped: bool

    @property
    def pinyin(self) -> str:
        """For sorting Chinese names."""
        return self.item.pinyin or self.item.name


def expiring(
    actor: Actor, bureau_id: int, *, on: date, within: int | None = None, store_id: int | None = None
) -> list[Expiring]:
    """What lies in our stores and has an end, soonest first; `within` days from `on`, 0: what has ended already.

    Goods are good until the end of their last day, here as when they are issued.
    """
    rows = ledger.balances(actor, bureau_id, kinds=ledger.HELD_KINDS, store_id=store_id)
    held = list(rows.order_by("pk"))
    facts = facts_by_lot(actor, bureau_id, [row.lot_id for row in held], ("expires_on", "frozen", "recalled"))
    found = []
    for row in held:
        told = facts.get(row.lot_id, {})
        ends = date.fromisoformat(told["expires_on"]) if told.get("expires_on") else row.lot.expires_on
        if ends is None:
            continue
        days = (ends - on).days
        if within is not None and days > (within if within else -1):
            continue
        found.append(
            Expiring(
                lot=row.lot,
                item=row.item,
                store=row.account.store,
                place=PLACE_OF[row.kind],
                kind=row.kind,
                quantity=row.quantity,
                expires_on=ends,
                days=days,
                is_stopped="yes" in (told.get("frozen"), told.get("recalled")),
            )
        )
    return sorted(found, key=lambda row: (row.expires_on, row.pinyin, row.lot.code, row.kind))


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """Sheets to count, to sign, to post; write-offs to approve. A sheet that is open for more than a day is overdue."""
    if bureau_id is None:
        return []
    rows = CountSheet.objects.visible_to(actor).filter(bureau_id=bureau_id)
    found: list[Waiting] = []
    if guard.can(actor, "count", "stock_count", bureau_id=bureau_id):
        found += _waiting("count_open", rows.filter(status__in=("open", "recount")), "opened_at", at)
        found += _waiting("count_sign", rows.filter(status="counted"), "opened_at", at)
    if guard.can(actor, "confirm", "stock_count", bureau_id=bureau_id):
        found += _waiting("count_confirm", rows.filter(status="signed"), "opened_at", at)
    if guard.can(actor, "approve", "write_off", bureau_id=bureau_id):
        asked = WriteOff.objects.visible_to(actor).filter(bureau_id=bureau_id, status="asked")
        found += _waiting("write_off_approve", asked, "asked_at", at)
    return found


# Group → its names and the list that shows it.
_GROUPS = {
    "count_open": ("待清点的盘点表", "stores to count", "count_list", "status=open"),
    "count_sign": ("待签字的盘点表", "counts to sign", "count_list", "status=counted"),
    "count_confirm": ("待复核的盘点表", "counts to confirm", "count_list", "status=signed"),
    "write_off_approve": ("待批准的报损单", "write-offs to approve", "write_off_list", "status=asked"),
}


def _waiting(
    kind: str, rows: QuerySet[CountSheet] | QuerySet[WriteOff], moment: str, at: datetime | None
) -> list[Waiting]:
    zh, en, url_name, query = _GROUPS[kind]
    count, oldest = rows.aggregate(n=Count("pk"), oldest=Min(moment)).values()
    if not count:
        return []
    due = oldest + OPEN_MOST
    return [Waiting(kind, zh, en, count, oldest, url_name, query, due_at=due, is_overdue=bool(at and due < at))]
