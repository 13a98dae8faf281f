"""What callers hand to the actions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ReturnInput:
    """So many base units of a lot that come back."""

    lot_id: UUID
    quantity: int


@dataclass(frozen=True)
class HolderInput:
    """A ward, village or workshop that was given so many base units, and its telephone."""

    holder: str
    quantity: int
    phone: str = ""
