"""What goes into the solver: stock, asks and steps, all frozen, all counted in whole base units of the item."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

TARGETS = ("floor", "days", "cap", "request")
HOWS = ("fill", "equal_cover", "proportional")
EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class Stock:
    """One lot of one item in one store. `earmark` names the requester it was given for; None means free.

    `row` is the row of the source sheet and serves messages only.
    """

    store: str
    item: str
    lot: str
    expiry: date | None
    quantity: int
    earmark: str | None = None
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """What one requester asks of one item.

    `requested`, `daily_use` and `cap` are None when unknown or without limit. `norm` is the daily use by the
    bureau's norm (pieces a day for this requester); it stands in while the daily use is unknown. `tier` 1 is served
    first by the default steps. `substitutes` are item names in the order of preference, one piece for one piece.
    """

    requester: str
    item: str
    requested: int | None
    tier: int = 1
    weight: int = 1
    on_hand: int = 0
    daily_use: int | None = None
    floor: int = 0
    cap: int | None = None
    pack: int = 1
    substitutes: tuple[str, ...] = ()
    norm: int | None = None
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule set: whom, up to what, and how.

    `whom` is a tier ("2"), a range of tiers ("1-3"), "all", or a requester's name. `target` is one of TARGETS,
    `how` one of HOWS; `days` is the number of days when the target is "days".
    """

    whom: str
    target: str
    how: str
    days: int | None = None
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of allocation. The order of stocks and of asks means nothing; the order of steps means everything."""

    stocks: tuple[Stock, ...]
    asks: tuple[Ask, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: the plan is made all the same. `code` is stable; `zh` and `en` are whole sentences.

    `cuts` are the (requester, floor, pieces received) of floors that cannot be met.
    """

    code: str
    zh: str
    en: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cuts: tuple[tuple[str, int, int], ...] = ()

    def message(self, language: str) -> str:
        """The sentence in the reader's language: English when `language` starts with "en", else Chinese."""
        return self.en if language.startswith("en") else self.zh


def default_steps(asks: tuple[Ask, ...] | list[Ask]) -> tuple[Step, ...]:
    """Each tier in order, up to the full request, the same fraction for all within a tier."""
    return tuple(Step(str(tier), "request", "fill") for tier in sorted({ask.tier for ask in asks}))


def tier_range(whom: str) -> tuple[int, int] | None:
    """The first and last tier that `whom` names, or None when it is "all" or a requester's name."""
    first, dash, last = whom.partition("-")
    if not (first.isascii() and first.isdigit()):
        return None
    if not dash:
        return int(first), int(first)
    return (int(first), int(last)) if last.isascii() and last.isdigit() else None
