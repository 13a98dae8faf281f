"""From the form of a receipt to what the unit says of each line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from liangcao.operations.dispatch.actions import ReceiptConfirmation


def said_lines(lines: Iterable[Any], values: dict[str, Any]) -> list[ReceiptConfirmation] | None:
    """None when everything came whole; else good is what was sent less what is missing and damaged.

    More missing than sent would make good negative: then good is 0 and the action tells what does not add up.
    """
    if values["is_whole"]:
        return None
    sent = {line.pk: line.quantity for line in lines}
    return [_said(row, sent.get(row["line_id"], 0)) for row in values["lines"]]


def _said(row: dict[str, Any], sent: int) -> ReceiptConfirmation:
    short, damaged = row["quantity_short"] or 0, row["quantity_damaged"] or 0
    return ReceiptConfirmation(row["line_id"], max(sent - short - damaged, 0), short, damaged, row["reason"])
