"""What callers hand to the actions of this module: plain frozen values. Quantities count `unit` ("base" or a pack's
name)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SourceLineInput:
    """One item announced. `quantity` None means that the amount was not told."""

    item_id: int
    quantity: int | None
    unit: str = "base"
    maker_lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    unit_price_fen: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class ReceiptLineInput:
    """What arrived of one item. Without `source_line_id` the item's line of the advice is taken, or one is added.

    A lot-tracked item without a maker's lot needs `no_lot_reason` and goes to quarantine, unless `accepted_by` names
    who has inspected it and lets it into the store. `reason` explains a shortage against the advice, or damage. A line
    with two zeros says, on the final receipt, that nothing of it came.
    """

    source_line_id: int | None
    item_id: int
    quantity_good: int
    quantity_damaged: int = 0
    maker_lot: str = ""
    no_lot_reason: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    reason: str = ""
    unit: str = "base"
    accepted_by: str = ""


@dataclass(frozen=True)
class ReversalInput:
    """How much of one receipt line is taken back, in base units."""

    receipt_line_id: int
    quantity_good: int = 0
    quantity_damaged: int = 0


@dataclass(frozen=True)
class FindingInput:
    """What a signature says of one receipt line, in base units: the count how many are there, quality how many of them
    pass and how many do not, and why."""

    receipt_line_id: int
    quantity_counted: int | None = None
    quantity_passed: int | None = None
    quantity_rejected: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class PieceInput:
    """So many base units of one receipt line: what is let go early, or sent back."""

    receipt_line_id: int
    quantity: int


@dataclass(frozen=True)
class OpeningLineInput:
    """What was counted of one lot. `unit` is the base unit or a pack; `row` is its row in a workbook, if it has one."""

    store_id: int
    item_id: int
    quantity: object
    unit: str = "base"
    maker_lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    remark: str = ""
    row: int | None = None
