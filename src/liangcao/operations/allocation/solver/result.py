"""What comes out of the solver: planned lines with reasons, picks, what is unmet, what stays reserved, totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from liangcao.operations.allocation.solver.round import Notice


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as a code and its numbers; `explain` makes words of it."""

    code: str
    values: tuple[tuple[str, int | str], ...] = ()

    @classmethod
    def of(cls, code: str, **values: int | str) -> Reason:
        """A reason with named numbers."""
        return cls(code, tuple(values.items()))

    def __getitem__(self, name: str) -> int | str:
        return dict(self.values)[name]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What one requester gets of one item, in pieces, and why.

    `instead_of` names the item this one stands in for. `reasons` tell where the pieces come from, step by step;
    `cause` says what kept the line from getting more (code "target_met" when nothing did).
    """

    requester: str
    item: str
    allocated: int
    earmarked: int
    instead_of: str | None
    reasons: tuple[Reason, ...]
    cause: Reason


@dataclass(frozen=True, slots=True)
class Pick:
    """Pieces of one lot in one store for one planned line; `line` is the line's place in `Result.lines`."""

    line: int
    requester: str
    item: str
    store: str
    lot: str
    expiry: date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """An ask that got less than it wants. `gap` is in pieces, None while the amount asked is unknown."""

    requester: str
    item: str
    gap: int | None
    cause: Reason


@dataclass(frozen=True, slots=True)
class Reserved:
    """Earmarked pieces that exceed the recipient's need: they stay until he or the donor releases them in writing."""

    requester: str
    item: str
    store: str
    lot: str
    quantity: int
    cause: Reason


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """Totals of one item in pieces; `left` includes what stays reserved."""

    item: str
    stock: int
    allocated: int
    left: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Result:
    """The plan, sorted by item and requester."""

    lines: Sequence[PlannedLine]
    picks: Sequence[Pick]
    unmet: Sequence[Unmet]
    reserved: tuple[Reserved, ...]
    totals: tuple[ItemTotal, ...]
    notices: tuple[Notice, ...]
