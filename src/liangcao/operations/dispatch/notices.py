"""What of dispatch waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

from datetime import datetime

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.dispatch.models import Delivery


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
