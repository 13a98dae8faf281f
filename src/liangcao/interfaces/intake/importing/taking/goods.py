"""Gifts announced, goods received, goods issued, and what lies in the stores when a book begins."""

from __future__ import annotations

from collections.abc import Sequence

from liangcao.foundation.kernel.errors import Refusal, raise_all
from liangcao.interfaces.intake.importing import kinds
from liangcao.interfaces.intake.importing.judging import Judge, day_in, quantity_of
from liangcao.interfaces.intake.importing.kinds import Importer, Made, Taking
from liangcao.interfaces.intake.importing.taking.documents import grouped, located
from liangcao.interfaces.intake.models import ImportRow
from liangcao.interfaces.intake.reading.lines import DISTRIBUTED, DONATED, OTHER, PROCURED, PRODUCED, STOCK
from liangcao.operations.dispatch.actions import emergency_issue
from liangcao.operations.supply.actions import (
    OpeningLineInput,
    ReceiptLineInput,
    SourceLineInput,
    announce_source,
    enter_opening_stock,
    receive_unannounced,
)
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items_by_id

_INWARD = frozenset({DONATED, PROCURED, PRODUCED, OTHER})


def _items(taking: Taking) -> dict[int, Item]:
    return items_by_id(row.item_id for row in taking.rows if row.item_id)


def _quantities(rows: Sequence[ImportRow], items: dict[int, Item]) -> list[tuple[ImportRow, int, int]]:
    """(row, id of the item, base units) of good rows, which all have them."""
    return [(row, row.item_id or 0, quantity_of(row, items[row.item_id or 0]) or 0) for row in rows]


def take_gifts(taking: Taking) -> None:
    """One advice for each donor. Raises what `announce_source` refuses, with rows of the file."""
    items, problems = _items(taking), list[Refusal]()
    for donor_id, part, rows in grouped(taking.rows, lambda row: row.organisation_id):
        lines = [
            SourceLineInput(
                item_id=item_id,
                quantity=quantity,
                maker_lot=row.values.get("lot", ""),
                produced_on=day_in(row, "made"),
                expires_on=day_in(row, "expiry"),
                remark=row.values.get("remark", ""),
            )
            for row, item_id, quantity in _quantities(rows, items)
        ]
        with located(rows, problems):
            made = announce_source(
                bureau_id=taking.run.bureau_id,
                kind="gift",
                counterparty_id=donor_id,
                lines=lines,
                document_ref=taking.run.number,
                by=taking.by,
                at=taking.at,
                client_id=taking.key("gift", donor_id, part),
            )
            taking.made.append(Made("source", made.pk, made.number, tuple(rows)))
    raise_all(problems)


def check_receipts(judge: Judge, row: ImportRow) -> list[str]:
    """Goods managed by lot come with their lot, or with the reason why there is none."""
    item = judge.items.get(row.item_id) if row.item_id else None
    needs_lot = item is not None and item.lot_tracked and not row.values.get("lot")
    return ["LOT_MISSING"] if needs_lot and not judge.run.given.get(kinds.NO_LOT_REASON) else []


def take_receipts(taking: Taking) -> None:
    """One receipt for each sender, into the store that was named. Raises what `receive_unannounced` refuses."""
    items, problems, given = _items(taking), list[Refusal](), taking.run.given
    for sender_id, part, rows in grouped(taking.rows, lambda row: row.organisation_id):
        lines = [
            ReceiptLineInput(
                source_line_id=None,
                item_id=item_id,
                quantity_good=quantity,
                maker_lot=row.values.get("lot", ""),
                no_lot_reason="" if row.values.get("lot") else _no_lot(items[item_id], given),
                produced_on=day_in(row, "made"),
                expires_on=day_in(row, "expiry"),
            )
            for row, item_id, quantity in _quantities(rows, items)
        ]
        with located(rows, problems):
            made = receive_unannounced(
                bureau_id=taking.run.bureau_id,
                kind=given[kinds.SOURCE_KIND],
                counterparty_id=sender_id,
                store_id=given[kinds.STORE],
                lines=lines,
                document_ref=taking.run.number,
                by=taking.by,
                at=taking.at,
                client_id=taking.key("receipt", sender_id, part),
            )
            taking.made.append(Made("receipt", made.pk, made.number, tuple(rows)))
    raise_all(problems)


