"""What stands below the rows of a register: sums per item, how many rows there were, and a table of balances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.blocks import NOTE, Block, is_sum_row
from liangcao.interfaces.intake.reading.tables.cells import is_blank, text_of

_WHOSE = frozenset((*v.ROLES, "store"))


def is_closing(block: Block, before: Block | None, rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table only closes the one above it: under that one's sums it tells opening and closing balances of the
    goods, of no unit and no store. A first table that does so is a statement of stock."""
    if before is None or block.header is None or before.columns.keys() & {v.ITEM} == set():
        return False
    headers = [use.header for use in block.columns.uses]
    if not (_any(v.OPENING, headers) and _any(v.CLOSING, headers)) or block.columns.keys() & _WHOSE:
        return False
    return _ends_in_sums(before, rows)


def _ends_in_sums(block: Block, rows: Sequence[Sequence[Any]]) -> bool:
    for index in range(block.last - 1, block.first - 1, -1):
        filled = [cell for cell in rows[index][block.left : block.right] if not is_blank(cell)]
        if is_sum_row(rows[index], block.left):
            return True
        if filled and not (len(filled) == 1 and NOTE.match(text_of(filled[0]))):
            return False
    return False


def _any(pattern: re.Pattern[str], headers: Iterable[str]) -> bool:
    return any(pattern.search(header) for header in headers)
