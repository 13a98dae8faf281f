"""The four registers of the trade: 储备明细表, 入库台账, 出库台账, 发放登记表. Rows are streamed; totals grow while they pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import merge
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.errors import Invalid
from liangcao.ledger.kinds import FLOWS, IN_FLOWS, MOVE_KINDS, SOURCE_KINDS, AccountKind
from liangcao.ledger.queries import flow_totals, lots
from liangcao.ledger.registers import FlowEntry, entries, holdings_at
from liangcao.operations.dispatch.flow import DELIVERY_FLOW
from liangcao.operations.supply.flow import RECEIPT_FLOW
from liangcao.oversight.briefing.columns import (
    HAND_OUT_COLUMNS,
    ISSUE_COLUMNS,
    RECEIPT_COLUMNS,
    STOCK_COLUMNS,
    Column,
)
from liangcao.oversight.briefing.handouts import handed_over, signatures
from liangcao.oversight.briefing.measures import EXPIRING_DAYS, HOLDINGS
from liangcao.oversight.briefing.names import Names
from liangcao.reference.catalog.models import Item

COMING_IN = (*IN_FLOWS, "returned", "transfer_in")
GOING_OUT = ("issued", "loss", "sent_back", "transfer_out")
_DIRECT = ("直达", "direct")
_TO_STORE = {"receiving", "store", "quarantine", "reserved"}


@dataclass(frozen=True)
class Scope:
    """What a register covers. `item` and `store_id` None: all."""

    actor: Actor
    names: Names
    from_: date
    to: date
    store_id: int | None = None
    item_id: int | None = None
    language: str = "zh-hans"

    def said(self, words: tuple[str, str]) -> str:
        """The Chinese or the English word."""
        return words[self.language.startswith("en")]

    def item_cells(self, item: Item) -> tuple[str, str, str]:
        """Code, name and standard."""
        return item.code, self.said((item.name, item.name_en or item.name)), item.standard

    def unit(self, item: Item) -> str:
        """The base unit."""
        return self.said((item.base_unit, item.base_unit_en or item.base_unit))

    @property
    def bureau_id(self) -> int:
        """The bureau whose register this is."""
        return int(self.names.bureau.pk)


@dataclass(frozen=True)
class Row:
    """One row: cells in the order of the columns, and the document behind it."""

    cells: tuple[Any, ...]
    url_name: str = ""
    url_arg: Any = None


@dataclass
class Totals:
    """Sums per item, in its base unit, of each quantity column, and the number of rows that have passed."""

    columns: tuple[str, ...]
    rows: int = 0
    by_item: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def add(self, item: tuple[str, str, str], quantities: list[int]) -> None:
        """Count one row of (code, name, unit)."""
        self.rows += 1
        sums = self.by_item.setdefault(item, [0] * len(self.columns))
        for place, quantity in enumerate(quantities):
            sums[place] += quantity


@dataclass
class Register:
    """A register ready to be read once: iterate `rows()`, then read `totals`."""

    kind: str
    zh: str
    en: str
    scope: Scope
    columns: tuple[Column, ...]
    totals: Totals
    _produce: Callable[[Scope], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """Rows in order; counts the totals on the way."""
        self.totals.rows, self.totals.by_item = 0, {}
        keys = [column.key for column in self.columns]
        named = [keys.index(key) for key in ("item_code", "item", "unit")]
        counted = [place for place, column in enumerate(self.columns) if column.holds == "quantity"]
        for row in self._produce(self.scope):
            code, name, unit = (row.cells[place] for place in named)
            self.totals.add((code, name, unit), [row.cells[place] or 0 for place in counted])
            yield row


def _stock_rows(scope: Scope) -> Iterator[Row]:
    """储备明细表: one row for each store and item that held or moved anything in the period."""
    opening = _held(scope, scope.from_ - timedelta(days=1), HOLDINGS["in_stock"])
    closing = _held(scope, scope.to, HOLDINGS["in_stock"])
    parts = [_held(scope, scope.to, (kind,)) for kind in ("reserved", "quarantine")]
    expiring = _expiring(scope)
    came: dict[tuple[int, int], int] = {}
    for store in scope.names.stores if scope.store_id is None else [scope.store_id]:
        totals = flow_totals(scope.actor, scope.bureau_id, from_=scope.from_, to=scope.to, store_id=store)
        for (flow, moved), quantity in totals.items():
            if flow in COMING_IN:
                came[store, moved] = came.get((store, moved), 0) + quantity
    used = set(opening) | set(closing) | set(came)
    places = {item: place for place, item in enumerate(scope.names.items)}
    for store, item_id in sorted(used, key=lambda key: (key[0], places[key[1]])):
        if scope.item_id not in (None, item_id):
            continue
        key = (store, item_id)
        before, after, coming = opening.get(key, 0), closing.get(key, 0), came.get(key, 0)
        item = scope.names.items[item_id]
        held = [part.get(key, 0) for part in (*parts, expiring)]
        yield Row(
            (
                scope.names.store(store),
                *scope.item_cells(item),
                scope.unit(item),
                before,
                coming,
                before + coming - after,
                after,
                *held,
            ),
            "stock",
        )


def _held(scope: Scope, day: date, kinds: tuple[str, ...]) -> dict[tuple[int, int], int]:
    held: dict[tuple[int, int], int] = {}
    for row in holdings_at(scope.actor, scope.bureau_id, day=day, kinds=kinds, store_id=scope.store_id):
        held[row.store_id, row.item_id] = held.get((row.store_id, row.item_id), 0) + row.quantity
    return held


def _expiring(scope: Scope) -> dict[tuple[int, int], int]:
    until = scope.to + timedelta(days=EXPIRING_DAYS)
    soon = set(lots(scope.actor, scope.bureau_id).filter(expires_on__lte=until).values_list("pk", flat=True))
    held: dict[tuple[int, int], int] = {}
    if soon:
        found = holdings_at(
            scope.actor, scope.bureau_id, day=scope.to, kinds=HOLDINGS["in_stock"], store_id=scope.store_id, by_lot=True
        )
        for row in found:
            if row.lot_id in soon:
                held[row.store_id, row.item_id] = held.get((row.store_id, row.item_id), 0) + row.quantity
    return held


def _flow_entries(scope: Scope, flows: tuple[str, ...]) -> Iterator[FlowEntry]:
    return entries(
        scope.actor,
        scope.bureau_id,
        flows=flows,
        item_id=scope.item_id,
        store_id=scope.store_id,
        from_=scope.from_,
        to=scope.to,
    )


def _receipt_rows(scope: Scope) -> Iterator[Row]:
    """入库台账: everything that came into our stores or went straight to a unit; a reversal counts below zero."""
    for entry in _flow_entries(scope, COMING_IN):
        source = entry.source_ref.partition("#")[0] if entry.flow in IN_FLOWS else entry.cause_ref
        flow = SOURCE_KINDS.get(entry.flow) or FLOWS[entry.flow]
        yield _flow_row(scope, entry, scope.said(flow), source)


def _issue_rows(scope: Scope) -> Iterator[Row]:
    """出库台账: all that left a store, and direct deliveries. Losses on the road stand with the delivery, not here."""
    for entry in _flow_entries(scope, GOING_OUT):
        if entry.flow in ("loss", "sent_back") and not _left_a_store(entry):
            continue
        yield _flow_row(scope, entry, scope.said(FLOWS[entry.flow]), entry.cause_ref)


def _left_a_store(entry: FlowEntry) -> bool:
    left = entry.source if entry.quantity > 0 else entry.target
    return left[0] in _TO_STORE


def _flow_row(scope: Scope, entry: FlowEntry, flow: str, reference: str) -> Row:
    item, kind = scope.names.items[entry.item_id], MOVE_KINDS[entry.move_kind]
    return Row(
        (
            entry.business_date,
            entry.number,
            scope.said((kind.zh, kind.en)),
            flow,
            scope.names.party(entry.party_id),
            reference,
            *scope.item_cells(item),
            entry.lot_code,
            entry.maker_lot,
            entry.expires_on,
            scope.unit(item),
            entry.quantity,
            scope.names.store(entry.store_id) or scope.said(_DIRECT),
            entry.actor_name,
            entry.reason,
        ),
        "move",
        entry.move_id,
    )


def _hand_out_rows(scope: Scope) -> Iterator[Row]:
    """发放登记表: each line of each delivery that left in the period, with what the unit signed for, and what went
    straight from a source to a unit. Together they are what the book says was issued."""
    yield from merge(_delivery_rows(scope), _direct_rows(scope), key=lambda row: row.cells[0])


def _delivery_rows(scope: Scope) -> Iterator[Row]:
    rows = handed_over(scope.actor, scope.bureau_id, from_=scope.from_, to=scope.to)
    if scope.store_id is not None:
        rows = rows.filter(store_id=scope.store_id)
    for delivery in rows.iterator(chunk_size=500):
        for line in delivery.lines.all():
            if scope.item_id not in (None, line.item_id):
                continue
            item = scope.names.items[line.item_id]
            signed, state = delivery.signed_at, DELIVERY_FLOW[delivery.status]
            yield Row(
                (
                    delivery.handed_over_at.astimezone(LOCAL).date(),  # type: ignore[union-attr]
                    delivery.number,
                    scope.names.party(delivery.organisation_id),
                    *scope.item_cells(item),
                    line.lot.code,
                    scope.unit(item),
                    line.quantity,
                    line.quantity_good,
                    line.quantity_short,
                    line.quantity_damaged,
                    delivery.signed_name,
                    signed.astimezone(LOCAL).date() if signed else None,
                    scope.said((state.zh, state.en)),
                    line.difference_reason or delivery.emergency_reason,
                ),
                "delivery",
                delivery.pk,
            )


def _direct_rows(scope: Scope) -> Iterator[Row]:
    """Direct deliveries 直达: signed for when they are entered, so nothing is short; a reversal counts below zero."""
    names = signatures(scope.actor, scope.bureau_id, from_=scope.from_, to=scope.to)
    for entry in _flow_entries(scope, ("issued",)):
        if {entry.source[0], entry.target[0]} != {AccountKind.OUTSIDE, AccountKind.RECIPIENT}:
            continue
        item, signed_name = scope.names.items[entry.item_id], names.get(entry.move_id, "")
        state = DELIVERY_FLOW["signed"] if entry.quantity > 0 else RECEIPT_FLOW["reversed"]
        yield Row(
            (
                entry.business_date,
                entry.number,
                scope.names.party(entry.party_id),
                *scope.item_cells(item),
                entry.lot_code,
                scope.unit(item),
                entry.quantity,
                entry.quantity,
                0,
                0,
                signed_name,
                entry.business_date if signed_name else None,
                scope.said((state.zh, state.en)),
                entry.reason or scope.said(_DIRECT),
            ),
            "move",
            entry.move_id,
        )


_Producer = Callable[[Scope], Iterator[Row]]
REGISTERS: dict[str, tuple[str, str, tuple[Column, ...], _Producer]] = {
    "stock_statement": ("物资储备明细表", "reserve statement", STOCK_COLUMNS, _stock_rows),
    "receipts_register": ("入库台账", "receipts register", RECEIPT_COLUMNS, _receipt_rows),
    "issues_register": ("出库台账", "issues register", ISSUE_COLUMNS, _issue_rows),
    "issue_register": ("物资发放登记表", "issue register", HAND_OUT_COLUMNS, _hand_out_rows),
}


def build(kind: str, scope: Scope) -> Register:
    """The register of this kind, not read yet. Raises Invalid REGISTER_UNKNOWN, PERIOD_INVALID."""
    if kind not in REGISTERS:
        known, known_en = "、".join(REGISTERS), ", ".join(REGISTERS)
        raise Invalid(
            "REGISTER_UNKNOWN",
            f"没有“{kind}”这种台账,可用:{known}",
            f'There is no register "{kind}"; there are: {known_en}',
            field="kind",
        )
    if scope.from_ > scope.to:
        raise Invalid(
            "PERIOD_INVALID",
            f"起始日期 {scope.from_} 晚于截止日期 {scope.to}",
            f"The period begins ({scope.from_}) after its end ({scope.to})",
            field="from",
        )
    zh, en, columns, produce = REGISTERS[kind]
    counted = tuple(column.key for column in columns if column.holds == "quantity")
    return Register(kind, zh, en, scope, columns, Totals(counted), produce)
