"""From the form of a receipt to what the unit says of each line, and to its signature."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from typing import Any

from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.dispatch.actions import DisputedLine, ReceiptConfirmation, confirm_delivery, raise_dispute
from liangcao.operations.dispatch.models import Delivery, DeliveryDispute
from liangcao.operations.dispatch.proof import shown
from liangcao.operations.dispatch.queries import DeliveryDetail

_PICTURE = "data:image/png;base64,"


def signed(request: Any, detail: DeliveryDetail, values: dict[str, Any], *, door: str, by: Any = None) -> Delivery:
    """Sign for a delivery as the form says: in the portal, at the desk with the slip in hand, or by the slip's link.

    `by`: who holds that link.
    """
    return confirm_delivery(
        delivery_id=detail.delivery.pk,
        lines=said_lines(detail.lines, values),
        signed_name=values["signed_name"],
        proof=shown(door=door, signature=drawn(values["signature"]), photos=values["photos"]),
        by=by or request.actor,
        at=request.at,
        client_id=values["client_id"],
    )


def drawn(sent: str) -> bytes:
    """The picture that the box for the signature sends; nothing when nobody drew. Raises Invalid SIGNATURE_BROKEN."""
    if not sent:
        return b""
    try:
        return b64decode(sent.removeprefix(_PICTURE), validate=True)
    except ValueError:
        raise Invalid(
            "SIGNATURE_BROKEN",
            "签名没有传全,请重新签一次",
            "The signature did not arrive whole: draw it again",
            field="signature",
        ) from None


def disputed(request: Any, delivery_id: int, values: dict[str, Any], *, door: str, by: Any = None) -> DeliveryDispute:
    """Dispute a receipt as the form says."""
    return raise_dispute(
        delivery_id=delivery_id,
        lines=[
            DisputedLine(row["line_id"], row["quantity_short"] or 0, row["quantity_damaged"] or 0)
            for row in values["lines"]
        ],
        reason=values["reason"],
        raised_name=values["raised_name"],
        raised_phone=values["raised_phone"],
        proof=shown(door=door, photos=values["photos"]),
        by=by or request.actor,
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
