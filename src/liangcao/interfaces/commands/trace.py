"""`liangcao trace REF`: both ways, with quantities per account that add up."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.interfaces.commands import books, database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words

if TYPE_CHECKING:
    from liangcao.ledger.trace import ItemTrace, Trace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to trace."""
    parser.add_argument(
        "ref",
        metavar="REF",
        help=in_words(
            "批次、单据号、来源单号、申领单号或单位编码", "a lot, a document, a source, a requisition, or a unit's code"
        ),
    )
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Print the trace."""
    database.open_database()
    desk, found = _only_one(args.ref, books.desks(args.book))
    if args.json:
        print_json(as_plain(found, desk.bureau.code))
    else:
        for item in found.items:
            print("\n".join(_lines(item)))
    return 0


def _only_one(ref: str, desks: list[books.Desk]) -> tuple[books.Desk, Trace]:
    """The trace in the one book that knows `ref`. Raises NotFound, or Invalid BOOK_NEEDED when several do."""
    found, missing = [], None
    for desk in desks:
        try:
            found.append((desk, trace_in(desk, ref)))
        except NotFound as refusal:
            missing = refusal
    if not found:
        raise missing or NotFound()
    if len(found) > 1:
        known = " ".join(desk.bureau.code for desk, _ in found)
        raise Invalid(
            "BOOK_NEEDED",
            f"有几本台账都有“{ref}”,请用 --book 指明:{known}",
            f'Several books know "{ref}"; name one with --book: {known}',
            field="book",
        )
    return found[0]


def trace_in(desk: books.Desk, ref: str) -> Trace:
    """What the ledger knows by this name; else the goods of the requisition of this number."""
    from liangcao.ledger.trace import trace
    from liangcao.oversight.briefing.queries import trace_requisition

    try:
        return trace(desk.actor, desk.bureau.pk, ref)
    except NotFound:
        requisition = trace_requisition(desk.actor, desk.bureau.pk, ref)
        if requisition is None:
            raise
        return requisition


def as_plain(found: Trace, book: str) -> dict[str, Any]:
    """The trace for JSON: per item what came and where it is, places, ways between them, the lots."""
    return {
        "ref": found.ref,
        "book": book,
        "items": [_plain_item(item) for item in found.items],
        "lots": [
            {
                "code": lot.code,
                "id": str(lot.pk),
                "item": lot.item.code,
                "source_kind": lot.source_kind,
                "source_ref": lot.source_ref,
                "maker_lot": lot.maker_lot,
                "expires_on": lot.expires_on,
                "arrived_on": lot.arrived_on,
            }
            for lot in found.lots
        ],
    }


def _plain_item(item: ItemTrace) -> dict[str, Any]:
    places = {node.account_id: node for node in item.nodes}
    return {
        "item": item.item_code,
        "name": item.item_name,
        "unit": item.unit,
        "came": item.came,
        "held": item.held,
        "adds_up": item.adds_up,
        "accounts": [
            {"account": node.account_id, "kind": node.kind, "name": node.name, "quantity": node.quantity}
            for node in item.nodes
        ],
        "ways": [
            {
                "from": places[band.source_id].name,
                "from_kind": places[band.source_id].kind,
                "to": places[band.target_id].name,
                "to_kind": places[band.target_id].kind,
                "quantity": band.quantity,
                "moves": [number for _, number in band.moves],
            }
            for band in item.bands
        ],
    }


def _lines(item: ItemTrace) -> list[str]:
    from liangcao.ledger.kinds import ACCOUNT_NAMES

    def kind(name: str) -> str:
        return in_words(*ACCOUNT_NAMES[name])

    places = {node.account_id: node for node in item.nodes}
    held = " + ".join(f"{kind(name)} {quantity:,}" for name, quantity in item.held.items()) or "0"
    lines = [f"{item.item_code} {item.item_name}: {in_words('来', 'came')} {item.came:,} {item.unit} = {held}"]
    for band in item.bands:
        source, target = places[band.source_id], places[band.target_id]
        numbers = " ".join(number for _, number in band.moves)
        way = f"{kind(source.kind)} {source.name} → {kind(target.kind)} {target.name}"
        lines.append(f"  {way}: {band.quantity:,} {item.unit} ({numbers})")
    return lines
