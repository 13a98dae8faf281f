"""Ids of rows as they come in addresses and forms."""

from __future__ import annotations

# Every number of 18 digits fits the databases' 64 bits.
_DIGITS_MOST = 18


def row_id(text: str) -> int | None:
    """The id, or None for anything that cannot be one: other signs than 0–9, or more digits than a database holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MOST else None
