"""Who brings the goods: an organisation that may carry, named before they leave or when they do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.outbox.actions import announce
from liangcao.operations.dispatch.actions.locking import delivery_in_scope, locked_delivery
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.dispatch.notices import to_fetch
from liangcao.operations.dispatch.rules import check_can_assign
from liangcao.reference.parties.kinds import CARRIERS
from liangcao.reference.parties.models import Organisation
from liangcao.reference.parties.queries import organisations

_FIELD = "carrier_organisation_id"


@transaction.atomic
def assign_carrier(
    *, delivery_id: int, carrier_organisation_id: int | None, by: Actor, at: datetime, client_id: UUID
) -> Delivery:
    """指定承运单位: this organisation is to fetch the goods; None takes the name back. It is told.

    Raises NotFound, Forbidden, Conflict CARRIER_FIXED, Invalid CARRIER_UNKNOWN, CARRIER_IS_THE_UNIT.
    """
    found = delivery_in_scope(by, delivery_id)
    guard.check(by, "assign", "delivery", bureau_id=found.bureau_id, organisation_id=found.organisation_id, row=found)
    body = {"delivery": delivery_id, "carrier_organisation": carrier_organisation_id}
    done = claim(client_id=client_id, action="assign_carrier", body=body, by=by, at=at)
    if done:
        return Delivery.objects.get(pk=done)
    delivery = locked_delivery(delivery_id)
    check_can_assign(delivery, by)
    chosen = checked_carrier(delivery, carrier_organisation_id, by=by)
    before = delivery.carrier_organisation
    if chosen != before:
        delivery.carrier_organisation = chosen
        delivery.save(update_fields=["carrier_organisation"])
        record(
            by=by, at=at, action="assign_carrier", object_kind="delivery", object_ref=delivery.number,
            bureau_id=delivery.bureau_id, before=told(before), after=told(chosen),
        )  # fmt: skip
        announce(to_fetch(delivery, at), at=at)
    settle(client_id=client_id, ref=str(delivery.pk))
    return delivery


def checked_carrier(delivery: Delivery, carrier_organisation_id: int | None, *, by: Actor) -> Organisation | None:
    """The organisation that is to bring a delivery. Raises Invalid CARRIER_UNKNOWN (not of this bureau, or of a kind
    that does not carry), CARRIER_IS_THE_UNIT."""
    if carrier_organisation_id is None:
        return None
    if carrier_organisation_id == delivery.organisation_id:
        raise Invalid(
            "CARRIER_IS_THE_UNIT",
            "承运单位不能是收货单位自己;单位自提的,只填取货人或车牌",
            "The unit that receives the goods is not their carrier; when it fetches them itself, only name who comes",
            field=_FIELD,
        )
    able = organisations(by, bureau_id=delivery.bureau_id, kinds=CARRIERS).filter(is_active=True)
    found = able.filter(pk=carrier_organisation_id).first()
    if found is None:
        raise Invalid(
            "CARRIER_UNKNOWN",
            "没有这个承运单位。可选的是本局单位中类别为承运单位或供应商的;未登记的承运人只填姓名或车牌",
            "No such carrier. Carriers and suppliers among the bureau's organisations can be chosen; of a carrier that "
            "is not registered give the name or the vehicle",
            field=_FIELD,
        )
    return found


def told(carrier: Organisation | None) -> dict[str, str]:
    """What the journal says of a carrier."""
    return {"carrier_organisation": carrier.name if carrier else ""}
