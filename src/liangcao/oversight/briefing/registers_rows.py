"""The rows of the four registers, streamed, and their sums as the database adds them up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from heapq import merge

from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.ledger.entries import NONE_ID
from liangcao.ledger.kinds import FLOWS, IN_FLOWS, MOVE_KINDS, SOURCE_KINDS, AccountKind
from liangcao.ledger.queries import lots
from liangcao.ledger.registers import HELD, FlowEntry, FlowSum, Place, entries, flow_sums, holdings_at, stock_flows
from liangcao.operations.dispatch.flow import DELIVERY_FLOW
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.supply.flow import RECEIPT_FLOW
from liangcao.oversight.briefing.handouts import delivery_sums, handed_over, signatures
from liangcao.oversight.briefing.measures import EXPIRING_DAYS, HOLDINGS
from liangcao.oversight.briefing.registers_parts import Row, RowKey, Scope, Totals
from liangcao.oversight.briefing.wording import day_en, day_zh

COMING_IN = (*IN_FLOWS, "returned", "transfer_in")
GOING_OUT = ("issued", "loss", "sent_back", "transfer_out")
_DIRECT = ("直达", "direct")
_WITH_THE_UNIT = ("recipient",)
_REVERSAL, _LATE = ("冲红", "reversal"), ("补录", "late")


def held_by_item(scope: Scope, day: date, kinds: tuple[str, ...] = HOLDINGS["in_stock"]) -> dict[tuple[int, int], int]:
    """(store, item) → pieces at the end of a day; with a party what it has signed for, under store 0."""
    held: dict[tuple[int, int], int] = {}
    for row in holdings_at(
        scope.actor, scope.bureau_id, day=day, kinds=kinds if scope.party_id is None else _WITH_THE_UNIT,
        store_id=scope.store_id, party_id=scope.party_id, seq=scope.seq,
    ):  # fmt: skip
        if scope.item_id in (None, row.item_id):
            held[row.store_id, row.item_id] = held.get((row.store_id, row.item_id), 0) + row.quantity
    return held


def stock_rows(scope: Scope, after: RowKey | None = None, before: RowKey | None = None) -> Iterator[Row]:
    """储备明细表: one row for each store and item that held or moved anything in the period."""
    opening = held_by_item(scope, scope.from_ - timedelta(days=1))
    closing = held_by_item(scope, scope.to)
    moved = stock_flows(scope.actor, scope.bureau_id, cut=scope.cut)
    parts = _parts_of_stock(scope)
    places = {item: place for place, item in enumerate(scope.names.items)}
    used = set(opening) | set(closing) | {key for key in moved if key[0] != NONE_ID or scope.party_id is not None}
    made = []
    for store, item_id in sorted(used, key=lambda key: (key[0], places[key[1]])):
        key, item, flow = (store, item_id), scope.names.items[item_id], moved.get((store, item_id))
        after_all = closing.get(key, 0)
        place = scope.names.store(store) if scope.party_id is None else scope.names.party(scope.party_id)
        cells = (
            place,
            *scope.item_cells(item),
            scope.unit(item),
            opening.get(key, 0),
            flow.came if flow else 0,
            flow.left if flow else 0,
            after_all,
            scope.in_packs(after_all, item),
            *(part.get(key, 0) for part in parts),
        )
        made.append(Row(cells, (store, places[item_id]), "stock"))
    yield from _between(iter(made), after, before)


def _parts_of_stock(scope: Scope) -> list[dict[tuple[int, int], int]]:
    """Of what is in the stores: reserved, in quarantine, expiring."""
    if scope.party_id is not None:
        return [{}, {}, {}]
    return [*(held_by_item(scope, scope.to, (kind,)) for kind in ("reserved", "quarantine")), _expiring(scope)]


def _expiring(scope: Scope) -> dict[tuple[int, int], int]:
    until = scope.to + timedelta(days=EXPIRING_DAYS)
    dated = lots(scope.actor, scope.bureau_id).filter(expires_on__isnull=False).values_list("pk", "expires_on")
    ends = {lot: scope.expires_on(lot, printed) for lot, printed in dated}
    ends |= {lot: date.fromisoformat(text) for lot, text in scope.corrected_expiry.items() if text}
    soon = {lot for lot, day in ends.items() if day is not None and day <= until}
    held: dict[tuple[int, int], int] = {}
    if soon:
        found = holdings_at(
            scope.actor, scope.bureau_id, day=scope.to, kinds=HOLDINGS["in_stock"], store_id=scope.store_id,
            by_lot=True, seq=scope.seq,
        )  # fmt: skip
        for row in found:
            if row.lot_id in soon:
                held[row.store_id, row.item_id] = held.get((row.store_id, row.item_id), 0) + row.quantity
    return held


def _flow_entries(
    scope: Scope, flows: tuple[str, ...], after: RowKey | None = None, before: RowKey | None = None
) -> Iterator[FlowEntry]:
    return entries(
        scope.actor,
        scope.bureau_id,
        flows=flows,
        item_id=scope.item_id,
        store_id=scope.store_id,
        party_id=scope.party_id,
        from_=scope.from_,
        to=scope.to,
        seq=scope.seq,
        after=_place(after),
        before=_place(before),
    )


def _place(key: RowKey | None) -> Place | None:
    return None if key is None else (date.fromisoformat(key[0]), key[1], key[2])


def receipt_rows(scope: Scope, after: RowKey | None = None, before: RowKey | None = None) -> Iterator[Row]:
    """入库台账: everything that came into our stores or went straight to a unit; a reversal counts below zero."""
    for entry in _flow_entries(scope, COMING_IN, after, before):
        source = entry.source_ref.partition("#")[0] if entry.flow in IN_FLOWS else entry.cause_ref
        flow = SOURCE_KINDS.get(entry.flow) or FLOWS[entry.flow]
        yield _flow_row(scope, entry, scope.said(flow), source)


def issue_rows(scope: Scope, after: RowKey | None = None, before: RowKey | None = None) -> Iterator[Row]:
    """出库台账: all that left a store, and direct deliveries. Losses on the road stand with the delivery, not here."""
    for entry in _flow_entries(scope, GOING_OUT, after, before):
        if _left_a_store(entry):
            yield _flow_row(scope, entry, scope.said(FLOWS[entry.flow]), entry.cause_ref)


def _left_a_store(entry: FlowEntry | FlowSum) -> bool:
    if entry.flow not in ("loss", "sent_back"):
        return True
    left = entry.source if entry.quantity > 0 else entry.target
    return left[0] in HELD


def _flow_row(scope: Scope, entry: FlowEntry, flow: str, reference: str) -> Row:
    item, kind = scope.names.items[entry.item_id], MOVE_KINDS[entry.move_kind]
    cells = (
        entry.business_date,
        entry.number,
        scope.said((kind.zh, kind.en)),
        flow,
        scope.names.party(entry.party_id),
        reference,
        *scope.item_cells(item),
        entry.lot_code,
        scope.corrected_maker_lot.get(entry.lot_id) or entry.maker_lot,
        scope.expires_on(entry.lot_id, entry.expires_on),
        scope.unit(item),
        entry.quantity,
        scope.in_packs(entry.quantity, item),
        scope.names.store(entry.store_id) or scope.said(_DIRECT),
        entry.actor_name,
        _mark(scope, entry),
        _remark(scope, entry),
    )
    return Row(cells, (entry.business_date.isoformat(), entry.seq, entry.line), "move", entry.move_id)


def _is_late(entry: FlowEntry) -> bool:
    return bool(entry.late_reason) or business_date(entry.recorded_at) > entry.business_date


def _mark(scope: Scope, entry: FlowEntry) -> str:
    """Reversals and late entries stand as lines of their own and say so."""
    marks = [_REVERSAL] if entry.reverses else []
    return " ".join(scope.said(mark) for mark in ([*marks, _LATE] if _is_late(entry) else marks))


def _remark(scope: Scope, entry: FlowEntry) -> str:
    """Which document a reversal takes back, the reason, and when and why a late entry was recorded."""
    parts = [scope.said((f"冲 {entry.reverses}", f"reverses {entry.reverses}"))] if entry.reverses else []
    if entry.reason:
        parts.append(entry.reason)
    if _is_late(entry):
        recorded = business_date(entry.recorded_at)
        parts.append(scope.said((f"{day_zh(recorded)}记账", f"recorded {day_en(recorded)}")))
        parts += [entry.late_reason] if entry.late_reason else []
    return scope.said((";", "; ")).join(parts)


def hand_out_rows(scope: Scope, after: RowKey | None = None, before: RowKey | None = None) -> Iterator[Row]:
    """发放登记表: each line of each delivery that left in the period, with what the unit signed for, and what went
    straight from a source to a unit. Together they are what the book says was issued."""
    made = merge(_delivery_rows(scope), _direct_rows(scope), key=lambda row: row.key)
    yield from _between(made, after, before)


def _between(made: Iterator[Row], after: RowKey | None, before: RowKey | None) -> Iterator[Row]:
    """The rows behind a place, or those before one, the nearest first."""
    if before is not None:
        yield from reversed([row for row in made if row.key < before])
    else:
        yield from (row for row in made if after is None or row.key > after)


def _delivery_rows(scope: Scope) -> Iterator[Row]:
    rows = handed_over(scope.actor, scope.bureau_id, from_=scope.from_, to=scope.to)
    wanted = {"store_id": scope.store_id, "organisation_id": scope.party_id, "issue_move__seq__lte": scope.seq}
    for delivery in rows.filter(**{k: v for k, v in wanted.items() if v is not None}).iterator(chunk_size=500):
        yield from _lines_of(scope, delivery)


def _lines_of(scope: Scope, delivery: Delivery) -> Iterator[Row]:
    is_signed = scope.is_known(delivery.signed_at)
    is_settled = scope.is_known(delivery.settled_at)
    state = DELIVERY_FLOW["settled" if is_settled else "signed" if is_signed else "in_transit"]
    left = delivery.handed_over_at.astimezone(LOCAL)  # type: ignore[union-attr]
    for line in delivery.lines.all():
        if scope.item_id not in (None, line.item_id):
            continue
        item = scope.names.items[line.item_id]
        arrived = (line.quantity_good, line.quantity_short, line.quantity_damaged) if is_signed else (None, None, None)
        cells = (
            left.date(),
            delivery.number,
            scope.names.party(delivery.organisation_id),
            *scope.item_cells(item),
            line.lot.code,
            scope.unit(item),
            line.quantity,
            scope.in_packs(line.quantity, item),
            *arrived,
            delivery.signed_name if is_signed else "",
            business_date(delivery.signed_at) if is_signed else None,  # type: ignore[arg-type]
            scope.said((state.zh, state.en)),
            "",
            (line.difference_reason if is_signed else "") or delivery.emergency_reason,
        )
        key = (left.date().isoformat(), 0, int(left.timestamp() * 1_000_000), delivery.pk, line.line)
        yield Row(cells, key, "delivery", delivery.pk)


def _direct_rows(scope: Scope) -> Iterator[Row]:
    """Direct deliveries 直达: signed for when they are entered, so nothing is short; a reversal counts below zero."""
    names = signatures(scope.actor, scope.bureau_id, from_=scope.from_, to=scope.to)
    for entry in _flow_entries(scope, ("issued",)):
        if not _is_direct(entry):
            continue
        item, signed_name = scope.names.items[entry.item_id], names.get(entry.move_id, "")
        state = DELIVERY_FLOW["signed"] if entry.quantity > 0 else RECEIPT_FLOW["reversed"]
        cells = (
            entry.business_date,
            entry.number,
            scope.names.party(entry.party_id),
            *scope.item_cells(item),
            entry.lot_code,
            scope.unit(item),
            entry.quantity,
            scope.in_packs(entry.quantity, item),
            entry.quantity,
            0,
            0,
            signed_name,
            entry.business_date if signed_name else None,
            scope.said((state.zh, state.en)),
            _mark(scope, entry),
            _remark(scope, entry) or scope.said(_DIRECT),
        )
        yield Row(cells, (entry.business_date.isoformat(), 1, 0, entry.seq, entry.line), "move", entry.move_id)


def _is_direct(entry: FlowEntry | FlowSum) -> bool:
    return {entry.source[0], entry.target[0]} == {AccountKind.OUTSIDE, AccountKind.RECIPIENT}


def add_receipts(scope: Scope, totals: Totals) -> None:
    """The sums of 入库台账."""
    _add_flows(scope, totals, COMING_IN)


def add_issues(scope: Scope, totals: Totals) -> None:
    """The sums of 出库台账."""
    _add_flows(scope, totals, GOING_OUT)


def _add_flows(scope: Scope, totals: Totals, flows: tuple[str, ...]) -> None:
    for found in flow_sums(scope.actor, scope.bureau_id, flows=flows, cut=scope.cut):
        if _left_a_store(found):
            totals.add(_named(scope, found.item_id), [found.quantity], found.rows)


def add_hand_outs(scope: Scope, totals: Totals) -> None:
    """The sums of 发放登记表."""
    for item_id, rows, quantities in delivery_sums(scope):
        totals.add(_named(scope, item_id), quantities, rows)
    for found in flow_sums(scope.actor, scope.bureau_id, flows=("issued",), cut=scope.cut):
        if _is_direct(found):
            totals.add(_named(scope, found.item_id), [found.quantity, found.quantity, 0, 0], found.rows)


def issued_by_item(scope: Scope) -> dict[int, int]:
    """item → what the book says was issued."""
    issued: dict[int, int] = {}
    for found in flow_sums(scope.actor, scope.bureau_id, flows=("issued",), cut=scope.cut):
        issued[found.item_id] = issued.get(found.item_id, 0) + found.quantity
    return issued


def _named(scope: Scope, item_id: int) -> tuple[str, str, str]:
    item = scope.names.items[item_id]
    code, name, _standard = scope.item_cells(item)
    return code, name, scope.unit(item)
