"""What of a receipt can still be taken back, and what has moved on since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.templatetags.words import quantity, unit_of
from liangcao.ledger import queries as ledger
from liangcao.operations.supply import queries


@dataclass(frozen=True)
class ReversalLine:
    """One receipt line: what is left of it, what of that still lies where it was put, and what has moved on."""

    line: Any
    good: int
    damaged: int
    moved: int


def reversal_lines(request: Any, receipt: Any) -> list[ReversalLine]:
    """The lines of a receipt with what can be reversed now. Held lines lie in quarantine as a whole."""
    lines = list(queries.receipt_lines(request.actor, receipt.pk))
    held: dict[tuple[Any, str], int] = {}
    for lot_id in {line.lot_id for line in lines}:
        for row in ledger.balances(request.actor, receipt.bureau_id, lot_id=lot_id):
            held[lot_id, row.kind] = held.get((lot_id, row.kind), 0) + row.quantity
    return [_line(line, held, is_direct=receipt.store_id is None) for line in lines]


def _line(line: Any, held: dict[tuple[Any, str], int], *, is_direct: bool) -> ReversalLine:
    quarantined = held.get((line.lot_id, "quarantine"), 0)
    lying = held.get((line.lot_id, "recipient" if is_direct else "store"), 0)
    damaged = min(line.damaged_left, quarantined)
    if line.needs:
        # Waiting for signatures, accepted, and rejected: taking the receipt back brings all of them together.
        lying += held.get((line.lot_id, "receiving"), 0) + quarantined - damaged
    good = min(line.good_left, quarantined - damaged if line.is_held else lying)
    return ReversalLine(line, good, damaged, line.good_left + line.damaged_left - good - damaged)


def reversal_in_words(lines: list[ReversalLine]) -> str:
    """How many documents, lots and pieces, and what stays out."""
    able = [line for line in lines if line.good or line.damaged]
    words = {
        "lots": len({line.line.lot_id for line in able}),
        "pieces": _by_unit((line.line.item, line.good + line.damaged) for line in able),
        "moved": _by_unit((line.line.item, line.moved) for line in lines),
    }
    if any(line.moved for line in lines):
        return _("最多可冲红 1 张单据、%(lots)s 个批次,共 %(pieces)s;已被后续单据动用的 %(moved)s 不在内。") % words
    return _("将冲红 1 张单据、%(lots)s 个批次,共 %(pieces)s。冲红后结存和通报数字随之减少。") % words


def _by_unit(counts: Iterable[tuple[Any, int]]) -> str:
    """3,400 只、40 套: pieces of different units are never added."""
    sums: dict[str, int] = {}
    for item, count in counts:
        if count:
            sums[unit_of(item)] = sums.get(unit_of(item), 0) + count
    return _("、").join(f"{quantity(total)} {unit_of(unit, total)}" for unit, total in sums.items()) or "0"
