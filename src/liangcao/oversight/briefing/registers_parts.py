"""What registers are made of: what one covers, its rows, its totals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.registers import Cut, corrections
from liangcao.oversight.briefing.names import Names
from liangcao.reference.catalog.models import Item

# Where a row stands in its register: for paging, signed into a cursor.
RowKey = tuple[Any, ...]


@dataclass(frozen=True)
class Known:
    """A paper "as known at" a moment: the moment, and how far the chain of the book had come."""

    at: datetime
    seq: int


@dataclass(frozen=True)
class Scope:
    """What a register covers. `item_id`, `store_id` and `party_id` None: all. `known` None: all that is known now."""

    actor: Actor
    names: Names
    from_: date
    to: date
    store_id: int | None = None
    item_id: int | None = None
    party_id: int | None = None
    known: Known | None = None
    language: str = "zh-hans"

    @property
    def is_english(self) -> bool:
        """Whether the words are English."""
        return self.language.startswith("en")

    def said(self, words: tuple[str, str]) -> str:
        """The Chinese or the English word."""
        return words[self.is_english]

    def item_cells(self, item: Item) -> tuple[str, str, str]:
        """Code, name and standard."""
        return item.code, self.said((item.name, item.name_en or item.name)), item.standard

    def unit(self, item: Item) -> str:
        """The base unit."""
        return self.said((item.base_unit, item.base_unit_en or item.base_unit))

    def in_packs(self, quantity: int, item: Item) -> str:
        """The quantity in the item's packs, "" where it has none."""
        return self.names.in_packs(quantity, item, self.unit(item), is_english=self.is_english)

    @property
    def bureau_id(self) -> int:
        """The bureau whose register this is."""
        return int(self.names.bureau.pk)

    @property
    def seq(self) -> int | None:
        """How far the chain counts, None for all of it."""
        return self.known.seq if self.known else None

    @property
    def cut(self) -> Cut:
        """Which postings of the ledger count."""
        return Cut(self.item_id, self.store_id, self.party_id, self.from_, self.to, self.seq)

    @cached_property
    def corrected_expiry(self) -> dict[UUID, str]:
        """lot → its corrected date of expiry."""
        return corrections(self.actor, self.bureau_id, fact="expires_on", seq=self.seq)

    @cached_property
    def corrected_maker_lot(self) -> dict[UUID, str]:
        """lot → its corrected maker's lot."""
        return corrections(self.actor, self.bureau_id, fact="maker_lot", seq=self.seq)

    def expires_on(self, lot_id: UUID, printed: date | None) -> date | None:
        """When a lot ends: the corrected date, else the one it came with."""
        corrected = self.corrected_expiry.get(lot_id)
        return date.fromisoformat(corrected) if corrected else printed

    def is_known(self, moment: datetime | None) -> bool:
        """Whether something had happened by the moment at which the paper knows."""
        return moment is not None and (self.known is None or moment <= self.known.at)


@dataclass(frozen=True)
class Row:
    """One row: cells in the order of the columns, where it stands, and the document behind it."""

    cells: tuple[Any, ...]
    key: RowKey
    url_name: str = ""
    url_arg: Any = None


@dataclass
class Totals:
    """Sums per item, in its base unit, of each quantity column, and the number of rows that have passed."""

    columns: tuple[str, ...]
    rows: int = 0
    by_item: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def add(self, item: tuple[str, str, str], quantities: list[int], rows: int = 1) -> None:
        """Count rows of (code, name, unit)."""
        self.rows += rows
        sums = self.by_item.setdefault(item, [0] * len(self.columns))
        for place, quantity in enumerate(quantities):
            sums[place] += quantity

    def by_unit(self) -> dict[str, list[int]]:
        """unit → sums: pieces of different units are never added."""
        summed: dict[str, list[int]] = {}
        for (_code, _name, unit), sums in sorted(self.by_item.items()):
            held = summed.setdefault(unit, [0] * len(self.columns))
            for place, quantity in enumerate(sums):
                held[place] += quantity
        return summed
