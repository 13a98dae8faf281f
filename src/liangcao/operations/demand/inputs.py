"""What callers hand to the actions of this module: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequisitionLineInput:
    """One item asked for. `quantity` None means that the amount is not known, which is not 0.

    `quantity` counts `unit`: "" or "base" for the base unit, else a pack's name; `on_hand` and `daily_use` count base
    units.
    """

    item_id: int
    quantity: int | None
    unit: str = "base"
    on_hand: int | None = None
    daily_use: int | None = None
    in_addition: bool = False


@dataclass(frozen=True)
class ApprovalLine:
    """The review of one line, in base units. None leaves an unknown amount unknown. `tier` None keeps the line's
    tier."""

    line_id: int
    quantity_approved: int | None
    cut_reason: str = ""
    tier: int | None = None


@dataclass(frozen=True)
class ConfirmationInput:
    """A line that still stands, with stock and use of today in base units; None keeps what was told before."""

    line_id: int
    on_hand: int | None = None
    daily_use: int | None = None


@dataclass(frozen=True)
class FulfilmentInput:
    """Something that happened to a line, in base units. `kind`: allotted, released, delivered, returned."""

    line_id: int
    kind: str
    quantity: int
    cause_kind: str
    cause_ref: str
