"""The rows behind each figure. A value is the sum of its rows, whatever its measure: a test holds all figures to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date, day_end, day_start
from liangcao.ledger.kinds import ACCOUNT_NAMES, MOVE_KINDS
from liangcao.ledger.queries import lots
from liangcao.ledger.registers import FlowEntry, holdings_at
from liangcao.ledger.registers import entries as flow_entries
from liangcao.operations.demand.flow import REQUISITION_LINE_FLOW
from liangcao.operations.supply.flow import KINDS as SOURCE_KINDS
from liangcao.operations.supply.queries import sources
from liangcao.oversight.briefing.demand_lines import waiting_lines
from liangcao.oversight.briefing.handouts import early_releases, is_overdue, open_differences, papers_owing, unsettled
from liangcao.oversight.briefing.measures import DAY, EXPIRING_DAYS, HOLDINGS, MEASURES, Key
from liangcao.oversight.briefing.names import Names
from liangcao.oversight.briefing.task_lines import task_lines
from liangcao.reference.catalog.models import Item


@dataclass(frozen=True)
class Entry:
    """One row behind a figure. `url_name` and `url_arg` open the document that it stands on."""

    date: date
    document: str
    kind_zh: str
    kind_en: str
    item: Item | None
    party: str
    place: str
    lot: str
    quantity: int
    url_name: str
    url_arg: Any
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Question:
    """Which figure, of whom, up to when."""

    actor: Actor
    names: Names
    day: date
    key: Key

    @property
    def bureau_id(self) -> int:
        """The bureau that is asked about."""
        return int(self.names.bureau.pk)

    @property
    def item(self) -> Item | None:
        """The item of the key, None for a figure without one."""
        return self.names.items_by_code[self.key.item_code] if self.key.item_code else None

    @property
    def from_(self) -> date | None:
        """The first day that counts: the day itself, or no bound."""
        return self.day if self.key.span == DAY else None


def rows_behind(question: Question) -> Iterator[Entry]:
    """The rows of a figure, oldest first."""
    return _FAMILIES[question.key.measure.family](question)


def _flow_rows(q: Question) -> Iterator[Entry]:
    item = q.item
    found = flow_entries(
        q.actor, q.bureau_id, flows=(q.key.measure.name,), item_id=item.pk if item else None, from_=q.from_, to=q.day
    )
    for row in found:
        kind = MOVE_KINDS[row.move_kind]
        yield Entry(
            row.business_date,
            row.number,
            kind.zh,
            kind.en,
            item,
            q.names.party(row.party_id),
            q.names.store(row.store_id),
            row.lot_code,
            row.quantity,
            "move",
            row.move_id,
            row.reason,
        )


def allotment_batches(
    actor: Actor, bureau_id: int, *, to: date, item_id: int | None = None
) -> dict[tuple[int, str], tuple[FlowEntry, int]]:
    """(item, allotment number) → its first entry and what is left of it, for allotments of which something is left."""
    first: dict[tuple[int, str], FlowEntry] = {}
    left: dict[tuple[int, str], int] = {}
    for row in flow_entries(actor, bureau_id, flows=("allotment",), item_id=item_id, to=to):
        key = (row.item_id, row.source_ref.partition("#")[0])
        first.setdefault(key, row)
        left[key] = left.get(key, 0) + row.quantity
    return {key: (row, left[key]) for key, row in first.items() if left[key] > 0}


def _batch_rows(q: Question) -> Iterator[Entry]:
    """One row for each allotment with goods that stayed, on the day when the first of them came."""
    item = q.item
    found = allotment_batches(q.actor, q.bureau_id, to=q.day, item_id=item.pk if item else None)
    for (_, number), (row, left) in found.items():
        if q.from_ is None or row.business_date >= q.from_:
            yield Entry(
                row.business_date,
                number,
                *_source_kind("allotment"),
                item,
                q.names.party(row.party_id),
                q.names.store(row.store_id),
                row.lot_code,
                1,
                "move",
                row.move_id,
                f"{left:,} {item.base_unit if item else ''}",
                item.counted(left) if item else f"{left:,}",
            )


def _source_kind(kind: str) -> tuple[str, str]:
    return SOURCE_KINDS[kind].zh, SOURCE_KINDS[kind].en


def announced_sources(actor: Actor, bureau_id: int, kind: str, *, from_: date | None, to: date) -> QuerySet[Any]:
    """Sources of a kind announced in the period and not cancelled, oldest first, with their lines."""
    rows = (
        sources(actor, bureau_id=bureau_id, kind=kind).exclude(status="cancelled").filter(announced_at__lt=day_end(to))
    )
    if from_ is not None:
        rows = rows.filter(announced_at__gte=day_start(from_))
    return rows.prefetch_related("lines").order_by("announced_at", "pk")


# Their rows name the amount of each source.
MONEY_MEASURES = ("gift_money", "purchase_money")


def money_sources(actor: Actor, bureau_id: int, measure: str, *, from_: date | None, to: date) -> QuerySet[Any]:
    """Gifts of money (an amount and no goods), or purchases with a price."""
    kind = "gift" if measure == "gift_money" else "purchase"
    rows = announced_sources(actor, bureau_id, kind, from_=from_, to=to).exclude(amount_fen=None)
    return rows.filter(line_count=0) if kind == "gift" else rows


def _output_rows(q: Question) -> Iterator[Entry]:
    item = q.item
    for source in announced_sources(q.actor, q.bureau_id, "output", from_=q.from_, to=q.day):
        for line in source.lines.all():
            if line.item_id == (item.pk if item else None) and line.quantity_advised:
                yield _source_entry(q, source, line.quantity_advised, line.remark or source.note)


def _money_rows(q: Question) -> Iterator[Entry]:
    for source in money_sources(q.actor, q.bureau_id, q.key.measure.name, from_=q.from_, to=q.day):
        yield _source_entry(q, source, source.amount_fen, source.note)


def _source_entry(q: Question, source: Any, quantity: int, note: str) -> Entry:
    return Entry(
        business_date(source.announced_at),
        source.number,
        *_source_kind(source.kind),
        q.item,
        q.names.party(source.counterparty_id),
        source.channel,
        "",
        quantity,
        "source",
        source.pk,
        note,
    )


def _holding_rows(q: Question) -> Iterator[Entry]:
    yield from _held(q, HOLDINGS[q.key.measure.name], until=None)


def _expiring_rows(q: Question) -> Iterator[Entry]:
    yield from _held(q, HOLDINGS["in_stock"], until=q.day + timedelta(days=EXPIRING_DAYS))


def _held(q: Question, kinds: tuple[str, ...], *, until: date | None) -> Iterator[Entry]:
    """Each lot of the item in accounts of these kinds at the end of the day; only those that end by `until`."""
    item = q.item
    found = lots(q.actor, q.bureau_id, item_id=item.pk if item else None)
    known = {lot.pk: lot for lot in (found if until is None else found.filter(expires_on__lte=until))}
    held = holdings_at(q.actor, q.bureau_id, day=q.day, kinds=kinds, by_lot=True)
    rows = [(known[row.lot_id], row) for row in held if row.lot_id in known]
    for lot, row in sorted(rows, key=lambda pair: (pair[0].arrived_on, pair[0].code, pair[1].kind, pair[1].party_id)):
        ends = f"→ {lot.expires_on}" if lot.expires_on else ""
        yield Entry(
            lot.arrived_on,
            lot.code,
            *ACCOUNT_NAMES[row.kind],
            item,
            q.names.party(row.party_id),
            q.names.store(row.store_id),
            lot.code,
            row.quantity,
            "lot",
            lot.pk,
            ends,
        )


def _demand_rows(q: Question) -> Iterator[Entry]:
    for line in waiting_lines(q.actor, q.bureau_id, q.day):
        quantity = line.measured(q.key.measure.name)
        if line.item_code == q.key.item_code and quantity:
            state = REQUISITION_LINE_FLOW[line.status]
            yield Entry(
                line.received_date,
                line.number,
                state.zh,
                state.en,
                q.item,
                line.organisation,
                "",
                "",
                quantity,
                "requisition",
                line.requisition_id,
                "",
            )


def _gap_rows(q: Question) -> Iterator[Entry]:
    """What is approved and not met, less what is free; nothing when the free stock is enough."""
    unmet = [*_demand_rows(_about(q, "demand_unmet"))]
    free = [*_holding_rows(_about(q, "free"))]
    if sum(row.quantity for row in unmet) <= sum(row.quantity for row in free):
        return
    yield from unmet
    for row in free:
        yield Entry(**{**row.__dict__, "quantity": -row.quantity})


def _about(q: Question, name: str) -> Question:
    return Question(q.actor, q.names, q.day, Key(MEASURES[name], q.key.item_code, q.key.span))


def _difference_rows(q: Question) -> Iterator[Entry]:
    for delivery in open_differences(q.actor, q.bureau_id, q.day):
        for line in delivery.lines.all():
            missing = unsettled(line)
            if line.item_id == (q.item.pk if q.item else None) and missing:
                yield _delivery_entry(q, delivery, missing, line.difference_reason)


def _paper_rows(q: Question) -> Iterator[Entry]:
    overdue = q.key.measure.name == "papers_overdue"
    for delivery in papers_owing(q.actor, q.bureau_id, q.day):
        if not overdue or is_overdue(delivery, q.day):  # type: ignore[operator]
            yield _delivery_entry(q, delivery, 1, delivery.emergency_reason)
    for release in early_releases(q.actor, q.bureau_id, q.day):
        if not overdue or is_overdue(release, q.day):
            yield _release_entry(q, release)


def _release_entry(q: Question, release: Any) -> Entry:
    receipt = release.receipt
    return Entry(
        business_date(release.released_at),
        receipt.number,
        "先行放行",
        "early release",
        None,
        q.names.party(receipt.source.counterparty_id),
        "",
        "",
        1,
        "receipt",
        receipt.pk,
        release.reason,
    )


def _task_rows(q: Question) -> Iterator[Entry]:
    for line in task_lines(q.actor, q.bureau_id, q.day):
        if line.counts(q.key.measure.name, q.key.span, q.day):
            yield Entry(
                line.given_date,
                line.number,
                "交办事项",
                "task",
                None,
                line.owner,
                "",
                "",
                1,
                "task",
                line.task_id,
                line.text,
            )


def _delivery_entry(q: Question, delivery: Any, quantity: int, note: str) -> Entry:
    moment = delivery.signed_at or delivery.handed_over_at
    names = ("应急出库", "emergency issue") if delivery.is_emergency else ("配送单", "delivery")
    return Entry(
        business_date(moment),
        delivery.number,
        *names,
        q.item,
        q.names.party(delivery.organisation_id),
        q.names.store(delivery.store_id),
        "",
        quantity,
        "delivery",
        delivery.pk,
        note,
    )


_FAMILIES: dict[str, Callable[[Question], Iterator[Entry]]] = {
    "flow": _flow_rows,
    "batches": _batch_rows,
    "output": _output_rows,
    "money": _money_rows,
    "holding": _holding_rows,
    "expiring": _expiring_rows,
    "demand": _demand_rows,
    "gap": _gap_rows,
    "difference": _difference_rows,
    "papers": _paper_rows,
    "tasks": _task_rows,
}
