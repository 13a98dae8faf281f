"""Ids of rows as they come in addresses and forms."""

from __future__ import annotations

from liangcao.foundation.kernel.text import is_whole_number


def row_id(text: str) -> int | None:
    """The id, or None for anything that cannot be one: other signs than 0–9, or more digits than a database holds."""
    return int(text) if is_whole_number(text) else None
