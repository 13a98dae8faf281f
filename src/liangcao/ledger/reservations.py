"""Who holds back what, and by which documents: what a refusal for want of goods must tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from liangcao.ledger.models import Balance, Posting


@dataclass(frozen=True)
class Hold:
    """Pieces reserved for a unit, and the numbers of the documents that reserved them, the newest first."""

    party: str
    quantity: int
    documents: tuple[str, ...]

    def in_words(self) -> str:
        """示例医院一(60,单号 YL20200203-2)"""
        return f"{self.party}({self.quantity:,},单号 {self._shown('、')})"

    def in_english(self) -> str:
        """The same for an English sentence."""
        return f"{self.party} ({self.quantity:,}, {self._shown(', ')})"

    def _shown(self, joiner: str) -> str:
        return joiner.join(self.documents[:2]) + ("…" if len(self.documents) > 2 else "")


def holds_of(reserved: Iterable[Balance]) -> list[Hold]:
    """The holds behind these balances of reserved goods, the largest first. The rows need account and party."""
    rows = {(row.account_id, row.lot_id): row for row in reserved}
    quantities: dict[str, int] = {}
    for row in rows.values():
        name = row.account.party.name
        quantities[name] = quantities.get(name, 0) + row.quantity
    documents = _documents(rows)
    ordered = sorted(quantities.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Hold(name, quantity, tuple(documents.get(name, ()))) for name, quantity in ordered]


def _documents(rows: dict[tuple[int, UUID], Balance]) -> dict[str, dict[str, None]]:
    """unit → numbers of the newest documents that add up to what it has reserved."""
    left = {key: row.quantity for key, row in rows.items()}
    found: dict[str, dict[str, None]] = {}
    came = Posting.objects.filter(
        target_id__in={account for account, _ in rows}, lot_id__in={lot for _, lot in rows}
    ).order_by("-move__seq", "line")
    for account, lot, quantity, number in came.values_list("target_id", "lot_id", "quantity", "move__number"):
        key = (account, lot)
        if left.get(key, 0) > 0:
            left[key] -= quantity
            found.setdefault(rows[key].account.party.name, {})[number] = None
    return found
