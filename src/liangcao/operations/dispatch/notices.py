"""What of dispatch waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

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
