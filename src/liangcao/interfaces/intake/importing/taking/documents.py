"""What all kinds share: rows put into documents of at most 2,000 lines, and a refusal told with the rows it means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from liangcao.foundation.kernel.errors import Invalid, Refusal
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST
from liangcao.interfaces.intake.models import ImportRow


def grouped(rows: Sequence[ImportRow], key: Callable[[ImportRow], Any]) -> Iterator[tuple[Any, int, list[ImportRow]]]:
    """The rows of one key after another, in parts that fit one document: (key, number of the part, rows)."""
    groups: dict[Any, list[ImportRow]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    for name, held in groups.items():
        for first in range(0, len(held), LINES_BY_HAND_MOST):
            yield name, first // LINES_BY_HAND_MOST, held[first : first + LINES_BY_HAND_MOST]


@contextmanager
def located(rows: Sequence[ImportRow], problems: list[Refusal]) -> Iterator[None]:
    """Collect what an action refuses, each with sheet and row of the file instead of the document's line."""
    try:
        yield
    except Refusal as refusal:
        problems.extend(_placed(problem, rows) for problem in refusal.problems or (refusal,))


def _placed(problem: Refusal, rows: Sequence[ImportRow]) -> Refusal:
    row = rows[problem.row - 1] if problem.row and 0 < problem.row <= len(rows) else rows[0]
    place_zh, place_en = place_of(row)
    is_one = bool(problem.row) or len(rows) == 1
    zh = f"{place_zh}{'' if is_one else '起的一组'}:{problem.zh}"
    en = f"{place_en}{'' if is_one else ' and what goes with it'}: {problem.en}"
    return Invalid(problem.code, zh, en, field=problem.field, sheet=row.sheet or None, row=row.row)


def place_of(row: ImportRow) -> tuple[str, str]:
    """Where a row stands in the file, in both languages."""
    sheet_zh, sheet_en = (f"“{row.sheet}”", f'"{row.sheet}", ') if row.sheet else ("", "")
    return f"{sheet_zh}第 {row.row} 行", f"{sheet_en}row {row.row}"
