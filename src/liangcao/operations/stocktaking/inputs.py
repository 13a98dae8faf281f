"""What the doors hand to the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class CountInput:
    """What somebody counted of a line, in base units."""

    line: int
    quantity: int
    note: str = ""


@dataclass(frozen=True)
class FoundInput:
    """Goods that are on no line. With `resembles`, the lot that they look like: what is not told is taken from it."""

    item_id: int
    quantity: int
    resembles_id: UUID | None = None
    maker_lot: str = ""
    no_lot_reason: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class WriteOffInput:
    """So many pieces of a lot in one place of the store."""

    lot_id: UUID
    quantity: int
    place: str = "store"