def _no_lot(item: Item, given: dict[str, str]) -> str:
    return given.get(kinds.NO_LOT_REASON, "") if item.lot_tracked else ""


def check_issues(_judge: Judge, row: ImportRow) -> list[str]:
    """Lots are picked by their expiry and not by the list."""
    return ["LOT_NOT_CHOSEN"] if row.values.get("lot") else []


def take_issues(taking: Taking) -> None:
    """One issue for each receiver on a leader's word: the papers follow. Raises what `emergency_issue` refuses."""
    items, problems, given = _items(taking), list[Refusal](), taking.run.given
    for receiver_id, part, rows in grouped(taking.rows, lambda row: row.organisation_id):
        wanted: dict[int, int] = {}
        for _row, item_id, quantity in _quantities(rows, items):
            wanted[item_id] = wanted.get(item_id, 0) + quantity
        with located(rows, problems):
            made = emergency_issue(
                bureau_id=taking.run.bureau_id,
                store_id=given[kinds.STORE],
                organisation_id=receiver_id,
                lines=list(wanted.items()),
                leader=given[kinds.LEADER],
                reason=given[kinds.REASON],
                limit_note=given[kinds.LIMIT_NOTE],
                by=taking.by,
                at=taking.at,
                client_id=taking.key("issue", receiver_id, part),
            )
            taking.made.append(Made("delivery", made.pk, made.number, tuple(rows)))
    raise_all(problems)


def take_opening_stock(taking: Taking) -> None:
    """The whole list of the opening stock; it replaces the one before. Raises what `enter_opening_stock` refuses."""
    items, problems = _items(taking), list[Refusal]()
    lines = [
        OpeningLineInput(
            store_id=row.store_id or 0,
            item_id=item_id,
            quantity=quantity,
            maker_lot=row.values.get("lot", ""),
            produced_on=day_in(row, "made"),
            expires_on=day_in(row, "expiry"),
            remark=row.values.get("remark", ""),
        )
        for row, item_id, quantity in _quantities(taking.rows, items)
    ]
    with located(taking.rows, problems):
        held = enter_opening_stock(
            bureau_id=taking.run.bureau_id,
            lines=lines,
            file=taking.run.file,
            by=taking.by,
            at=taking.at,
            client_id=taking.key("opening"),
        )
        taking.made.append(Made("opening_stock", held.pk, taking.run.number, tuple(taking.rows)))
    raise_all(problems)


_LOT_FIELDS = ("item", "quantity", "unit", "lot", "made", "expiry", "remark")
IMPORTERS = (
    Importer(
        kind="gifts", act=("source", "announce"), take=take_gifts, fields=("organisation", *_LOT_FIELDS),
        flows=_INWARD, names_organisation=True, names_item=True,
    ),
    Importer(
        kind="receipts", act=("source", "receive"), take=take_receipts, fields=("organisation", *_LOT_FIELDS),
        needs=(kinds.STORE, kinds.SOURCE_KIND), may=(kinds.NO_LOT_REASON,), flows=_INWARD, names_organisation=True,
        names_item=True, check=check_receipts,
    ),
    Importer(
        kind="issues", act=("delivery", "emergency"), take=take_issues,
        fields=("organisation", "item", "quantity", "unit", "remark"),
        needs=(kinds.STORE, kinds.LEADER, kinds.REASON, kinds.LIMIT_NOTE), flows=frozenset({DISTRIBUTED, OTHER}),
        names_organisation=True, names_item=True, check=check_issues,
    ),
    Importer(
        kind="opening-stock", act=("opening_stock", "enter"), take=take_opening_stock, fields=("store", *_LOT_FIELDS),
        flows=frozenset({STOCK}), names_item=True, names_store=True,
    ),
)  # fmt: skip
