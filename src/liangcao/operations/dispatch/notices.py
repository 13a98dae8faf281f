"""What of dispatch waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

from datetime import datetime

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.dispatch.models import Delivery, DeliveryDispute


def on_its_way(delivery: Delivery) -> Notice:
    """Goods have left the store: the unit will sign for them."""
    return Notice(
        key=f"{delivery.bureau_id} {delivery.number} in_transit",
        zh=f"物资已发出(配送单 {delivery.number}),送到后请签收",
        en=f"Goods are on their way (delivery {delivery.number}); sign for them when they arrive",
        page="portal_receipt",
        page_id=delivery.pk,
        bureau_id=delivery.bureau_id,
        object_name="delivery",
        act="confirm",
        organisation_id=delivery.organisation_id,
    )


def signed_by_link(delivery: Delivery) -> Notice:
    """Somebody without an account signed: whoever of the unit has one is told, and can dispute it."""
    return Notice(
        key=f"{delivery.bureau_id} {delivery.number} signed_by_link",
        zh=f"配送单 {delivery.number} 已有人扫码签收;签收人不是贵单位的人,请提出异议",
        en=f"Somebody signed for delivery {delivery.number} by its QR; if he is not of your unit, dispute it",
        page="portal_thanks",
        page_id=delivery.pk,
        bureau_id=delivery.bureau_id,
        object_name="dispute",
        act="raise",
        organisation_id=delivery.organisation_id,
    )


def disputed(dispute: DeliveryDispute) -> Notice:
    """A unit says that less came than it signed for: the desk looks into it."""
    delivery = dispute.delivery
    return Notice(
        key=f"{delivery.bureau_id} {dispute.number} open",
        zh=f"{delivery.organisation.name}对签收有异议(配送单 {delivery.number}),请核查",
        en=f"{delivery.organisation.name} disputes its receipt (delivery {delivery.number}): look into it",
        page="dispute",
        page_id=dispute.pk,
        bureau_id=delivery.bureau_id,
        object_name="dispute",
        act="decide",
    )


def dispute_decided(dispute: DeliveryDispute) -> Notice:
    """What the desk found."""
    delivery = dispute.delivery
    zh, en = ("成立,已更正", "accepted") if dispute.status == "accepted" else ("不成立", "not accepted")
    return Notice(
        key=f"{delivery.bureau_id} {dispute.number} decided",
        zh=f"对配送单 {delivery.number} 的异议{zh}",
        en=f"Your dispute of delivery {delivery.number} was {en}",
        page="portal_thanks",
        page_id=delivery.pk,
        bureau_id=delivery.bureau_id,
        object_name="dispute",
        act="raise",
        organisation_id=delivery.organisation_id,
    )


def to_fetch(delivery: Delivery, at: datetime) -> Notice | None:
    """An organisation is to fetch the goods. Told anew when the goods come back to it after another was named."""
    return _to_carrier(
        delivery,
        f"assigned {at.isoformat()}",
        zh=f"有一批货请贵单位承运(配送单 {delivery.number}),请到仓库取货",
        en=f"Goods are waiting for you to bring them (delivery {delivery.number}): fetch them at the store",
    )


def not_to_fetch(delivery: Delivery) -> Notice | None:
    """What a carrier was to fetch was cancelled."""
    return _to_carrier(
        delivery,
        "cancelled",
        zh=f"配送单 {delivery.number} 已取消,不用来取货",
        en=f"Delivery {delivery.number} was cancelled: there is nothing to fetch",
    )


def with_carrier(delivery: Delivery) -> Notice | None:
    """Goods were handed to an organisation that had not been told before."""
    return _to_carrier(
        delivery,
        "carried",
        zh=f"配送单 {delivery.number} 的货已交给贵单位承运,请送到后由收货单位签收",
        en=f"The goods of delivery {delivery.number} are with you: bring them, the unit signs for them",
    )


def _to_carrier(delivery: Delivery, what: str, *, zh: str, en: str) -> Notice | None:
    if delivery.carrier_organisation_id is None:
        return None
    return Notice(
        key=f"{delivery.bureau_id} {delivery.number} {delivery.carrier_organisation_id} {what}",
        zh=zh,
        en=en,
        page="portal_delivery",
        page_id=delivery.pk,
        bureau_id=delivery.bureau_id,
        object_name="delivery",
        act="carry",
        organisation_id=delivery.carrier_organisation_id,
    )
