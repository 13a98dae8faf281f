"""Finding and locking a delivery, and the accounts that its goods pass."""

from __future__ import annotations

from dataclasses import replace

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.entries import AccountRef
from liangcao.operations.dispatch.models import Delivery, DeliveryLine


def _unknown() -> NotFound:
    return NotFound("未找到该配送单,或不在您的范围内", "No such delivery within your scope", field="delivery")


def delivery_in_scope(by: Actor, delivery_id: int) -> Delivery:
    """The delivery in scope, not locked. Raises NotFound."""
    found: Delivery | None = Delivery.objects.visible_to(by).filter(pk=delivery_id).first()
    if found is None:
        raise _unknown()
    return found


def locked_delivery(delivery_id: int) -> Delivery:
    """The delivery, locked until the transaction ends. The caller has found it in scope."""
    found: list[Delivery] = locked(Delivery.objects.all(), [delivery_id])
    if not found:
        raise _unknown()
    return found[0]


def lines_of(delivery: Delivery) -> list[DeliveryLine]:
    """The lines with their items and lots, in order."""
    return list(delivery.lines.select_related("item", "lot").order_by("line"))


def reserved(delivery: Delivery) -> AccountRef:
    """Where the goods wait for the unit."""
    return AccountRef("reserved", delivery.store_id, delivery.organisation_id)


def transit(delivery: Delivery) -> AccountRef:
    """Where the goods are on their way to the unit."""
    return AccountRef("transit", delivery.store_id, delivery.organisation_id)


def as_bookkeeper(by: Actor, bureau_id: int) -> Actor:
    """The same person with a hand on the bureau's book: who signs for a unit there is often not of its desk, be it
    somebody of the portal or of another bureau's desk."""
    return by.across(bureau_id) if bureau_id in by.bureau_ids else replace(by, is_system=True)
