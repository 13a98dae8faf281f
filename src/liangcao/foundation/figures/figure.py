"""The Figure value. Pages, briefing and API show only figures, so that each number opens its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One number of one scope and period.

    `value` is an integer of `unit` (base unit of the item, fen for money, count), or None when it is not known:
    unknown is not zero. `period` is "2020-02-03" for a day or "..2020-02-03" for all up to and including that day.
    `entries` is the query string that opens the entries behind the figure (flow, item, dates).
    """

    key: str
    label_zh: str
    label_en: str
    unit: str
    value: int | None
    scope: str
    period: str
    definition_zh: str
    definition_en: str
    entries: str = ""
    unit_en: str = ""

    def label(self, language: str) -> str:
        """The figure's name in the reader's language."""
        return self.label_en if language.startswith("en") else self.label_zh

    def counted(self, language: str) -> str:
        """The unit in the reader's language."""
        return self.unit_en or self.unit if language.startswith("en") else self.unit

    def definition(self, language: str) -> str:
        """How it is counted, in the reader's language."""
        return self.definition_en if language.startswith("en") else self.definition_zh

    def as_plain(self) -> dict[str, Any]:
        """For JSON: key, label, unit, value, scope, period."""
        return {
            "key": self.key,
            "label": self.label_zh,
            "label_en": self.label_en,
            "unit": self.unit,
            "value": self.value,
            "scope": self.scope,
            "period": self.period,
        }
