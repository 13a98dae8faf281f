"""Quality and count sign for what the books take in, so that it comes into the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liangcao.interfaces.commands.demo.founding import Desk
from liangcao.interfaces.commands.demo.records import client_id
from liangcao.operations.supply import actions as supply

SIGNERS = {"quality": "inspector", "count": "counter"}


def sign_for(desk: Desk, receipt: Any, *, at: datetime, key: tuple[object, ...]) -> None:
    """The signatures that the goods of a receipt ask for, everything found good."""
    for kind, role in SIGNERS.items():
        asked = [line for line in receipt.lines.order_by("line") if kind in line.needs]
        if receipt.status == "waiting" and asked:
            supply.sign_receipt(
                receipt_id=receipt.pk,
                kind=kind,
                findings=[_found(kind, line) for line in asked],
                by=desk.actors[role],
                at=at,
                client_id=client_id(desk.name, "signature", kind, *key),
            )


def _found(kind: str, line: Any) -> supply.FindingInput:
    if kind == "count":
        return supply.FindingInput(line.pk, quantity_counted=line.quantity_good)
    return supply.FindingInput(line.pk, quantity_passed=line.quantity_good, quantity_rejected=0)
