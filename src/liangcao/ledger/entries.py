"""What callers hand to the ledger and get back: plain frozen values, no rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from liangcao.foundation.kernel.errors import Invalid
from liangcao.ledger.kinds import ACCOUNT_PARTS, AccountKind

NONE_ID = 0  # The fixed "none" store and party: an unused part of an account.


@dataclass(frozen=True, order=True)
class AccountRef:
    """Names an account of a book: its kind, and the store and party that the kind needs."""

    kind: str
    store_id: int = NONE_ID
    party_id: int = NONE_ID

    def checked(self) -> AccountRef:
        """Itself. Raises Invalid ACCOUNT_INVALID when the kind is unknown or a part is missing or superfluous."""
        try:
            has_store, has_party = ACCOUNT_PARTS[AccountKind(self.kind)]
        except ValueError:
            raise Invalid("ACCOUNT_INVALID", f"没有“{self.kind}”这类账户", f'No account kind "{self.kind}"') from None
        if has_store != (self.store_id != NONE_ID) or has_party != (self.party_id != NONE_ID):
            raise Invalid(
                "ACCOUNT_INVALID",
                f"“{self.kind}”账户需要{'仓库' if has_store else ''}{'单位' if has_party else ''},给出的不符",
                f'A "{self.kind}" account needs {"a store" if has_store else ""} {"a party" if has_party else ""}',
            )
        return self


@dataclass(frozen=True)
class PostingLine:
    """So many base units of a lot from one account to another."""

    lot_id: UUID
    source: AccountRef
    target: AccountRef
    quantity: int


@dataclass(frozen=True)
class NewLot:
    """A lot that comes into being with this move. Without a maker's lot number a reason is given (无批号)."""

    id: UUID
    item_id: int
    source_kind: str
    source_ref: str
    maker_lot: str = ""
    no_lot_reason: str = ""
    produced_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class NewFact:
    """Something that became known of a lot: quality, frozen, recalled, earmark, consent, expires_on, maker_lot,
    unit_cost."""

    lot_id: UUID
    fact: str
    value: str
    reason: str = ""


@dataclass(frozen=True)
class PostedMove:
    """The answer to a posting: the document's place in the book."""

    id: UUID
    seq: int
    number: str
    kind: str
    business_date: date
    recorded_at: datetime


@dataclass(frozen=True)
class MoveDraft:
    """Everything of a move but its place in the chain."""

    book_id: int
    client_id: UUID
    kind: str
    business_date: date
    lines: tuple[PostingLine, ...]
    cause_kind: str = ""
    cause_ref: str = ""
    reason: str = ""
    late_reason: str = ""
    new_lots: tuple[NewLot, ...] = ()
    new_facts: tuple[NewFact, ...] = ()
    reverses_id: UUID | None = None
    signatures: tuple[dict[str, str], ...] = ()

    @cached_property
    def accounts(self) -> set[AccountRef]:
        """Every account that a line names."""
        return {ref for line in self.lines for ref in (line.source, line.target)}
