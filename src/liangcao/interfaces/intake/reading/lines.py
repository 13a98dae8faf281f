"""A line: one item with its quantity as somebody wrote it, and what is not certain about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# What a line says of the goods.
REQUESTED, STOCK, PROCURED = "requested", "stock", "procured"
PRODUCED, DONATED, DISTRIBUTED, OTHER = "produced", "donated", "distributed", "other"
FLOWS = (REQUESTED, STOCK, PROCURED, PRODUCED, DONATED, DISTRIBUTED, OTHER)
# Good: may be taken as it is. Confirm: a person must look. Wrong: cannot be taken before it is corrected.
GOOD, CONFIRM, WRONG = "good", "confirm", "wrong"
STATES = (GOOD, CONFIRM, WRONG)
PERS = ("day", "person")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item of the catalogue that may be meant. `score` from 0 to 1; 1 is the same name or a known alias."""

    code: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Line:
    """One item with its quantity. Texts are as written; numbers have 万 and 亿 resolved.

    `quantity` None: the text does not say. `quantity_max`: upper end of a range. `approx`: about, more or less than.
    `per`: the quantity is a rate. `spec`: size or pack as written; `pack_count` base pieces in one `pack_unit`.
    `start`, `end`: where it stands in the text; or `sheet`, `row` (from 1). `reasons`: codes that say why the state
    is not good (READING_REASONS names each in both languages).
    """

    item: str
    quantity: Decimal | None
    unit: str | None
    flow: str = REQUESTED
    quantity_max: Decimal | None = None
    approx: bool = False
    per: str | None = None
    spec: str | None = None
    pack_count: int | None = None
    pack_unit: str | None = None
    organisation: str | None = None
    date: str | None = None
    needed_by: str | None = None
    urgency: str | None = None
    start: int | None = None
    end: int | None = None
    sheet: str | None = None
    row: int | None = None
    state: str = GOOD
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def record(self) -> dict[str, Any]:
        """The line as the command prints it and the API answers it: whole numbers as integers, others as texts."""
        told: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        told["quantity"], told["quantity_max"] = shown(self.quantity), shown(self.quantity_max)
        told["reasons"] = list(self.reasons)
        told["candidates"] = [{"code": c.code, "name": c.name, "score": c.score} for c in self.candidates]
        return told

    @property
    def quantity_shown(self) -> str:
        """The quantity for people, with thousands separators, a range as 500–1,000; "" when it is not known."""
        ends = [number for number in (self.quantity, self.quantity_max) if number is not None]
        return "–".join(f"{number:,}" if isinstance(number, int) else str(number) for number in map(shown, ends))


_FIELDS = tuple(Line.__dataclass_fields__)


def shown(number: Decimal | None) -> int | str | None:
    """A whole number as an integer, another one as a text without needless zeros: 12.28, never 12.280000001."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")
