"""From the form of a receipt to what the unit says of each line, and to its signature."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from liangcao.operations.dispatch.actions import ReceiptConfirmation, confirm_delivery
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.dispatch.queries import DeliveryDetail


def signed(request: Any, detail: DeliveryDetail, values: dict[str, Any]) -> Delivery:
    """Sign for a delivery as the form says, in the portal or at the desk with the slip in hand."""
    return confirm_delivery(
        delivery_id=detail.delivery.pk,
        lines=said_lines(detail.lines, values),
        signed_name=values["signed_name"],
        by=request.actor,
        at=request.at,
        client_id=values["client_id"],
    )


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
