"""What differs between two editions: figures to date and stocks, and corrections of the same day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from liangcao.oversight.briefing.measures import DAY, key_of
from liangcao.oversight.briefing.wording import count_en, count_zh, yuan_en, yuan_zh


@dataclass(frozen=True)
class Change:
    """One figure that is not what it was. `before` is 0 where the last edition had no such figure."""

    key: str
    label_zh: str
    label_en: str
    unit: str
    before: int
    after: int

    def said(self, language: str) -> str:
        """采购入库:医用外科口罩(累计)由47万只变为48万只(+1万只)."""
        in_fen = self.unit == "分"
        if language.startswith("en"):
            said = yuan_en if in_fen else (lambda value: count_en(value, ""))
            return f"{self.label_en}: {said(self.before)} → {said(self.after)}"
        shown = yuan_zh if in_fen else (lambda value: count_zh(value, self.unit))
        sign = "+" if self.after > self.before else "-"
        return (
            f"{self.label_zh}:{shown(self.before)} → {shown(self.after)}({sign}{shown(abs(self.after - self.before))})"
        )


def changes_between(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], *, same_day: bool
) -> tuple[Change, ...]:
    """Differences of plain figures, in the order of the later edition, then what is gone.

    Figures of a day are compared only between revisions of that day: yesterday's receipts are no change of today's.
    """
    was = {figure["key"]: figure for figure in before}
    now = {figure["key"]: figure for figure in after}
    found = []
    for key in [*now, *(key for key in was if key not in now)]:
        if not same_day and key_of(key).span == DAY:
            continue
        figure = now.get(key) or was[key]
        values = [(side[key]["value"] or 0) if key in side else 0 for side in (was, now)]
        if values[0] != values[1]:
            found.append(Change(key, figure["label"], figure["label_en"], figure["unit"], *values))
    return tuple(found)
